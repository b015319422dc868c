"""What the app talks to: the Web API, Socket Mode and response URLs."""
