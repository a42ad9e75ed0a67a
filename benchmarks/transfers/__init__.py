"""What `benchmarks/transfer.py` is made of."""
