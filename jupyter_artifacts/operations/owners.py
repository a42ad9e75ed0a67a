"""Whose a thing is that an operation acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_artifacts import policy
from jupyter_artifacts.policy import Action, Thing

if TYPE_CHECKING:
    from jupyter_artifacts.operations.context import Context
    from jupyter_artifacts.operations.rows import Rows
    from jupyter_artifacts.policy import Permission
    from jupyter_artifacts.records.artifacts import Artifact


def asker_of(context: Context) -> policy.Asker:
    """Return who asks, as far as the policy needs to know."""
    return policy.Asker(handle=context.actor.handle, role=context.actor.role)


def owner_of(permission: Permission, context: Context, ask: Any) -> tuple[str, str]:
    """Return who owns what an operation acts on, and its address."""
    thing, action = permission.thing, permission.action
    if thing is Thing.MEMBER:
        return ask.handle, ask.handle
    if thing is Thing.TEAM or action in {Action.SEE, Action.MAKE}:
        return "", ""
    with context.catalog.read() as rows:
        if thing is Thing.RUN:
            run = rows.runs.get(ask.user, ask.run)
            found = run.user, run.address
        elif thing is Thing.DATASTORE:
            datastore = rows.datastores.get(ask.name)
            found = datastore.owner, datastore.address
        elif thing in {Thing.ARTIFACT, Thing.VERSION}:
            found = _artifact_owner(permission, context, rows, ask)
        elif thing is Thing.SHARE:
            found = _share_owner(context, rows, ask)
        else:
            transfer = rows.transfers.get(ask.transfer)
            # whoever asked for the same and joined it is an owner, too
            mine = context.actor.handle in transfer.askers
            found = context.actor.handle if mine else transfer.owner, transfer.id
    return found


def _share_owner(context: Context, rows: Rows, ask: Any) -> tuple[str, str]:
    share, asker = rows.shares.get(ask.share), asker_of(context)
    # what it is of is told to those alone who may act on it: it may be private
    theirs = asker.handle == share.owner or asker.role in policy.ADMINS
    return share.owner, share.address if theirs else f"share {share.id}"


def _artifact_owner(
    permission: Permission, context: Context, rows: Rows, ask: Any
) -> tuple[str, str]:
    asker = asker_of(context)

    def known(artifact: Artifact) -> bool:
        return policy.may_know(asker, artifact, permission.action)

    artifact, identity = rows.artifacts.get(ask.name, known)
    if permission.thing is Thing.ARTIFACT:
        return artifact.owner, artifact.address
    version, _ = rows.versions.get(artifact, identity, ask.version)
    mine = version.created_by == asker.handle
    return asker.handle if mine else artifact.owner, version.address
