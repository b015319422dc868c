"""What the app calls: the Web API and response URLs. Socket Mode, which calls the app, is in sockets.py."""
