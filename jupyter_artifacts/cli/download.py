"""`download`: plan, progress, receipt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.words import counted, duration, size
from jupyter_artifacts.records.transfers import Overwrite
from jupyter_artifacts.team.showing import showing_progress
from jupyter_artifacts.transfer.kept import kept
from jupyter_artifacts.transfer.troubles import what_to_do

if TYPE_CHECKING:
    from jupyter_artifacts.records.transfers import Receipt
    from jupyter_artifacts.transfer.plan import Planned


@click.command()
@click.argument("address")
@click.option(
    "--to",
    default="",
    metavar="DIR",
    help="Where to. [default: a folder below jupyter_artifacts_downloads/]",
)
@click.option("--include", multiple=True, metavar="G", help="Only what matches a glob.")
@click.option("--exclude", multiple=True, metavar="G", help="Nothing that matches.")
@click.option(
    "--overwrite",
    type=click.Choice([policy.value for policy in Overwrite]),
    default=Overwrite.ERROR.value,
    show_default=True,
    help="What to do with a file that stands in the way.",
)
@click.option(
    "--sha256", is_flag=True, help="Compute SHA-256 as well, for the receipt."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show the plan; move nothing. Ends with 1 when it would be refused.",
)
@as_json_option
def download(  # noqa: PLR0913 - one per option
    address: str,
    to: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    overwrite: str,
    *,
    sha256: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Download, with every byte checked.

    A run, experiment, folder, file, checkpoint, log or datastore. A file appears
    under its name when its bytes were verified, not before; started again, a
    download goes on from where it was. Ends with a receipt.
    """
    team = team_here()
    plan = team.plan(
        address,
        to,
        include=include,
        exclude=exclude,
        overwrite=overwrite,
        sha256=sha256,
    )
    if dry_run:
        _show_plan(plan, as_json=as_json)
        return 1 if plan.troubles else 0
    what = f"downloading {plan.address}"
    try:
        with showing_progress(what, say=output.note, at_once=True) as tell:
            receipt = team.carrier.carry_out(plan, progress=tell)
    except KeyboardInterrupt:
        _say_what_is_kept(plan)
        raise
    if as_json:
        output.as_json(receipt)
    else:
        _show_receipt(receipt)
    return 0


def _show_plan(plan: Planned, *, as_json: bool) -> None:
    refused = ""
    if plan.troubles:
        refused = f"the download of {plan.address} would be refused: "
        refused += _counts({said.value: n for said, n in plan.troubles.items()})
    if as_json:
        output.as_json(plan.record(limit=len(plan.files)))
        if refused:
            output.note(refused)
    else:
        rows = [
            (file.target, size(file.size), file.verdict.value) for file in plan.files
        ]
        output.table(("FILE", "SIZE", "VERDICT"), rows, right=("SIZE",))
        files = f"{counted(plan.moving, 'file')} of {plan.address}"
        written = f"{files}, {size(plan.bytes)} would be written to {plan.to}"
        output.line(refused or written)
    if refused:
        output.note(what_to_do(plan))


def _say_what_is_kept(plan: Planned) -> None:
    files, many = kept(plan)
    if many or files:
        said = f"{size(many)}, {counted(files, 'whole file')}, stay in {plan.to}"
        output.note(f"{said}; the same command goes on from there")


_MOVED = {"written", "replaced", "renamed"}


def _show_receipt(receipt: Receipt) -> None:
    seconds = max(receipt.ended - receipt.started, 1e-3)
    rate = size(receipt.bytes / seconds)
    files = counted(sum(receipt.outcomes.get(said, 0) for said in _MOVED), "file")
    took = f" in {duration(seconds)} ({rate}/s)" if receipt.bytes else ""
    output.line(f"{receipt.address} → {receipt.to}")
    output.line(f"  moved    {files}, {size(receipt.bytes)}{took}")
    output.line(f"  outcome  {_counts(receipt.outcomes)}")
    output.line(f"  checked  {_counts(receipt.checks) or 'nothing: no file has bytes'}")
    if receipt.outcomes.get("link"):
        where = f"jupyter artifacts ls {receipt.address}"
        output.note(f"links are not followed: `{where}` shows where they point")
    if receipt.sha256:
        output.line(f"  sha256   {counted(receipt.sha256, 'file')}, in the receipt")
    output.line(f"  receipt  {receipt.path}")


def _counts(counts: dict[str, int]) -> str:
    most_first = Counter(counts).most_common()
    return ", ".join(f"{count:,} {what}" for what, count in most_first)
