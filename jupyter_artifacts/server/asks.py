"""What a request says: path, query and JSON body as one dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import msgspec

from jupyter_artifacts.errors import InvalidRequest, TooLarge

if TYPE_CHECKING:
    from jupyter_artifacts.server.routes import Found

MAX_JSON: Final = 1 << 20
"""Bytes of a JSON body: what is longer holds data, which comes as raw bytes."""

_MAX_FIELDS: Final = 100
_JUPYTERS_OWN: Final = {"token", "_xsrf", "no_track_activity"}


def values_of(found: Found, query: str, body: bytes) -> dict[str, Any]:
    """Return everything the request says to its operation. Blocks for long bodies.

    Nothing may be said twice: a body that names what the path has named already
    would act on another thing than the one the path shows.

    Raises:
        InvalidRequest: when query or body do not parse, or say a thing twice.
        TooLarge: when the body is.
    """
    values: dict[str, Any] = dict(found.values)
    for said in (_query_values(query), _body_values(body)):
        if twice := sorted(values.keys() & said.keys()):
            msg = f"{found.operation.name} is told {twice[0]!r} twice"
            raise InvalidRequest(msg, hint="say it in one place only")
        values.update(said)
    return values


def _query_values(query: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError as error:
        msg = f"the query does not parse: {error}"
        raise InvalidRequest(msg) from error
    values: dict[str, Any] = {}
    for name, value in pairs:
        # JupyterLab's own requests end with "&<milliseconds>" against caches
        if name in _JUPYTERS_OWN or (name.isdecimal() and not value):
            continue
        if name in values:
            msg = f"the query says {name!r} twice"
            raise InvalidRequest(msg, hint="say it once")
        values[name] = value
    return values


def _body_values(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if len(body) > MAX_JSON:
        msg = f"the JSON body has {len(body):,} bytes, more than {MAX_JSON:,}"
        raise TooLarge(msg, hint="say less at once, in several requests")
    try:
        values = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        msg = f"the body is no JSON: {error}"
        raise InvalidRequest(msg) from error
    if not isinstance(values, dict):
        msg = "the body is no JSON object"
        raise InvalidRequest(msg, hint='write {"name": value, …}')
    return values
