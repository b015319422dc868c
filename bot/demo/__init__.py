"""The demo: schools that do not exist, in a workspace of their own, to be played by people or played to them."""
