"""Operations that answer records."""

import json


async def test_a_started_run_is_found_by_the_next_person(ask, alice, bob):
    """A run that one member starts is there for another one at once."""
    started = await ask("POST", "runs", alice, data={"name": "mnist"})
    assert started.code == 200, started.body

    found = await ask("GET", "runs/alice/mnist", bob)

    assert found.code == 200
    assert json.loads(found.body)["run"]["address"] == "alice:mnist"
