"""Benchmarks: ratios, measured side by side in one run, because absolute times say nothing."""
