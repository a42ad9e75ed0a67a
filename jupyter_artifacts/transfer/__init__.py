"""Moving files: a plan, its carrying out and its receipt. Knows no catalog."""
