"""What files hold: told from ranges of their bytes, nothing extracted or run."""
