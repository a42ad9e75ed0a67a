"""What can be done: one module a noun, one line of the table an operation."""
