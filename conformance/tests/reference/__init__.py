"""Proof that the reference server does what the documents say."""
