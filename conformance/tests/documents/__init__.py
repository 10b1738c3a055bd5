"""The proof of what the documents say."""
