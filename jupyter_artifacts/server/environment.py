"""Tells kernels and terminals who started them, and in which session.

The managers that the server was configured with stay in place: their own methods
are called, with a few more variables.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from jupyter_server.base.call_context import CallContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jupyter_server.auth import User

    Variables = Callable[[User | None], Mapping[str, str]]


def tell_kernels(manager: Any, variables: Variables) -> None:
    """Have `manager` start its kernels with our variables."""
    start: Callable[..., Awaitable[str]] = manager.start_kernel

    @functools.wraps(start)
    async def start_kernel(*args: Any, **kwargs: Any) -> str:
        # without an `env`, a kernel would inherit the server's
        env = dict(kwargs.pop("env", None) or os.environ)
        env.update(variables(_who_asks()))
        return await start(*args, env=env, **kwargs)

    manager.start_kernel = start_kernel


def tell_terminals(manager: Any, variables: Variables) -> None:
    """Have `manager` start its terminals with our variables."""
    make: Callable[..., dict[str, str]] = manager.make_term_env

    @functools.wraps(make)
    def make_term_env(*args: Any, **kwargs: Any) -> dict[str, str]:
        return {**make(*args, **kwargs), **variables(_who_asks())}

    manager.make_term_env = make_term_env


def _who_asks() -> User | None:
    """Return who is signed in to the request being answered; None outside one."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user: User | None = getattr(handler, "_jupyter_current_user", None)
    return user
