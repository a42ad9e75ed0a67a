"""Storages: bytes under keys. Nothing here knows who they belong to."""
