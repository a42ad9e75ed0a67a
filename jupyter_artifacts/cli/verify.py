"""`verify`: checks again what was downloaded, or what the team's storage holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.words import counted
from jupyter_artifacts.records.transfers import Soundness
from jupyter_artifacts.transfer.verifying import verify_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_artifacts.records.transfers import Verified

_WRONG = (Soundness.CHANGED, Soundness.MISSING)


@click.command()
@click.argument("what", metavar="DIR|ADDRESS")
@click.option("--all", "show_all", is_flag=True, help="Name sound files as well.")
@as_json_option
def verify(what: str, *, show_all: bool, as_json: bool) -> None:
    """Read every byte again, and say of each file what became of it.

    Of a folder, against the receipts that downloads left in it; of an address of the
    team, against what was recorded. Ends with 1 when a file is changed or missing.
    """
    folder = Path(what)
    found = verify_folder(folder) if folder.is_dir() else team_here().verify(what)
    if as_json:
        verified = list(found)
        output.as_json(verified)
        counts = Counter(file.verdict for file in verified)
    else:
        counts = _show(found, show_all=show_all)
    if any(counts[verdict] for verdict in _WRONG):
        raise click.exceptions.Exit(1)


def _show(found: Iterable[Verified], *, show_all: bool) -> Counter[Soundness]:
    counts: Counter[Soundness] = Counter()
    for file in found:
        counts[file.verdict] += 1
        if show_all or file.verdict is not Soundness.SOUND:
            detail = f": {file.detail}" if file.detail else ""
            output.line(f"{file.verdict.value:<11}  {file.path}{detail}")
    said = ", ".join(f"{count:,} {verdict.value}" for verdict, count in counts.items())
    output.note(f"{counted(counts.total(), 'file')}: {said or 'none'}")
    return counts
