"""The proof of the pytest plugin."""
