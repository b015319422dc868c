"""A Slack on one's own machine, faithful on the wire: any Bolt app runs in it. It knows nothing of Mull."""
