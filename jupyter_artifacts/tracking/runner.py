"""Runs a Python script as `python script.py` would, its output labelled.

    python -m jupyter_artifacts.tracking.runner <fd> <out><err> <papers> script args…

`sys.stdout` and `sys.stderr` write frames to one pipe, so that their exact order is
kept; each frame is written at once, so that processes do not mix. `<out>` and `<err>`
are 1 where the terminal is one. What C code and other programs print goes to the file
descriptors 1 and 2, which are pipes of their own.

    u8   1 for stdout, 2 for stderr
    u16  length of what follows, little-endian
"""

from __future__ import annotations

import builtins
import importlib.machinery
import io
import os
import select
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HEAD: Final = 3
_PAYLOAD: Final = min(select.PIPE_BUF, 65535) - HEAD
_INTERRUPTED: Final = 130


class Labelled(io.RawIOBase):
    """One output stream of a script.

    Args:
        pipe: where the frames go.
        stream: 1 for stdout, 2 for stderr.
        terminal: whether a person reads along in a terminal.
    """

    def __init__(self, pipe: int, stream: int, *, terminal: bool) -> None:
        super().__init__()
        self._pipe = pipe
        self._stream = stream
        self._terminal = terminal
        self.name = f"<std{'out' if stream == 1 else 'err'}>"
        self.mode = "wb"

    def write(self, chunk: ReadableBuffer, /) -> int:
        """Write the frames of `chunk`."""
        content = memoryview(chunk).cast("B")
        for start in range(0, len(content), _PAYLOAD):
            part = content[start : start + _PAYLOAD]
            head = bytes((self._stream, len(part) & 255, len(part) >> 8))
            os.write(self._pipe, head + part)
        return len(content)

    def writable(self) -> bool:
        """Say yes."""
        return True

    def isatty(self) -> bool:
        """Whether a person reads along."""
        return self._terminal

    def fileno(self) -> int:
        """Return the file descriptor that children and C code write to."""
        return self._stream


def label_output(pipe: int, terminals: str) -> None:
    """Replace this process's stdout and stderr."""
    os.set_inheritable(pipe, False)  # noqa: FBT003 - the only way to say it
    for name, stream in (("stdout", 1), ("stderr", 2)):
        old = getattr(sys, name)
        raw = Labelled(pipe, stream, terminal=terminals[stream - 1] == "1")
        new = io.TextIOWrapper(
            raw,
            encoding=old.encoding,
            errors=old.errors,
            write_through=True,
        )
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def run_script(path: str) -> int:
    """Run the script as ``__main__``; return its exit status.

    A SystemExit goes through, and an exception is shown as Python shows it, without
    the lines of this module.
    """
    if not sys.flags.safe_path:
        sys.path[0] = str(Path(path).resolve().parent)
    main = types.ModuleType("__main__")
    absolute = os.path.join(Path.cwd(), path)  # noqa: PTH118 - keeps ".." as Python does
    main.__file__ = absolute
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", absolute)
    main.__dict__.update(__builtins__=builtins, __cached__=None, __annotations__={})
    sys.modules["__main__"] = main
    try:
        with io.open_code(absolute) as file:
            source = file.read()
        code = compile(source, absolute, "exec", dont_inherit=True)
        exec(code, main.__dict__)  # noqa: S102 - what a runner is for
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the script raises
        trace = error.__traceback__
        ours = trace.tb_next if trace is not None else None
        sys.excepthook(type(error), error.with_traceback(ours), ours)
        return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _claim(papers: str) -> None:
    from jupyter_artifacts.tracking.claims import Claiming
    from jupyter_artifacts.tracking.papers import Papers

    found = Papers(Path(papers))
    if found.paper.folder:
        Claiming(found.paper.id, found.paper.folder, found.claiming()).start()


def main() -> None:
    """Run the script that the command line names."""
    _, pipe, terminals, papers, *argv = sys.argv
    sys.argv = argv
    label_output(int(pipe), terminals)
    _claim(papers)
    status = run_script(argv[0])
    if status:
        # sys.exit may be the script's own by now, or note its caller's status
        raise SystemExit(status)


if __name__ == "__main__":
    main()
