"""Who is in the demo's team."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.carriers.catalogs import shared_catalog
from jupyter_artifacts.carriers.local import LocalCarrier

if TYPE_CHECKING:
    from jupyter_artifacts.demo.places import Places

TEAM: Final = {
    "alice": "Alice Adams",
    "bob": "Bob Brown",
    "chen": "Chen Chao",
    "dara": "Dara Diaz",
}
"""Login → name. Alice comes first, and so owns the team."""

VISITORS: Final = ("alice", "bob")
"""Who gets a sign-in link."""

_LABEL: Final = "demo"


def introduce(places: Places) -> None:
    """Make everyone a member of the team."""
    settings = places.settings("alice")
    settings.prepare()
    with shared_catalog(settings).write() as rows:
        for login, name in TEAM.items():
            rows.members.ensure(login, name, time.time())


def acting(places: Places, user: str) -> LocalCarrier:
    """Return a carrier that acts for one of the team."""
    return LocalCarrier(places.settings(user))


def let_in(places: Places) -> dict[str, str]:
    """Return a new token for each visitor, good until `lock_out`."""
    lock_out(places)
    return {
        login: acting(places, login).issue_token(login, _LABEL)[1] for login in VISITORS
    }


def lock_out(places: Places) -> None:
    """Revoke the visitors' tokens; what a killed demo left, too."""
    for login in VISITORS:
        carrier = acting(places, login)
        for token in carrier.call("members.tokens", handle=login):
            if token.label == _LABEL and token.revoked is None:
                carrier.call("members.revoke", handle=login, token=token.id)
