"""Tests of `conformance.verdict`."""
