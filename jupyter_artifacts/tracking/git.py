"""The state of the code a run was started from, as git has it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_artifacts.records.base import JsonObject

MAX_DIFF: Final = 256 * 1024
_SECONDS: Final = 5.0


def code_state(folder: Path) -> JsonObject:
    """Return commit, branch, remote, dirty and diff; {} outside a repository.

    The remote carries no credentials. A diff of more than 256 KiB is cut, and
    "diff_cut" says so; "problem" says what git could not tell.
    """
    head = _git(folder, "rev-parse", "--is-inside-work-tree", "--abbrev-ref", "HEAD")
    if head is None or not head.startswith(b"true"):
        return {}
    state: JsonObject = {}
    lines = head.decode(errors="replace").split()
    state["branch"] = lines[1] if len(lines) > 1 and lines[1] != "HEAD" else ""
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    state["commit"] = (commit or b"").decode().strip()
    remote = _git(folder, "config", "--get", "remote.origin.url")
    state["remote"] = without_credentials((remote or b"").decode().strip())
    base = ["HEAD"] if state["commit"] else ["--cached"]
    diff = _git(folder, "diff", "--no-ext-diff", "--no-color", *base, most=MAX_DIFF)
    untracked = _git(folder, "ls-files", "--others", "--exclude-standard", most=1)
    if diff is None or untracked is None:
        state["problem"] = f"git did not answer within {_SECONDS:.0f} s"
    state["dirty"] = bool(diff or untracked)
    state["diff"] = (diff or b"")[:MAX_DIFF].decode("utf-8", "replace")
    if len(diff or b"") > MAX_DIFF:
        state["diff_cut"] = True
    return state


def without_credentials(remote: str) -> str:
    """Return the URL of a remote without user name, password, token or query."""
    if "://" not in remote:
        return remote  # a path, or git@host:path, which names no secret
    try:
        parts = urlsplit(remote)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _git(folder: Path, *arguments: str, most: int = 4096) -> bytes | None:
    """Return what git prints, at most one byte more than `most`; None for no answer."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        process = subprocess.Popen(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - git is where it is
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    return _answer(process, most)


def _answer(process: subprocess.Popen[bytes], most: int) -> bytes | None:
    import threading

    # a repository on a slow disk must not hold the run up
    alarm = threading.Timer(_SECONDS, process.kill)
    alarm.start()
    try:
        with process:
            stdout = process.stdout
            text = stdout.read(most + 1) if stdout is not None else b""
            if len(text) > most:
                process.kill()
                return text
    finally:
        alarm.cancel()
    return text if process.returncode == 0 else None
