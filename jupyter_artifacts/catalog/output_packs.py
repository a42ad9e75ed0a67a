"""Where packs have the contents of experiments' outputs once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select, update

from jupyter_artifacts.catalog.adding import add_missing
from jupyter_artifacts.catalog.growth import batched
from jupyter_artifacts.catalog.schema import experiments
from jupyter_artifacts.catalog.schema_packs import output_packs, unpacked_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

_p: Final = output_packs.c
_u: Final = unpacked_outputs.c
_PREFIX: Final = "blake3:"


class OutputPackRows:
    """Packs of experiments' outputs, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self, experiment_id: str, wanted: Sequence[str]
    ) -> dict[str, tuple[str, int]]:
        """Return, of those of these digests that packs have, pack and offset."""
        mine = _p.experiment == _seq(experiment_id).scalar_subquery()
        found = {}
        for some in batched([each for each in wanted if each.startswith(_PREFIX)]):
            rows = self._connection.execute(
                select(_p.digest, _p.pack, _p.offset).where(
                    mine, _p.digest.in_([_raw(each) for each in some])
                )
            )
            found.update(
                {f"{_PREFIX}{row.digest.hex()}": (row.pack, row.offset) for row in rows}
            )
        return found

    def add(
        self, experiment_id: str, pack: str, files: Sequence[tuple[str, int]]
    ) -> int:
        """Note what a pack has, (digest, offset), but what another one has already.

        Returns:
            How many of them are new; 0 when the experiment was deleted meanwhile.
        """
        mine = self._connection.scalar(_seq(experiment_id))
        if mine is None:
            return 0
        places = dict(files)
        for digest in self.find(experiment_id, list(places)):
            del places[digest]
        add_missing(
            self._connection,
            output_packs,
            [
                {
                    "experiment": mine,
                    "digest": _raw(digest),
                    "pack": pack,
                    "offset": offset,
                }
                for digest, offset in places.items()
            ],
        )
        return len(places)

    def waiting(self, now: float, *, limit: int, run_id: str = "") -> list[str]:
        """Return ids of experiments whose outputs wait to be packed since `now`.

        Args:
            now: what became due later is left out.
            limit: at most so many, the oldest first.
            run_id: only those of this run; "" for all.
        """
        mine = _u.due <= now
        if run_id:
            mine &= experiments.c.run_id == run_id
        found = self._connection.scalars(
            select(experiments.c.id)
            .join(unpacked_outputs, _u.experiment == experiments.c.seq)
            .where(mine)
            .order_by(_u.due, _u.experiment)
            .limit(limit)
        )
        return list(found)

    def claim(self, experiment_id: str, now: float, until: float) -> bool:
        """Keep others from packing an experiment for a while.

        Returns:
            Whether it waits, and nobody else is at it.
        """
        mine = _u.experiment == _seq(experiment_id).scalar_subquery()
        claimed = self._connection.execute(
            update(unpacked_outputs).where(mine, _u.due <= now).values(due=until)
        )
        return claimed.rowcount > 0

    def postpone(self, experiment_id: str, until: float) -> None:
        """Keep others from it for a while longer: who claimed it goes on."""
        mine = _u.experiment == _seq(experiment_id).scalar_subquery()
        self._connection.execute(update(unpacked_outputs).where(mine).values(due=until))

    def settle(self, experiment_id: str) -> None:
        """Note that an experiment was looked at, and needs it never again."""
        mine = _u.experiment == _seq(experiment_id).scalar_subquery()
        self._connection.execute(delete(unpacked_outputs).where(mine))


def await_packs(connection: Connection, seq: int, now: float) -> None:
    """Note that the outputs of an experiment that just ended may be packed."""
    connection.execute(insert(unpacked_outputs).values(experiment=seq, due=now))


def _seq(experiment_id: str) -> Select[Any]:
    return select(experiments.c.seq).where(experiments.c.id == experiment_id)


def _raw(digest: str) -> bytes:
    return bytes.fromhex(digest.removeprefix(_PREFIX))
