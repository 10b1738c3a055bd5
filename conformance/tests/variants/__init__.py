"""Lawful variants of the reference server: each differs, and each can be defended.

A variant is a class, of decisions or of a whole application. Its first sentence says how it
differs and why a document allows that; no check may fail it.
"""
