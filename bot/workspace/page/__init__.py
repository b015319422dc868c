"""The page: a workspace in a browser, with people to step into."""
