"""Long work of a process that is no server: it is done at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class JobsAtOnce:
    """Fulfils `operations.context.Jobs`: a job has ended when `submit` returns."""

    lasting = False

    def submit(self, job_id: str, work: Callable[[Callable[[], bool]], None]) -> None:  # noqa: ARG002
        """Do the work now; nobody is there to cancel it."""
        work(lambda: False)

    def cancel(self, job_id: str) -> bool:  # noqa: ARG002
        """Say that there is none: whatever was submitted has ended."""
        return False
