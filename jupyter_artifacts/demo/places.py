"""The folder in which the demo keeps everything.

.jupyter_artifacts_demo/
    demo.json     says that this folder is the demo's, and whether it is complete
    team/         the catalog and the bytes (JUPYTER_ARTIFACTS_HOME)
    work/         where alice, bob, chen and dara train
    notebooks/    what JupyterLab shows
    jupyter/      JupyterLab's own settings, so that yours stay as they are
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import Conflict, NotWritable
from jupyter_artifacts.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = ".jupyter_artifacts_demo"
EDITION: Final = 1
"""Grows when what the demo makes changes; an older team is then made anew."""

_SCRIPTS: Final = Path(__file__).parent / "scripts"
_NOTEBOOKS: Final = Path(__file__).parent / "notebooks"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are.

    Attributes:
        root: the demo's folder, absolute.
    """

    root: Path

    @property
    def team(self) -> Path:
        """The folder of the catalog and the bytes."""
        return self.root / "team"

    @property
    def work(self) -> Path:
        """The folder in which the team trains."""
        return self.root / "work"

    @property
    def notebooks(self) -> Path:
        """The folder that JupyterLab shows."""
        return self.root / "notebooks"

    @property
    def jupyter(self) -> Path:
        """The folder of JupyterLab's own settings."""
        return self.root / "jupyter"

    def settings(self, user: str) -> Settings:
        """Return settings that name this team, and `user` as who acts."""
        return Settings(home=self.team, storage=self.team / "storage", user=user)

    @property
    def complete(self) -> bool:
        """Whether a team of this edition is there."""
        return _said(self._note).get("complete") == EDITION

    def set_complete(self) -> None:
        """Say that the team is there."""
        self._note.write_text(json.dumps({"complete": EDITION}))

    def clear(self) -> None:
        """Throw away what was made, and begin."""
        self._note.write_text("{}")
        for folder in (self.team, self.work, self.notebooks, self.jupyter):
            _remove(folder)
            folder.mkdir()

    def copy_script(self, name: str, folder: Path) -> None:
        """Put one of the team's scripts into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_SCRIPTS / name, folder / name)

    def copy_notebooks(self) -> None:
        """Put the notebooks where JupyterLab shows them; changed ones stay."""
        for source in sorted(_NOTEBOOKS.glob("*.ipynb")):
            target = self.notebooks / source.name
            if not target.exists():
                shutil.copyfile(source, target)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Make the folder, and keep other demos out of it meanwhile.

        Raises:
            Conflict: when another demo has it, or something else is in it.
            NotWritable: when it cannot be made.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            foreign = not self._note.exists() and any(self.root.iterdir())
        except OSError as error:
            msg = f"the demo's folder cannot be made: {error.strerror}"
            hint = "name another one with --home"
            raise NotWritable(msg, address=str(self.root), hint=hint) from error
        if foreign:
            msg = "this folder has other things in it than a demo"
            hint = "name an empty or a new one with --home"
            raise Conflict(msg, address=str(self.root), hint=hint)
        with self._note.open("a") as note:
            try:
                fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                msg = "a demo is running in this folder already"
                hint = "use that one, or name another folder with --home"
                raise Conflict(msg, address=str(self.root), hint=hint) from error
            yield

    @property
    def _note(self) -> Path:
        return self.root / "demo.json"


def default_root() -> Path:
    """Return the demo's folder when none is named: beside what one works on."""
    return Path.cwd() / FOLDER


def _said(note: Path) -> dict[str, object]:
    try:
        said = json.loads(note.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _remove(folder: Path) -> None:
    """Remove a folder, also when datastores in it are read-only."""
    for inside, _, _ in os.walk(folder):
        Path(inside).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=not folder.exists())
