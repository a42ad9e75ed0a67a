"""Where the kernel handles what a page sends."""

from __future__ import annotations

from typing import Any, Final

_ROUTE: Final = "_reply_subshell_for"


def route_by_sender(comm: object) -> None:
    """Handle each message in the subshell its page asks for, else in the main one.

    ipykernel 7.4 sends every page's messages to the subshell of the page that was
    answered last. After a restart only the page that asked for it forgets the old
    kernel's subshells (JupyterLab 4.6); as soon as another one was answered, nobody
    reaches the widget any more. ipykernel offers no public way to choose, hence its
    private hook; an ipykernel without the hook needs none.
    """
    if hasattr(comm, _ROUTE):
        setattr(comm, _ROUTE, _route)


def _route(_: object, asked: str | None) -> str | None:
    from ipykernel.kernelbase import Kernel

    thread: Any = Kernel.instance().shell_channel_thread
    return asked if asked in thread.manager.list_subshell() else None
