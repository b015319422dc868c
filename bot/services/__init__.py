"""What happens: one function for each thing a person or the clock does. Queries live here; Slack does not."""
