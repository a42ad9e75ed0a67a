"""Figures of the README, each a ratio against a peer in the same run."""
