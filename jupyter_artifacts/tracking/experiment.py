"""An experiment under way, as the code that trains sees it."""

from __future__ import annotations

import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, SupportsFloat

from jupyter_artifacts.addresses import experiment_address, reason_against_path
from jupyter_artifacts.catalog.segments import encode_report
from jupyter_artifacts.errors import Conflict, InvalidPath, NotFound
from jupyter_artifacts.records.base import value_from_wire, value_to_wire
from jupyter_artifacts.records.states import State
from jupyter_artifacts.tracking.artifacts import log_artifact, use_artifact
from jupyter_artifacts.tracking.claims import CURRENT
from jupyter_artifacts.tracking.endings import verdict_of
from jupyter_artifacts.tracking.numbers import floats_of, group_of, step_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta
    from types import TracebackType

    from jupyter_artifacts.records.runs import Checkpoint, Experiment
    from jupyter_artifacts.team.drafts import Artifact
    from jupyter_artifacts.team.versions import TeamVersion
    from jupyter_artifacts.tracking.active import ActiveRun
    from jupyter_artifacts.transfer.progress import Progress


class ActiveExperiment:
    """One set of hyperparameters being trained in this process.

    Use it as a context manager: files written within belong to it.
    """

    def __init__(self, run: ActiveRun, record: Experiment) -> None:
        self.run = run
        self.id = record.id
        self.number = record.number
        self.params: dict[str, Any] = value_from_wire(record.params)
        self.ended = False
        self._steps: dict[str, int] = {}
        self._append = run.append
        self._before = ("", -1)

    @property
    def address(self) -> str:
        """Its address, e.g. "alice:mnist-exp0"."""
        return experiment_address(self.run.user, self.run.name, self.number).short

    def log(
        self,
        metrics: Mapping[str, SupportsFloat],
        *,
        step: int | None = None,
        group: str = "training",
        time: float | None = None,
    ) -> None:
        """Log metrics; they survive `kill -9` of the process once this returns.

        Args:
            metrics: name → number; NaN and infinities are kept as they are.
            step: steps completed; None counts the calls for this group.
            group: "training", "validation", any other text without a dot.
            time: seconds since 1970; None for now.

        Raises:
            InvalidRequest: for what is no number, no name or no step; says which.
            Conflict: when the experiment has ended.
            NoSpace: when the disk is full.
        """
        values = floats_of(metrics)
        group = group_of(group)
        step = self._steps.get(group, -1) + 1 if step is None else step_of(step)
        if self.ended:
            raise self._has_ended()
        when = clock.time() if time is None else float(time)
        self._append(encode_report(self.id, group, step, when, values))
        self._steps[group] = step

    def save_checkpoint(
        self,
        path: str | os.PathLike[str],
        *,
        steps_completed: int,
        metadata: Mapping[str, Any] | None = None,
    ) -> Checkpoint:
        """Save a file or a folder as a checkpoint; it is whole when this returns.

        Args:
            path: the file, or the folder with everything in it.
            steps_completed: batches processed so far.
            metadata: anything worth noting.

        Raises:
            NotFound: when nothing is there, or the folder is empty.
            InvalidPath: when a file in it has a name that no store can hold.
        """
        if self.ended:
            raise self._has_ended()
        files = _files_of(Path(path))
        call = self._call
        begun: Checkpoint = call(
            "checkpoints.begin",
            steps_completed=step_of(steps_completed),
            metadata=value_to_wire(dict(metadata or {})),
        )
        for name, source in files.items():
            call("checkpoints.capture", uuid=begun.uuid, path=name, source=source)
        saved: Checkpoint = call("checkpoints.complete", uuid=begun.uuid)
        return saved

    def log_artifact(
        self,
        artifact: Artifact,
        *,
        aliases: Iterable[str] = (),
        tags: Iterable[str] = (),
        ttl: float | str | timedelta | None = None,
        sha256: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> TeamVersion:
        """Make an artifact the next version of its name, made by this experiment.

        When an earlier version has the same content, there is no new one: that one
        is returned, and gets the aliases and tags. Nothing is stored twice.

        Args:
            artifact: what is logged.
            aliases: that name the version from now on; `latest` does so by itself.
            tags: of the version.
            ttl: after which it may be deleted by itself, unless something uses it:
                seconds, "30d" or a timedelta; None for never.
            sha256: whether SHA-256 is recorded of every file beside BLAKE3; of content
                that an earlier version has, that version's record stays as it is.
            progress: told how far it is; None to show it here, once it takes a while.

        Raises:
            InvalidRequest: when there is nothing in it, or an alias is none.
            Refused: when the aliases are somebody else's to move.
            Conflict: when the name is not available, or of another type.
        """
        return log_artifact(
            self.run.carrier,
            self.address,
            artifact,
            aliases=aliases,
            tags=tags,
            ttl=ttl,
            sha256=sha256,
            progress=progress,
        )

    def use_artifact(self, address: str, *, role: str = "input") -> TeamVersion:
        """Note that this experiment uses a version of an artifact, and return it.

        Args:
            address: e.g. "my-model@v3", or "my-model", the newest.
            role: "input", "fine-tuning" or "inference".
        """
        run = self.run
        at = {"user": run.user, "run": run.name, "number": self.number}
        return use_artifact(run.carrier, at, address, role)

    def note(self, **metadata: Any) -> None:
        """Note anything about it; values are what JSON can hold."""
        self._call("experiments.note", metadata=value_to_wire(metadata))

    def set_params(self, params: Mapping[str, Any]) -> None:
        """Add to its params; nested ones are merged key by key."""
        self.params = merged(self.params, params)
        self._call("experiments.note", params=value_to_wire(self.params))

    def finish(self, state: State | str = State.COMPLETED, reason: str = "") -> None:
        """End it. What it wrote was taken when this returns."""
        if not self.ended:
            self.ended = True
            self.run.end_experiment(self, State(state), reason)

    def _call(self, operation: str, **ask: Any) -> Any:
        run = self.run
        return run.carrier.call(
            operation, user=run.user, run=run.name, number=self.number, **ask
        )

    def _has_ended(self) -> Conflict:
        msg = "it has ended: nothing more can be logged to it"
        return Conflict(msg, address=self.address, hint="log before it ends")

    def __enter__(self) -> Self:
        """Make files that are written from now on this experiment's."""
        self._before = CURRENT.get()
        CURRENT.set((self.run.papers_id, self.number))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it as the block ended."""
        # what it wrote up to here is its own, also what an error leaves behind
        CURRENT.set(self._before)
        self.finish(*verdict_of(error))


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `more` on top; mappings in both are merged."""
    found = dict(base)
    for key, value in more.items():
        old = found.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            found[str(key)] = merged(old, value)
        else:
            found[str(key)] = value
    return found


def _files_of(path: Path) -> dict[str, Path]:
    """Return name in the checkpoint → file."""
    if path.is_dir():
        files = {
            found.relative_to(path).as_posix(): found.resolve()
            for found in sorted(path.rglob("*"))
            if found.is_file()
        }
    else:
        files = {path.name: path.resolve()} if path.is_file() else {}
    if not files:
        empty = "the folder is empty" if path.is_dir() else "there is no such file"
        msg = f"no checkpoint can be saved: {empty}"
        raise NotFound(msg, address=str(path), hint="write the files first")
    for name in files:
        if reason := reason_against_path(name):
            msg = f"no checkpoint can hold {name!r}: {reason}"
            raise InvalidPath(msg, address=str(path), hint="rename the file")
    return files
