"""The states of runs, experiments and checkpoints, and the one table of moves.

The names are Determined's (its `trialv1State`), with the sub-states of ACTIVE and
the four ways of stopping.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from jupyter_artifacts.errors import IllegalTransition


class State(StrEnum):
    """Where an experiment, or a run as the sum of its experiments, stands."""

    UNSPECIFIED = "UNSPECIFIED"
    QUEUED = "QUEUED"
    PULLING = "PULLING"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPING_CANCELED = "STOPPING_CANCELED"
    STOPPING_KILLED = "STOPPING_KILLED"
    STOPPING_COMPLETED = "STOPPING_COMPLETED"
    STOPPING_ERROR = "STOPPING_ERROR"
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"
    ERRORED = "ERRORED"

    @property
    def active(self) -> bool:
        """Whether this is one of the four sub-states of ACTIVE."""
        return self in ACTIVE

    @property
    def ended(self) -> bool:
        """Whether nothing follows this state."""
        return self in ENDED

    @property
    def stopping(self) -> bool:
        """Whether an end was asked for and has not come yet."""
        return self in STOPPING


ACTIVE: Final = frozenset({State.QUEUED, State.PULLING, State.STARTING, State.RUNNING})
STOPPING: Final = frozenset(
    {
        State.STOPPING_CANCELED,
        State.STOPPING_KILLED,
        State.STOPPING_COMPLETED,
        State.STOPPING_ERROR,
    }
)
ENDED: Final = frozenset({State.CANCELED, State.COMPLETED, State.ERRORED})

_LIVE: Final = ACTIVE | {State.PAUSED}

MOVES: Final[dict[State, frozenset[State]]] = {
    State.UNSPECIFIED: ACTIVE,
    State.QUEUED: (_LIVE | STOPPING | ENDED) - {State.QUEUED},
    State.PULLING: (_LIVE | STOPPING | ENDED) - {State.PULLING, State.QUEUED},
    State.STARTING: frozenset({State.RUNNING, State.PAUSED}) | STOPPING | ENDED,
    State.RUNNING: frozenset({State.PAUSED}) | STOPPING | ENDED,
    State.PAUSED: ACTIVE | STOPPING | ENDED,
    State.STOPPING_CANCELED: frozenset({State.STOPPING_KILLED}) | ENDED,
    State.STOPPING_KILLED: ENDED,
    State.STOPPING_COMPLETED: frozenset({State.STOPPING_KILLED}) | ENDED,
    State.STOPPING_ERROR: frozenset({State.STOPPING_KILLED, State.ERRORED}),
    State.CANCELED: frozenset(),
    State.COMPLETED: frozenset(),
    State.ERRORED: frozenset(),
}


def check_move(old: State, new: State, *, address: str = "") -> None:
    """Raise `IllegalTransition`, naming both states, unless the table has the move."""
    if new not in MOVES[old]:
        hint = (
            "it has ended; start or clone a run to go on"
            if old.ended
            else f"from {old} it can become {', '.join(sorted(MOVES[old]))}"
        )
        msg = f"an experiment cannot go from {old} to {new}"
        raise IllegalTransition(msg, address=address, hint=hint)


def sum_of_states(states: list[State]) -> State:
    """Return the state of a run whose experiments are in these states.

    A run is as alive as its liveliest experiment; when all have ended, one error
    makes it ERRORED, else one cancellation makes it CANCELED.
    """
    order = (
        State.RUNNING,
        State.STARTING,
        State.PULLING,
        State.STOPPING_KILLED,
        State.STOPPING_CANCELED,
        State.STOPPING_ERROR,
        State.STOPPING_COMPLETED,
        State.PAUSED,
        State.QUEUED,
        State.ERRORED,
        State.CANCELED,
        State.COMPLETED,
    )
    present = set(states)
    return next((state for state in order if state in present), State.UNSPECIFIED)


class CheckpointState(StrEnum):
    """Where a checkpoint stands (Determined's `checkpointv1State`)."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"
    DELETED = "DELETED"
    PARTIALLY_DELETED = "PARTIALLY_DELETED"
