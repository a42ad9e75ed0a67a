"""The team, over a carrier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_artifacts.addresses import NAME, Address, parse_address
from jupyter_artifacts.carriers.local import LocalCarrier
from jupyter_artifacts.errors import NotFound, Unavailable
from jupyter_artifacts.operations.addressed import of_experiment, to_read
from jupyter_artifacts.operations.auditing import note
from jupyter_artifacts.operations.contents import assets_at
from jupyter_artifacts.operations.places import version_folder
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.team.artifacts import Artifacts
from jupyter_artifacts.team.downloads import Downloads
from jupyter_artifacts.team.entries import entries_at
from jupyter_artifacts.team.experiments import Experiments, Metric, TeamExperiment
from jupyter_artifacts.team.experiments import split_metric as split
from jupyter_artifacts.team.loading import MOST, load_content
from jupyter_artifacts.team.missing import explained
from jupyter_artifacts.team.opening import open_content
from jupyter_artifacts.team.sharing import Sharing
from jupyter_artifacts.team.versions import (
    TeamVersion,
    delete_artifact,
    named_version,
)

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable

    from jupyter_artifacts.operations.run_changes import Cloned
    from jupyter_artifacts.operations.table import Content
    from jupyter_artifacts.records.artifacts import Lineage
    from jupyter_artifacts.records.assets import Entry
    from jupyter_artifacts.records.datastores import Datastore
    from jupyter_artifacts.records.peeks import Peek
    from jupyter_artifacts.records.people import Member
    from jupyter_artifacts.records.runs import RunWithExperiments
    from jupyter_artifacts.records.sessions import Attachment, Session


def connect(settings: Settings | None = None, *, user: str | None = None) -> Team:
    """Return the team: on this machine, or where JUPYTER_ARTIFACTS_URL says.

    Args:
        settings: where things are; None for what the environment says.
        user: the login of who acts; None for the settings' own.
    """
    settings = settings or Settings.from_environment()
    if settings.url:
        msg = "this version reaches a team on this machine only"
        hint = "unset JUPYTER_ARTIFACTS_URL"
        raise Unavailable(msg, address=settings.url, hint=hint)
    if user is not None:
        settings = replace(settings, user=user)
    return Team(LocalCarrier(settings))


class Team(Artifacts, Downloads, Sharing):
    """Everything the team made."""

    def __init__(self, carrier: LocalCarrier) -> None:
        self.carrier = carrier

    @property
    def me(self) -> str:
        """The handle of who acts."""
        return self.carrier.me

    def parse(self, address: str | Address) -> Address:
        """Return the address that a text is, for who acts."""
        if isinstance(address, Address):
            return address
        return parse_address(address, me=self.me)

    def runs(self, query: str = "", *, sort: str = "-started") -> Experiments:
        """Return the experiments that a query selects.

        Args:
            query: e.g. 'user == "alice" and metrics.validation.accuracy > 0.9'.
            sort: a field, "-" in front for descending.
        """
        return Experiments(self.carrier, query, sort)

    def run(self, address: str) -> RunWithExperiments:
        """Return a run and its experiments."""
        found: RunWithExperiments = self.carrier.call("runs.get", **self._run(address))
        return found

    def experiment(self, address: str | Address) -> TeamExperiment:
        """Return an experiment, e.g. "alice:mnist-exp0"."""
        return TeamExperiment(self.carrier, self.parse(address))

    def metric(self, addresses: Iterable[str], name: str) -> Metric:
        """Return one metric of several runs or experiments, those that have it.

        Raises:
            NotFound: when none has it, and none goes on and could still get it.
        """
        group, metric = split(name)
        series, others, growing = [], set(), False
        for address in self.experiments_at(addresses):
            experiment = self.experiment(address)
            growing = growing or not experiment.record.state.ended
            known = {(each.group, each.name) for each in experiment.series()}
            if (group, metric) in known:
                series.append((address, group, metric))
            others |= known
        if not series and not growing:
            msg = f"none of them has a metric {group}.{metric}"
            names = ", ".join(sorted(map(".".join, others)))
            hint = f"they have {names or 'none'}"
            raise NotFound(msg, address=", ".join(addresses), hint=hint)
        return Metric(self.carrier, series)

    def experiments_at(self, addresses: Iterable[str]) -> list[str]:
        """Return the experiments' addresses; a run stands for all of its own."""
        found = []
        for text in addresses:
            place = self.parse(text)
            if place.experiment is not None:
                found.append(place.of_experiment().short)
            else:
                made = self.run(text).experiments
                found += [experiment.address for experiment in made]
        return list(dict.fromkeys(found))

    def open(self, address: str) -> io.BufferedReader:
        """Return a file of the team as a file object; reads only what is read."""
        return open_content(self.content(address), address, self.carrier.cache)

    def load(self, address: str, *, trust: bool = False, max_bytes: int = MOST) -> Any:
        """Return what a file holds: DataFrame, array, image, dict or text.

        A file of 1 MiB or more that is not on this machine goes by way of my cache.

        Args:
            address: which.
            trust: whether it may be unpickled, which can run any code; without it,
                the error says what would be imported.
            max_bytes: as many are loaded at most.
        """
        content = self.content(address)
        return load_content(
            content,
            address,
            trust=trust,
            max_bytes=max_bytes,
            cache=self.carrier.cache,
        )

    def content(self, address: str | Address) -> Content:
        """Return the bytes of one file, checkpoint's file or log.

        Raises:
            NotFound: when there is none; says which address works, or who is near.
            InvalidAddress: when it is a folder.
        """
        place = self.parse(address)
        operation, asked = to_read(place)
        with explained(self.carrier, place):
            return self.carrier.content(operation, **asked)

    def peek(self, address: str | Address) -> Peek:
        """Tell what a file holds from a few of its bytes; nothing of it is run.

        A table's schema and statistics, tensors, arrays, the listing of an archive,
        the first and last lines of a text, what a pickle would import.

        Raises:
            NotFound: when there is none; says which address works, or who is near.
            Unreadable: when it is damaged, or not what its name says.
        """
        place = self.parse(address)
        with explained(self.carrier, place):
            found: Peek = self.carrier.call("peeks.get", address=place.tree)
        return found

    def entries(self, address: str | Address) -> list[Entry]:
        """Return one level of what is at an experiment, a version or a folder of one.

        Of a file the one entry of it; an experiment shows its files, and that it has
        checkpoints and logs.
        """
        return entries_at(self, self.parse(address))

    def digests(self, address: str) -> dict[str, str]:
        """Return every file of a place by path, with its recorded digest."""
        place, context = self.parse(address), self.carrier.context
        with context.catalog.read() as rows:
            found = assets_at(context, rows, place)
            return {stored.asset.path: stored.asset.digest for stored in found}

    def stop(self, address: str) -> RunWithExperiments:
        """Ask a run of mine to stop."""
        found: RunWithExperiments = self.carrier.call("runs.stop", **self._run(address))
        return found

    def delete(self, address: str, *, reason: str = "") -> None:
        """Delete a run of mine, a version ("my-model@v3") or a whole artifact.

        Args:
            address: which; "artifacts/my-model" is all versions of it.
            reason: why; needed for what is someone else's.

        Raises:
            Conflict: while something depends on it; says what.
        """
        place = self.parse(address)
        if place.root == "artifacts":
            delete_artifact(self.carrier, place, reason)
            return
        self.carrier.call("runs.delete", **self._run(address), reason=reason)

    def clone(self, address: str, name: str = "") -> Cloned:
        """Queue a run of mine made as this one was."""
        made: Cloned = self.carrier.call("runs.clone", **self._run(address), name=name)
        return made

    def artifact(self, address: str | Address) -> TeamVersion:
        """Return a version of an artifact: "my-model@v3", or "my-model", the newest."""
        return TeamVersion(self, named_version(self, address))

    def lineage(self, address: str | Address) -> Lineage:
        """Return what a version or an experiment came from, and what came of it."""
        place = self.parse(address)
        bare = isinstance(address, str) and NAME.fullmatch(address)
        if place.root == "runs" and (place.experiment is not None or not bare):
            at = of_experiment(place.of_experiment())
            found: Lineage = self.carrier.call("experiments.lineage", **at)
            return found
        return self.artifact(address).lineage()

    def datastores(self) -> list[Datastore]:
        """Return every datastore of the team."""
        found: list[Datastore] = self.carrier.call("datastores.list")
        return found

    def sessions(self) -> list[Session]:
        """Return the running sessions of the team."""
        found: list[Session] = self.carrier.call("sessions.list")
        return found

    def members(self) -> list[Member]:
        """Return everyone."""
        found: list[Member] = self.carrier.call("teams.get").members
        return found

    def attach(self, address: str) -> Path:
        """Attach a datastore to this session; return its read-only path.

        Outside a session the path is where the version itself lies.
        """
        session = self.carrier.settings.session
        if session:
            attached: Attachment = self.carrier.call(
                "sessions.attach", session=session, address=address
            )
            return Path(attached.path)
        place = self.parse(address)
        context = self.carrier.context
        version, folder = version_folder(context, place.name, place.version)
        with context.catalog.write() as rows:
            note(context, rows, "attach", version.address, grants=True)
        return folder

    def _run(self, address: str) -> dict[str, str]:
        place = self.parse(address).of_run()
        return {"user": place.user, "run": place.run}
