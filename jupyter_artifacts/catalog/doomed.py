"""Bytes that are to be deleted: at once, or when nobody can need them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, or_, select, update

from jupyter_artifacts.catalog.growth import batched
from jupyter_artifacts.catalog.schema import doomed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

_REFUSED: Final = or_(doomed.c.of.is_(None), doomed.c.of == doomed.c.key)
"""What nobody needs: it is there after it was due when the storage refused."""


class DoomedRows:
    """Bytes that no row needs, written down until the storage has let them go."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, prefixes: Sequence[str], now: float) -> None:
        """Note folders of bytes that are to be deleted now."""
        self._put([{"key": key, "of": None, "due": now} for key in prefixes])

    def remove(self, keys: Sequence[str], now: float) -> None:
        """Note single objects that are to be deleted now."""
        self._put([{"key": key, "of": key, "due": now} for key in keys])

    def keep(self, revisions: Sequence[tuple[str, str]], until: float) -> None:
        """Note old bytes, (their key, the key they were replaced under), to keep.

        Noted again, they stay until the later time.
        """
        several = dict(revisions)  # files of the same bytes have one revision
        self._put([{"key": key, "of": of, "due": until} for key, of in several.items()])

    def hasten(self, replaced: Sequence[str], now: float) -> None:
        """Let go at once the old bytes of these keys that are kept so far."""
        for some in batched(replaced):
            self._connection.execute(
                update(doomed)
                .where(doomed.c.of.in_(some), doomed.c.due > now)
                .values(due=now)
            )

    def postpone(self, keys: Sequence[str], until: float) -> None:
        """Let what the storage did not let go of wait, and others be deleted first."""
        for some in batched(keys):
            self._connection.execute(
                update(doomed)
                .where(doomed.c.key.in_(some), doomed.c.due < until)
                .values(due=until)
            )

    def try_again(self, now: float) -> None:
        """Let what was postponed be deleted now; old bytes that are kept stay so."""
        self._connection.execute(
            update(doomed).where(_REFUSED, doomed.c.due > now).values(due=now)
        )

    def due(
        self, now: float, *, limit: int, again: bool = False
    ) -> tuple[list[str], list[str], list[str]]:
        """Return folders, single objects, and old bytes, that are to be deleted by now.

        Nobody needs one of the first two again; of the last somebody may, see `keep`.

        Args:
            now: seconds since 1970.
            limit: at most so many of them together.
            again: whether what was postponed is due, too, as after `try_again`.
        """
        by_now = doomed.c.due <= now
        found = self._connection.execute(
            select(doomed.c.key, doomed.c.of)
            .where(or_(by_now, _REFUSED) if again else by_now)
            .order_by(doomed.c.due, doomed.c.key)
            .limit(limit)
        ).all()
        return (
            [row.key for row in found if row.of is None],
            [row.key for row in found if row.of == row.key],
            [row.key for row in found if row.of not in {None, row.key}],
        )

    def is_due(self, key: str, now: float) -> bool:
        """Return whether one of them is still to be deleted by now."""
        there = select(doomed.c.key).where(doomed.c.key == key, doomed.c.due <= now)
        return self._connection.scalar(there) is not None

    def forget(self, keys: Sequence[str]) -> None:
        """Take off the list what is deleted, with everything below it."""
        for key in keys:
            # "0" is the character after "/"
            below = (doomed.c.key > f"{key}/") & (doomed.c.key < f"{key}0")
            self._connection.execute(
                delete(doomed).where(or_(doomed.c.key == key, below))
            )

    def _put(self, rows: list[dict[str, str | float | None]]) -> None:
        if not rows:
            return
        for some in batched([str(row["key"]) for row in rows]):
            self._connection.execute(delete(doomed).where(doomed.c.key.in_(some)))
        self._connection.execute(insert(doomed), rows)
