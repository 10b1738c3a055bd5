"""Tests of `conformance.evidence`."""
