"""The torture: real processes, killed, frozen and lied to while they send. docs/torture.md says how to read it."""
