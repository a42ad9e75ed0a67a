from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import IllegalTransition
from jupyter_artifacts.records.states import (
    ACTIVE,
    ENDED,
    MOVES,
    STOPPING,
    State,
    check_move,
    sum_of_states,
)


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_every_pair_is_in_the_table_or_an_error_naming_both(old, new):
    """There is no third thing."""
    if new in MOVES[old]:
        check_move(old, new, address="alice:mnist-exp0")
        return
    with pytest.raises(IllegalTransition) as caught:
        check_move(old, new, address="alice:mnist-exp0")
    assert f"from {old} to {new}" in caught.value.message
    assert caught.value.address == "alice:mnist-exp0"
    assert caught.value.hint


def test_nothing_follows_an_end_and_every_other_state_can_end():
    """No experiment is stuck, none comes back to life."""
    assert all(not MOVES[state] for state in ENDED)
    reached = {state: set(MOVES[state]) for state in State}
    for _ in State:
        for state in State:
            reached[state].update(*(reached[after] for after in tuple(reached[state])))
    assert all(reached[state] & ENDED for state in set(State) - ENDED)


def test_what_is_stopping_never_runs_again():
    """An end that was asked for comes."""
    assert all(not MOVES[state] & (ACTIVE | {State.PAUSED}) for state in STOPPING)


def test_every_state_but_the_unknown_is_of_one_kind():
    """Active, paused, stopping or ended, and the properties say so."""
    for state in State:
        kinds = [state.active, state is State.PAUSED, state.stopping, state.ended]
        assert sum(kinds) == (state is not State.UNSPECIFIED)


@pytest.mark.parametrize(
    ("states", "total"),
    [
        ([], State.UNSPECIFIED),
        ([State.COMPLETED, State.RUNNING, State.ERRORED], State.RUNNING),
        ([State.COMPLETED, State.ERRORED, State.CANCELED], State.ERRORED),
        ([State.COMPLETED, State.CANCELED], State.CANCELED),
        ([State.COMPLETED, State.COMPLETED], State.COMPLETED),
        ([State.QUEUED, State.ERRORED], State.QUEUED),
    ],
)
def test_a_run_is_as_alive_as_its_liveliest_experiment(states, total):
    """When all have ended, one error outweighs one cancellation."""
    assert sum_of_states(states) is total


@given(st.lists(st.sampled_from(State)))
def test_the_sum_is_one_of_its_parts_in_any_order(states):
    """It invents no state, and the order of experiments does not matter."""
    total = sum_of_states(states)
    assert total in states or total is State.UNSPECIFIED
    assert sum_of_states(states[::-1]) is total
    known = [state for state in states if state is not State.UNSPECIFIED]
    assert total.ended == (bool(known) and all(state.ended for state in known))
