"""Tests of the faults that are made on the wire."""
