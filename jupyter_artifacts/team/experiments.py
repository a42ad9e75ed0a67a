"""One experiment, and listings of many, as Python sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_artifacts.errors import InvalidRequest, NotFound
from jupyter_artifacts.records.base import value_from_wire
from jupyter_artifacts.team.frames import frame_of_experiments, frame_of_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from jupyter_artifacts.addresses import Address
    from jupyter_artifacts.carriers.local import LocalCarrier
    from jupyter_artifacts.records.assets import Asset
    from jupyter_artifacts.records.base import Page
    from jupyter_artifacts.records.metrics import Points, Series
    from jupyter_artifacts.records.runs import Checkpoint, Experiment

_PAGE = 1000


class Experiments:
    """The experiments a query selects, read page by page as they are looked at."""

    def __init__(self, carrier: LocalCarrier, query: str, sort: str) -> None:
        self._carrier = carrier
        self.query = query
        self.sort = sort

    def page(self, *, limit: int = 50, cursor: str | None = None) -> Page[Experiment]:
        """Return one page."""
        page: Page[Experiment] = self._carrier.call(
            "runs.search", query=self.query, sort=self.sort, limit=limit, cursor=cursor
        )
        return page

    def __iter__(self) -> Iterator[Experiment]:
        """Go through all of them."""
        cursor = None
        while True:
            page = self.page(limit=_PAGE, cursor=cursor)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def frame(self) -> pd.DataFrame:
        """Return all of them, one row each."""
        return frame_of_experiments(self)

    def __repr__(self) -> str:
        """Say how many there are."""
        page = self.page(limit=1)
        count = f"{page.total:,}{'+' if page.total_capped else ''}"
        noun = "experiment" if page.total == 1 else "experiments"
        return f"<{count} {noun} where {self.query or 'anything'}>"


class Metric:
    """One metric of one or more experiments: every point, never a silent sample."""

    def __init__(
        self, carrier: LocalCarrier, series: list[tuple[str, str, str]]
    ) -> None:
        self._carrier = carrier
        self.series = series

    def points(self) -> list[Points]:
        """Return every point, one `Points` an experiment."""
        return self._carrier.points(self.series)

    def sampled(self, limit: int) -> list[Points]:
        """Return about `limit` points an experiment, extremes and NaN kept."""
        return self._carrier.points(self.series, limit=limit)

    def frame(self) -> pd.DataFrame:
        """Return every point: experiment, group, name, step, time, value."""
        return frame_of_points(self.points())

    def __repr__(self) -> str:
        """Name the series."""
        names = ", ".join(f"{at} {group}.{name}" for at, group, name in self.series)
        return f"<metric of {names}>"


class TeamExperiment:
    """One experiment of the team."""

    def __init__(self, carrier: LocalCarrier, place: Address) -> None:
        self._carrier = carrier
        self.place = place.of_experiment()
        self.record  # noqa: B018 - an unknown address is an error here, not later

    @property
    def _at(self) -> dict[str, Any]:
        return {
            "user": self.place.user,
            "run": self.place.run,
            "number": self.place.experiment,
        }

    @property
    def record(self) -> Experiment:
        """The experiment as it is now."""
        found: Experiment = self._carrier.call("experiments.get", **self._at)
        return found

    @property
    def params(self) -> dict[str, Any]:
        """Its hyperparameters, nested as they were given."""
        params: dict[str, Any] = value_from_wire(self.record.params)
        return params

    def series(self) -> list[Series]:
        """Return every metric series it has."""
        found: list[Series] = self._carrier.call("metrics.series", **self._at)
        return found

    def metrics(self, name: str = "") -> Metric:
        """Return one metric ("training.loss"), or all of them.

        Raises:
            NotFound: when it has no such metric; names those it has.
        """
        known = {f"{each.group}.{each.name}": each for each in self.series()}
        if name and name not in known:
            msg = f"it has no metric {name!r}"
            hint = f"it has {', '.join(sorted(known)) or 'none yet'}"
            raise NotFound(msg, address=self.place.short, hint=hint)
        chosen = [known[name]] if name else list(known.values())
        series = [(self.place.short, each.group, each.name) for each in chosen]
        return Metric(self._carrier, series)

    def files(self) -> list[Asset]:
        """Return every file, by path."""
        assets: list[Asset] = self._carrier.call("files.manifest", **self._at).assets
        return assets

    def checkpoints(self) -> list[Checkpoint]:
        """Return its checkpoints, by steps completed."""
        found: list[Checkpoint] = self._carrier.call("checkpoints.list", **self._at)
        return found

    def logs(self, stream: str = "output") -> str:
        """Return a log stream: "output" (both, in order), "stdout" or "stderr"."""
        content = self._carrier.content("logs.read", **self._at, stream=stream)
        return b"".join(content.read(0, content.size)).decode("utf-8", "replace")

    def __repr__(self) -> str:
        """Say what it is and how it stands."""
        record = self.record
        noun = "file" if record.file_count == 1 else "files"
        return f"<{record.address} {record.state} · {record.file_count:,} {noun}>"


def split_metric(name: str) -> tuple[str, str]:
    """Return group and name of "training.loss"; a bare name is of "training"."""
    if not name:
        msg = "a metric's name is empty"
        raise InvalidRequest(msg, hint="write training.loss")
    group, dot, rest = name.partition(".")
    return (group, rest) if dot and rest else ("training", name)
