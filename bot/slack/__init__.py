"""The surface: what people see and tap in Slack. One file a conversation; no query, no commit."""
