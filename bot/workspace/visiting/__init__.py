"""The Python client of the control API; bot/workspace/visitor.py is its front door."""
