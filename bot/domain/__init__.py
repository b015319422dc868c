"""What is true. No session, network, clock, or library beyond the standard one."""
