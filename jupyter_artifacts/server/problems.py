"""Errors as they travel: one `Problem` each, with the right status."""

from __future__ import annotations

import secrets
from http.client import responses
from typing import TYPE_CHECKING, Final

from tornado.web import HTTPError

from jupyter_artifacts.errors import (
    ArtifactsError,
    InvalidQuery,
    NotAuthenticated,
)
from jupyter_artifacts.records.base import Problem

if TYPE_CHECKING:
    from logging import Logger

_CODES: Final = {
    400: "malformed-request",
    403: "refused",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
}
UNEXPECTED: Final = 500


def not_authenticated() -> NotAuthenticated:
    """Return the answer to somebody who is not signed in."""
    msg = "nobody is signed in"
    hint = "sign in to this Jupyter server, or send 'Authorization: token …'"
    return NotAuthenticated(msg, hint=hint)


def problem_of(error: BaseException, log: Logger, asked: str) -> tuple[int, Problem]:
    """Return the status and the problem to answer with; log what is unexpected.

    Args:
        error: what was raised.
        log: where the details of an unexpected error go.
        asked: method and path, for the log; never the query, which may hold a token.
    """
    if isinstance(error, ArtifactsError):
        return error.status, _expected(error)
    if isinstance(error, HTTPError) and isinstance(error.__cause__, ArtifactsError):
        # nobody could be signed in: a stranger need not know where things are
        cause = error.__cause__
        known = type(cause)(cause.message, hint=cause.hint)
        return error.status_code, _expected(known)
    if isinstance(error, HTTPError):
        return error.status_code, _of_tornado(error)
    number = secrets.token_hex(4)
    log.error("%s failed unexpectedly [%s]", asked, number, exc_info=error)
    problem = Problem(
        code="unexpected",
        message="the server failed unexpectedly",
        hint=f"its log has the details under {number}",
        reason="unexpected",
    )
    return UNEXPECTED, problem


def _expected(error: ArtifactsError) -> Problem:
    column, length = None, None
    if isinstance(error, InvalidQuery):
        column, length = error.column, error.length
    return Problem(
        code=error.code,
        message=error.message,
        address=error.address,
        hint=error.hint,
        column=column,
        length=length,
        reason=error.code,
    )


def _of_tornado(error: HTTPError) -> Problem:
    code = _CODES.get(error.status_code, "refused-by-jupyter")
    message = error.get_message() or responses.get(error.status_code, "Unknown")
    return Problem(code=code, message=message, reason=code)
