"""Why there is no such file: it is a folder, or its address is another."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from jupyter_artifacts.errors import InvalidAddress, NotFound
from jupyter_artifacts.operations.addressed import of_experiment, to_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.errors import ArtifactsError


@contextmanager
def explained(carrier: LocalCarrier, place: Address) -> Iterator[None]:
    """Say why there is no file at `place`, when nothing is found there."""
    try:
        yield
    except NotFound as error:
        raise _explained(carrier, place, error) from error


def _explained(
    carrier: LocalCarrier, place: Address, error: NotFound
) -> ArtifactsError:
    """Return what to raise where a file was not found.

    Args:
        carrier: asked whether it is a folder.
        place: the file's.
        error: what was raised; one of a run or a datastore is returned as it is.
    """
    if error.address not in {str(place.path), place.short, place.tree}:
        return error
    if _is_folder(carrier, place):
        msg = "it is a folder"
        hint = f"list it with `ls {place.short}`, or `download` it"
        return InvalidAddress(msg, address=place.short, hint=hint)
    hint = place.hint_at_section() or error.hint
    return NotFound(error.message, address=place.short, hint=hint)


def _is_folder(carrier: LocalCarrier, place: Address) -> bool:
    prefix = str(place.path)
    if place.section == "checkpoints":
        at = of_experiment(place)
        found = carrier.call("checkpoints.get", **at, uuid=place.item)
        return any(path.startswith(f"{prefix}/") for path in found.resources)
    operation, asked = to_list(place, prefix)
    try:
        carrier.call(operation, **asked, limit=1)
    except NotFound:
        return False
    return True
