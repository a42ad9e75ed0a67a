"""The command line, `jupyter artifacts …`: one module a family of commands."""
