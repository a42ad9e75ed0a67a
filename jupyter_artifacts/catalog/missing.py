"""What is said when something is not there."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable


def not_found(
    message: str, *, address: str, name: str = "", known: Iterable[str] = ()
) -> NotFound:
    """Return the error, with the known name that was probably meant.

    Args:
        message: what is not there.
        address: as a person types it.
        name: what was asked for.
        known: what there is instead.
    """
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else ""
    return NotFound(message, address=address, hint=hint)
