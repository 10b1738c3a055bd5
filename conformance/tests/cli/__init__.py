"""The proof of the command line."""
