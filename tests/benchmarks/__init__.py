"""Costs as ratios within one run: `uv run python -m tests.benchmarks`."""
