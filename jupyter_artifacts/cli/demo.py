"""`demo`: a small team's runs, and the JupyterLab that the team shares."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
import webbrowser
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.errors import Unavailable

if TYPE_CHECKING:
    from jupyter_artifacts.demo.places import Places

_TRAINS: Final = ("matplotlib", "pyarrow", "sklearn")
_SHOWS: Final = ("ipykernel", "jupyter_collaboration", "jupyterlab")
_LOOK_EVERY: Final = 0.5


@click.command()
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps it all.  [default: .jupyter_artifacts_demo]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Of JupyterLab.  [default: 8888, or any when that is taken]",
)
@click.option(
    "--browser/--no-browser", default=True, help="Open alice's link in the browser."
)
@click.option("--lab/--no-lab", default=True, help="Open JupyterLab, until Ctrl-C.")
@click.option(
    "--keep/--fresh",
    default=True,
    help="Keep the team that is there, or make it anew.  [default: keep]",
)
def demo(*, home: Path | None, port: int, browser: bool, lab: bool, keep: bool) -> None:
    """Train a small team's runs to look at.

    alice, bob, chen and dara really train: it takes about half a minute, once. Then
    their shared JupyterLab opens; sign in as alice in one browser, as bob in another.
    Everything is kept in a folder of its own, apart from your own runs.
    """
    _require(*_TRAINS, *(_SHOWS if lab else ()))
    from jupyter_artifacts.demo.places import Places, default_root

    places = Places((home or default_root()).absolute())
    with places.hold():
        _make(places, keep=keep)
        if lab:
            _show(places, port, browser=browser)
        else:
            here = f"JUPYTER_ARTIFACTS_HOME={shlex.quote(str(places.team))}"
            output.note(f"see it by: {here} jupyter artifacts history --global")


def _require(*modules: str) -> None:
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        msg = f"the demo also needs {', '.join(missing)}"
        hint = "in the repository's folder: pip install '.[demo]'"
        raise Unavailable(msg, hint=hint)


def _make(places: Places, *, keep: bool) -> None:
    from jupyter_artifacts.demo.making import keep_team, make_team

    if keep and places.complete:
        output.note(f"the team is in {places.root}; --fresh makes it anew")
        keep_team(places)
    else:
        output.note(f"making a team in {places.root}")
        make_team(places, output.note)


def _show(places: Places, port: int, *, browser: bool) -> None:
    from jupyter_artifacts.demo.lab import open_lab, sign_in_link
    from jupyter_artifacts.demo.people import TEAM, let_in, lock_out
    from jupyter_artifacts.demo.stream import streaming, wait_for_metrics

    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        with ExitStack() as opened:
            tokens = let_in(places)
            opened.callback(lock_out, places)
            opened.enter_context(streaming(places))
            url, process = opened.enter_context(open_lab(places, port))
            wait_for_metrics(places)
            opened.callback(output.note, "closing")
            links = {user: sign_in_link(url, user, tokens[user]) for user in tokens}
            output.line("JupyterLab is open. Sign in, each in a browser of its own:")
            for user, link in links.items():
                output.line(f"  as {TEAM[user]}:  {link}")
            output.line("Ctrl-C closes it; the links are good until then.")
            sys.stdout.flush()
            if browser:
                _open(links["alice"])
            while process.poll() is None:
                time.sleep(_LOOK_EVERY)
    except KeyboardInterrupt:
        output.note("closed")


def _open(link: str) -> None:
    """Open a link in a window; where there is none, the printed link has to do."""
    windows = {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    if windows or sys.platform == "darwin":
        webbrowser.open(link)


def _interrupt(number: int, frame: object) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt
