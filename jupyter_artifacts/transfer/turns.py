"""Downloads of the same into the same folder take turns.

    <to>/.jupyter_artifacts/moving/<name>    locked by the one that moves

The name is made of what is downloaded, so that a long download holds up no other one
into its folder. The lock ends with its process, whatever ends that.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.storage.beneath import folder_beneath
from jupyter_artifacts.transfer.names import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAME: Final = "moving"
_OPEN: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_EVERY: Final = 0.05


@contextmanager
def turn(to: str, address: str, check: Callable[[], None]) -> Iterator[bool]:
    """Let nobody else on this machine download the same to a folder meanwhile.

    Gives whether another one was waited for, so that what it brought is there by now.

    Args:
        to: the target folder, absolute, links resolved.
        address: what is downloaded.
        check: raises when nobody wants to wait any more.
    """
    name = digest_of(address.encode(errors="surrogatepass")).rpartition(":")[2][:32]
    with folder_beneath(to, (OURS, _NAME), make_mode=0o777) as folder:
        opened, waited = _locked(folder, name, check)
        try:
            yield waited
        finally:
            # unlinked first: who waits for it sees that, and makes another
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            fcntl.flock(opened, fcntl.LOCK_UN)  # a forked child may have it open, too
            os.close(opened)


def _locked(folder: int, name: str, check: Callable[[], None]) -> tuple[int, bool]:
    waited = False
    while True:
        opened = os.open(name, _OPEN, 0o666, dir_fd=folder)
        try:
            while not _lock(opened):
                waited = True
                check()
                time.sleep(_EVERY)
            if os.fstat(opened).st_nlink:
                return opened, waited
        except BaseException:
            os.close(opened)
            raise
        # the one before took it away before it was locked here
        os.close(opened)
        waited = True


def _lock(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
