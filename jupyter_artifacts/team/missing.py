"""Why there is no such file: it is a folder, or its address is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.errors import InvalidAddress, NotFound

if TYPE_CHECKING:
    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.errors import ArtifactsError


def explained(carrier: LocalCarrier, place: Address, error: NotFound) -> ArtifactsError:
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
    at = {"user": place.user, "run": place.run, "number": place.experiment}
    if place.section == "checkpoints":
        found = carrier.call("checkpoints.get", **at, uuid=place.item)
        return any(path.startswith(f"{prefix}/") for path in found.resources)
    try:
        if place.root == "datastores":
            named = {"name": place.name, "version": place.version}
            carrier.call("datastores.tree", **named, prefix=prefix, limit=1)
        else:
            carrier.call("files.tree", **at, prefix=prefix, limit=1)
    except NotFound:
        return False
    return True
