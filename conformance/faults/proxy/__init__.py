"""Faults for any target: a reverse proxy that spoils one thing on the way, by RFC names alone."""
