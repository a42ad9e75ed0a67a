"""The Jupyter server extension: a door to the operations over HTTP."""
