"""Which transfers somebody may see, and for whom buckets of others are looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from jupyter_artifacts import policy
from jupyter_artifacts.addresses import parse_address
from jupyter_artifacts.errors import Unavailable
from jupyter_artifacts.operations.owners import asker_of
from jupyter_artifacts.transfer.remote import look_at_remote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.transfers import Transfer
    from jupyter_artifacts.transfer.judging import Look


def may_see(ctx: Context, rows: Rows, transfer: Transfer) -> bool:
    """Return whether who asks may know of a transfer: it names what it moves.

    Those who asked for it may; everyone else if they may know of the artifact, as it
    was then: another of the same name may be there by now.
    """
    if ctx.actor.handle in {transfer.owner, *transfer.askers}:
        return True
    place = parse_address(transfer.address)
    if place.root != "artifacts":
        return True
    artifact, _ = rows.artifacts.find(place.name) or (None, "")
    if artifact is None or artifact.created > transfer.started:
        return False
    return policy.may_know(asker_of(ctx), artifact)


def looks_for(ctx: Context) -> Look:
    """Return what looks into buckets of others: nothing, when a server would do it.

    It would look with its own credentials, wherever somebody points.
    """
    return look_at_remote if ctx.confined is None else _refuse


def _refuse(assets: Sequence[Asset]) -> NoReturn:
    msg = f"its bytes are in somebody's bucket: {assets[0].uri}"
    hint = "download it with credentials of your own, or exclude what lies there"
    raise Unavailable(msg, address=assets[0].path, hint=hint)
