"""A place in the one tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from jupyter_artifacts.addresses.paths import AssetPath
from jupyter_artifacts.errors import InvalidAddress

LOG_STREAMS: Final = ("output", "stdout", "stderr")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in the one tree.

    Attributes:
        root: "runs", "artifacts" or "datastores".
        user: owner's handle, for runs; "" at the root.
        run: the run's name; "" above it.
        experiment: N of exp<N>; None above it.
        section: "files", "checkpoints" or "logs"; "" above it.
        item: the checkpoint's uuid or the log's stream; "" above it.
        name: the artifact's or datastore's name; "" at the root.
        version: "v3" or an alias; "" for none given.
        path: the file below; None for none given.
    """

    root: str
    user: str = ""
    run: str = ""
    experiment: int | None = None
    section: str = ""
    item: str = ""
    name: str = ""
    version: str = ""
    path: AssetPath | None = None

    @property
    def tree(self) -> str:
        """Return the address as the tree has it."""
        parts = [self.root]
        if self.root == "runs":
            parts += [part for part in (self.user, self.run) if part]
            if self.experiment is not None:
                parts.append(f"exp{self.experiment}")
            parts += [part for part in (self.section, self.item) if part]
        else:
            parts += [part for part in (self.name, self.version) if part]
        if self.path is not None:
            parts.append(str(self.path))
        return "/".join(parts)

    @property
    def short(self) -> str:
        """Return the address as people say it, the tree's where no short one is."""
        if self.root == "artifacts" and self.version:
            below = f"/{self.path}" if self.path else ""
            return f"{self.name}@{self.version}{below}"
        if self.root != "runs" or not self.run:
            return self.tree
        run = f"{self.user}:{self.run}"
        if self.experiment is None:
            return run
        if self.section == "files" and self.path is not None:
            return f"{run}-exp{self.experiment}/{self.path}"
        return self.tree if self.section else f"{run}-exp{self.experiment}"

    def __str__(self) -> str:
        """Return the short form."""
        return self.short

    def file(self, path: str) -> Address:
        """Return the address of the file `path` below this place."""
        section = self.section
        if self.root == "runs" and not section:
            section = "files"
        below = self.path.child(path) if self.path else AssetPath(path)
        return replace(self, section=section, path=below)

    def hint_at_section(self) -> str:
        """Return what to write when a short address was written like the tree's.

        "" when its path does not begin with a section's name.
        """
        if self.root != "runs" or self.section != "files" or self.path is None:
            return ""
        section, *below = self.path.parts
        top = self.of_top()
        if section == "files":
            meant = top.file("/".join(below)) if below else self.of_experiment()
            return f"a short address goes without files/: {meant.short}"
        if section == "logs":
            below = [stream for stream in below[:1] if stream in LOG_STREAMS]
        if section in {"checkpoints", "logs"}:
            meant = replace(top, section=section)
            return f"its {section} are at {'/'.join([meant.tree, *below])}"
        return ""

    def of_experiment(self) -> Address:
        """Return the experiment this lies in.

        Raises:
            InvalidAddress: when it names no experiment.
        """
        if self.root != "runs" or self.experiment is None:
            msg = f"{self.short} names no experiment"
            hint = f"write {self.short}-exp0" if self.run else "write user:run-exp0"
            raise InvalidAddress(msg, address=self.short, hint=hint)
        return experiment_address(self.user, self.run, self.experiment)

    def of_top(self) -> Address:
        """Return the place whose files this one is among."""
        return replace(self, path=None)

    def of_run(self) -> Address:
        """Return the run this lies in.

        Raises:
            InvalidAddress: when it names no run.
        """
        if self.root != "runs" or not self.run:
            msg = f"{self.short} names no run"
            raise InvalidAddress(msg, address=self.short, hint="write user:run")
        return run_address(self.user, self.run)


def run_address(user: str, run: str) -> Address:
    """Return the address of a run."""
    return Address("runs", user=user, run=run)


def experiment_address(user: str, run: str, number: int) -> Address:
    """Return the address of an experiment."""
    return Address("runs", user=user, run=run, experiment=number)


def datastore_address(name: str, version: str = "") -> Address:
    """Return the address of a datastore or of one of its versions."""
    return Address("datastores", name=name, version=version)


def artifact_address(name: str, version: str = "") -> Address:
    """Return the address of an artifact or of one of its versions."""
    return Address("artifacts", name=name, version=version)
