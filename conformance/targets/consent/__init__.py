"""How a user logs in and decides: over forms, by a command, or by a person at this machine."""
