"""What is measured, against what: run with ``python -m benchmarks``."""
