"""The faults themselves, a module a noun; each is one call of `fault`."""
