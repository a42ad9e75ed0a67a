"""Runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from sqlalchemy import Row, delete, func, insert, select, tuple_, update

from jupyter_artifacts.addresses import check_name, run_address
from jupyter_artifacts.catalog.cursors import from_cursor, to_cursor
from jupyter_artifacts.catalog.documents import document_reader, to_document
from jupyter_artifacts.catalog.indexing import forget_unused, keys_of
from jupyter_artifacts.catalog.missing import called_so, not_found
from jupyter_artifacts.catalog.schema import (
    assets,
    checkpoints,
    experiments,
    folders,
    members,
    runs,
    uncaptured,
)
from jupyter_artifacts.catalog.upkeep import keep_experiment, read_experiment
from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.records.base import Page
from jupyter_artifacts.records.runs import Run
from jupyter_artifacts.records.states import State

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_LONGEST_NAME: Final = 128
_CAP: Final = 10_000
_read = document_reader(Run)


class RunRows:
    """Runs, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, run: Run) -> Run:
        """Add `run` (its id given); a taken name gets "-1", "-2" (`renamed_from`)."""
        asked = check_name(run.name, "run")
        name = self._free_name(check_name(run.user, "user"), asked)
        added = replace(
            run,
            name=name,
            address=run_address(run.user, name).short,
            renamed_from=asked if name != asked else run.renamed_from,
            tags=sorted(set(run.tags)),
            experiments=0,
            artifact_bytes=0,
        )
        self._connection.execute(
            insert(runs).values(
                id=added.id,
                user=added.user,
                user_key=added.user.lower(),
                name_key=name.lower(),
                state=added.state.value,
                created=added.created,
                ended=added.ended,
                experiments=0,
                artifact_bytes=0,
                doc=to_document(added, address=added.address),
            )
        )
        return added

    def _free_name(self, user: str, name: str) -> str:
        taken = set(
            self._connection.scalars(
                select(runs.c.name_key).where(runs.c.user_key == user.lower())
            )
        )
        free, number = name, 0
        while free.lower() in taken:
            number += 1
            ending = f"-{number}"
            free = name[: _LONGEST_NAME - len(ending)] + ending
        return free

    def get(self, user: str, name: str) -> Run:
        """Return one run; names are matched ignoring case."""
        mine = runs.c.user_key == user.lower()
        found = self._connection.execute(
            select(runs).where(mine, runs.c.name_key == name.lower())
        ).first()
        if found:
            return _run(found)
        self._check_user(user)
        known = self._connection.scalars(select(runs.c.name_key).where(mine))
        address = run_address(user, name).short
        msg = f"{user} has no run {name}"
        if hint := called_so(self._connection, user, name):
            raise NotFound(msg, address=address, hint=hint)
        raise not_found(msg, address=address, name=name.lower(), known=known)

    def by_id(self, run_id: str) -> Run:
        """Return one run."""
        found = self._connection.execute(
            select(runs).where(runs.c.id == run_id)
        ).first()
        if found is None:
            msg = f"there is no run {run_id}"
            raise not_found(msg, address=run_id)
        return _run(found)

    def of_user(self, user: str, *, limit: int, cursor: str | None) -> Page[Run]:
        """Return a member's runs, newest first. An unknown user is `NotFound`."""
        self._check_user(user)
        mine = runs.c.user_key == user.lower()
        listing = f"runs of {user.lower()}"
        statement = select(runs).where(mine)
        if cursor is not None:
            created, run_id = from_cursor(listing, cursor, tuple[float, str])
            place = tuple_(runs.c.created, runs.c.id)
            statement = statement.where(place < (created, run_id))
        newest = statement.order_by(runs.c.created.desc(), runs.c.id.desc())
        found = self._connection.execute(newest.limit(limit + 1)).all()
        page = found[:limit]
        some = select(runs.c.id).where(mine).limit(_CAP + 1).subquery()
        total = self._connection.scalar(select(func.count()).select_from(some)) or 0
        more = len(found) > limit and page
        return Page(
            items=[_run(row) for row in page],
            cursor=to_cursor(listing, (page[-1].created, page[-1].id))
            if more
            else None,
            total=min(total, _CAP),
            total_capped=total > _CAP,
        )

    def set_tags(self, run_id: str, tags: list[str]) -> Run:
        """Replace the tags, on its experiments too."""
        kept = sorted(set(tags))
        run = replace(self.by_id(run_id), tags=kept)
        self._connection.execute(
            update(runs)
            .where(runs.c.id == run_id)
            .values(doc=to_document(run, address=run.address))
        )
        owned = select(experiments.c.seq, experiments.c.doc)
        rows = self._connection.execute(owned.where(experiments.c.run_id == run_id))
        for row in rows.all():
            old = read_experiment(row.doc)
            keep_experiment(self._connection, row.seq, old, replace(old, tags=kept))
        return run

    def delete(self, run_id: str) -> list[str]:
        """Delete the run and every row below it; return its experiments' ids."""
        self.by_id(run_id)
        used = keys_of(self._connection, run_id)
        owned = self._connection.execute(
            select(experiments.c.seq, experiments.c.id)
            .where(experiments.c.run_id == run_id)
            .order_by(experiments.c.number)
        ).all()
        for row in owned:
            below = select(checkpoints.c.uuid).where(
                checkpoints.c.experiment == row.seq
            )
            manifests = [row.id, *self._connection.scalars(below)]
            for table in (assets, folders, uncaptured):
                self._connection.execute(
                    delete(table).where(table.c.manifest.in_(manifests))
                )
        self._connection.execute(delete(runs).where(runs.c.id == run_id))
        forget_unused(self._connection, used)
        return [row.id for row in owned]

    def _check_user(self, user: str) -> None:
        member = select(members.c.handle).where(members.c.handle_key == user.lower())
        owner = select(runs.c.id).where(runs.c.user_key == user.lower()).limit(1)
        if not (self._connection.scalar(member) or self._connection.scalar(owner)):
            known = self._connection.scalars(select(members.c.handle))
            msg = f"the team has no member {user}"
            raise not_found(msg, address=user, name=user, known=known)


def _run(row: Row[Any]) -> Run:
    """Return the run of a row; what its experiments decide stands in columns."""
    return replace(
        _read(row.doc),
        state=State(row.state),
        ended=row.ended,
        experiments=row.experiments,
        artifact_bytes=row.artifact_bytes,
    )
