"""Hears of changes below a folder."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, Self

from watchfiles._rust_notify import RustNotify

if TYPE_CHECKING:
    from types import TracebackType

_STEP_MS: Final = 20
_GROUP_MS: Final = 60


class Watcher:
    """Waits for changes below `root`.

    Where the system grants no more watches, it hears nothing, says so once, and the
    caller's scans find the changes.

    Args:
        root: the folder; "" for none.
    """

    def __init__(self, root: str) -> None:
        self._notify: RustNotify | None = None
        if not root:
            return
        try:
            # the class that watchfiles.watch is built on: watch() itself takes over
            # SIGINT and cannot be asked in turns
            self._notify = RustNotify([root], False, False, 300, True, True)  # noqa: FBT003
        except (OSError, FileNotFoundError) as error:
            sys.stderr.write(
                f"jupyter_artifacts: {root} cannot be watched ({error}); "
                "it is looked through every few seconds instead\n"
            )

    def changes(self, seconds: float) -> set[str]:
        """Return the absolute paths that changed; wait at most `seconds` for one."""
        if self._notify is None:
            time.sleep(seconds)
            return set()
        found = self._notify.watch(_GROUP_MS, _STEP_MS, int(seconds * 1000), None)
        return set() if isinstance(found, str) else {path for _, path in found}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        if self._notify is not None:
            self._notify.close()
            self._notify = None
