"""Journeys in a real browser: the demo as a process, Chromium clicking and typing in it."""
