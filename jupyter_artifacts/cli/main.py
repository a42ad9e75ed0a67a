"""`jupyter artifacts`: the commands there are, and how each ends.

Exit status: 0 done, 1 refused or failed (one line says why), or a dry run of what
would be refused, 2 wrong usage, 70 a bug, 130 Ctrl-C, 141 the reader of stdout went
away. `run` gives the script's own.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Final

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.lazy import LazyGroup
from jupyter_artifacts.errors import ArtifactsError, InvalidRequest
from jupyter_artifacts.settings import wants_tracebacks

if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE: Final = "jupyter_artifacts.cli"
COMMANDS: Final = {
    "run": (
        f"{_HERE}.run:run",
        "Run a script as a run of mine: its logs, files, metrics and exit are kept.",
    ),
    "status": (f"{_HERE}.status:status", "Show what is running."),
    "history": (f"{_HERE}.status:history", "Show what is done."),
    "ls": (f"{_HERE}.ls:ls", "List a place in the team's tree."),
    "cat": (f"{_HERE}.cat:cat", "Write a file of the team to stdout."),
    "logs": (f"{_HERE}.logs:logs", "Show what an experiment wrote to its logs."),
    "download": (f"{_HERE}.download:download", "Download, with every byte checked."),
    "put": (f"{_HERE}.put:put", "Log files as the next version of an artifact."),
    "verify": (
        f"{_HERE}.verify:verify",
        "Read every byte again, and say of each file what became of it.",
    ),
    "bucket-path": (f"{_HERE}.bucket_path:bucket_path", "Show where the bytes are."),
    "share": (
        f"{_HERE}.share:share",
        "Share a file, folder or experiment by a link that ends.",
    ),
    "stop": (f"{_HERE}.runs:stop", "Ask a run of mine to stop."),
    "delete": (
        f"{_HERE}.runs:delete",
        "Delete a run or an artifact of mine, with its bytes.",
    ),
    "clone": (f"{_HERE}.runs:clone", "Queue a run of mine made as another was."),
    "tag": (f"{_HERE}.runs:tag", "Tag a run of mine, or a version of an artifact."),
    "alias": (
        f"{_HERE}.versions:alias",
        "Let aliases name a version of an artifact of mine.",
    ),
    "diff": (
        f"{_HERE}.versions:diff",
        "Show what differs between two versions of artifacts.",
    ),
    "lineage": (
        f"{_HERE}.versions:lineage",
        "Show what a version or experiment came from, and what came of it.",
    ),
    "datastore": (f"{_HERE}.datastores:datastore", "Share versioned datasets."),
    "session": (f"{_HERE}.sessions:session", "List the team's Jupyter servers."),
    "team": (f"{_HERE}.team:team", "List members; manage roles and tokens."),
    "audit": (
        f"{_HERE}.audit:audit",
        "Show who was given, changed or refused what, newest first.",
    ),
    "gc": (
        f"{_HERE}.gc:gc",
        "Free what nobody needs: of my cache, and what deleting left in the storage.",
    ),
    "demo": (f"{_HERE}.demo:demo", "Train a small team's runs to look at."),
    "doctor": (f"{_HERE}.doctor:doctor", "Check this installation."),
}
"""Name → where it is, and its line of help (the first of its docstring)."""

FAILED: Final = 1
BUG: Final = 70
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

_HELP = """See, share and fetch what the team made.

\b
Addresses: alice:mnist               a run
           alice:mnist-exp0          an experiment (mnist-exp0: my own)
           alice:mnist-exp0/a/b.png  a file of it
           my-model@v3               a version of an artifact (my-model@latest)
           datastores/cats/v1        a version of a datastore
"""


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="jupyter-artifacts", prog_name="jupyter-artifacts")
def commands() -> None:
    """Hold the commands."""


def program() -> int:
    """Run this process's command line; return its exit status."""
    status = main()
    catalogs = sys.modules.get("jupyter_artifacts.carriers.catalogs")
    if catalogs is not None:  # else no command asked for one
        catalogs.close_catalogs()
    # All that is left goes with the process. To look for garbage among it, as Python
    # does in the end, takes longer than many a command.
    gc.freeze()
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit status."""
    output.prepare()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _check_texts(given)
        with commands.make_context("jupyter artifacts", given) as context:
            answer = commands.invoke(context)
        output.finish()
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - the last there is
        return _say(error)
    return answer if isinstance(answer, int) else 0


def _check_texts(arguments: Sequence[str]) -> None:
    """Refuse what neither the catalog nor a receipt can hold."""
    for text in arguments:
        shown = text.encode("utf-8", "backslashreplace").decode()
        if shown != text or "\0" in text:
            what = "has a NUL character" if "\0" in text else "is not UTF-8"
            msg = f"an argument {what}: {shown!r}"
            raise InvalidRequest(msg, hint="rename it first, or set a UTF-8 locale")


def _say(error: BaseException) -> int:
    """Say how a command ended; return the exit status that stands for it."""
    match error:
        case click.exceptions.Exit():
            status = error.exit_code
        case click.ClickException():
            error.show()
            status = error.exit_code
        case click.Abort() | KeyboardInterrupt():
            output.interrupted()
            status = INTERRUPTED
        case ArtifactsError():
            output.problem(error)
            status = FAILED
        case BrokenPipeError():
            output.give_up_stdout()
            status = BROKEN_PIPE
        case _ if wants_tracebacks():
            raise error
        case _:
            output.bug(error)
            status = BUG
    return status
