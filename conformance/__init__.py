"""A conformance and contract test suite for OAuth 2.0 token services."""

__version__ = "0.1.0"
