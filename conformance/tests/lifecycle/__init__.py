"""The lifecycle model is proven without any service."""
