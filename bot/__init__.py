"""Mull: a reflective-practice companion for schools, in Slack. ARCHITECTURE.md has the plan of the house."""
