"""A real Chromium: its windows, what answers it, and what is played in it."""
