"""The checks as pytest tests: a thin shell around `conformance.checks.running.runner`."""
