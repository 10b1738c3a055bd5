"""Requests that schemathesis draws for an operation, and what every answer to them must keep to."""
