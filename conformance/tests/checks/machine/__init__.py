"""The state machine is proven against servers that are sound and servers that are not."""
