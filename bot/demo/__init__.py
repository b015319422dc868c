"""The demo: a small school that does not exist, played through its days in a workspace of its own."""
