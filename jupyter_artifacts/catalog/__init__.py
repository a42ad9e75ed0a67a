"""Rows: everything a team knows about its runs, in one database."""
