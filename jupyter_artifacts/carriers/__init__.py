"""How a call reaches the operations: in this process, or over HTTP."""
