"""`doctor`: checks an installation, also one in which nothing else works."""

from __future__ import annotations

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option
from jupyter_artifacts.cli.checkup import Check, Verdict
from jupyter_artifacts.cli.words import counted
from jupyter_artifacts.errors import ArtifactsError
from jupyter_artifacts.settings import Settings

_MARKS = {Verdict.GOOD: "✓", Verdict.WARNING: "!", Verdict.BROKEN: "✗"}


@click.command()
@click.option("--migrate", is_flag=True, help="Bring an older catalog up to date.")
@as_json_option
def doctor(*, migrate: bool, as_json: bool) -> int:
    """Check this installation.

    Each check has a verdict and, where something is wrong, what to do. Exit status 1
    when something is broken. Changes nothing, unless --migrate is given.
    """
    settings = Settings.from_environment()
    checks = [_migrate(settings)] if migrate else []
    checks += _everything(settings)
    if as_json:
        output.as_json(checks)
    else:
        _show(checks)
    return int(any(check.verdict is Verdict.BROKEN for check in checks))


def _everything(settings: Settings) -> list[Check]:
    from jupyter_artifacts.cli.checkup import catalog, jupyter, machine, tracking

    return [
        *machine.checks(settings),
        *catalog.checks(settings),
        *tracking.checks(settings),
        *jupyter.checks(),
    ]


def _migrate(settings: Settings) -> Check:
    # as everything of the catalog, too slow to import for `--help`
    from jupyter_artifacts.catalog.catalog import Catalog

    try:
        Catalog.open(settings, migrate=True).close()
    except ArtifactsError as error:
        return Check(
            name="migration",
            verdict=Verdict.BROKEN,
            detail=error.message,
            cure=error.hint,
        )
    detail = "the catalog is up to date"
    return Check(name="migration", verdict=Verdict.GOOD, detail=detail)


def _show(checks: list[Check]) -> None:
    rows = [
        (_MARKS[check.verdict], check.name, check.detail, check.cure)
        for check in checks
    ]
    output.table(("", "CHECK", "FOUND", "WHAT TO DO"), rows)
    broken = sum(check.verdict is Verdict.BROKEN for check in checks)
    warnings = sum(check.verdict is Verdict.WARNING for check in checks)
    if broken or warnings:
        verb = "is" if broken == 1 else "are"
        output.note(
            f"{counted(broken, 'thing')} {verb} broken, {counted(warnings, 'warning')}"
        )
    else:
        output.note("everything is well")
