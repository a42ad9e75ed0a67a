"""Which operation reads or lists a place in the tree, whatever the place is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_artifacts.errors import InvalidAddress

if TYPE_CHECKING:
    from jupyter_artifacts.addresses import Address


def to_read(place: Address) -> tuple[str, dict[str, Any]]:
    """Return the operation that answers the bytes at a place, and what it is asked.

    Raises:
        InvalidAddress: when the place names no file.
    """
    if place.root == "runs" and place.section == "logs" and place.item:
        return "logs.read", {**of_experiment(place), "stream": place.item}
    if place.path is None:
        msg = "it names no file"
        hint = f"list its files: jupyter artifacts ls {place.short}"
        raise InvalidAddress(msg, address=place.short, hint=hint)
    path = str(place.path)
    if place.root != "runs":
        return f"{place.root}.read", {**_of_version(place), "path": path}
    if place.section == "checkpoints":
        asked = {**of_experiment(place), "uuid": place.item, "path": path}
        return "checkpoints.read", asked
    return "files.read", {**of_experiment(place), "path": path}


def to_list(place: Address, prefix: str) -> tuple[str, dict[str, Any]]:
    """Return the operation that lists a level of files, and what it is asked.

    Args:
        place: an experiment, or a version of an artifact or a datastore.
        prefix: the folder in it; "" for the top.
    """
    if place.root == "runs":
        return "files.tree", {**of_experiment(place), "prefix": prefix}
    return f"{place.root}.tree", {**_of_version(place), "prefix": prefix}


def of_experiment(place: Address) -> dict[str, Any]:
    """Return how operations are asked about the experiment that a place is in."""
    return {"user": place.user, "run": place.run, "number": place.experiment}


def _of_version(place: Address) -> dict[str, Any]:
    return {"name": place.name, "version": place.version}
