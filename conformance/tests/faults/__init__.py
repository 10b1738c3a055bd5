"""Tests of the proof: the bank, the matrix, and the servers that hardly are any."""
