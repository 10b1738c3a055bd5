"""The soak is proven against a service that goes wrong rarely, and one that never does."""
