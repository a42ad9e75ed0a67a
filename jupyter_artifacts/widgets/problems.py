"""Errors as they go back to a page."""

from __future__ import annotations

from jupyter_artifacts.errors import ArtifactsError, InvalidQuery
from jupyter_artifacts.records.base import Problem


def problem_of(error: Exception) -> tuple[int, Problem]:
    """Return the HTTP status of an error, and what a page shows of it."""
    if not isinstance(error, ArtifactsError):
        said = f"the kernel failed: {type(error).__name__}: {error}"
        return 500, Problem(
            code="error", message=said, hint="see its log", reason="error"
        )
    return error.status, Problem(
        code=error.code,
        message=error.message,
        address=error.address,
        hint=error.hint,
        column=error.column if isinstance(error, InvalidQuery) else None,
        length=error.length if isinstance(error, InvalidQuery) else None,
        reason=error.code,
    )
