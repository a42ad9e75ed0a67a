"""Who acts: people as Jupyter Server knows them, as members of the team."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from jupyter_server.auth import IdentityProvider

from jupyter_artifacts.operations.context import Actor
from jupyter_artifacts.operations.members import hash_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.auth import User

    from jupyter_artifacts.operations.context import Catalog
    from jupyter_artifacts.records.people import Member

RECENT: Final = 30.0
"""Seconds after a request in which its sender still counts as being here."""

_NAMING: Final = ("get_user", "get_user_token", "get_user_cookie", "user_from_cookie")


def names_people(provider: IdentityProvider) -> bool:
    """Whether an identity provider tells one person from another.

    Jupyter Server's own knows one shared token or password; it gives every browser,
    and every request that brings no cookie, another "Anonymous Leda". Such names
    would fill the team with strangers who own nothing.
    """
    given = type(provider)
    return any(
        getattr(given, name) is not getattr(IdentityProvider, name) for name in _NAMING
    )


class People:
    """Members by what the identity provider says of them, and who is here now.

    What is remembered holds as long as no process has committed anything: a role
    that changed or a token that was revoked counts from the next request on.

    Args:
        catalog: gives the catalog, or raises why there is none.
        owner: login of who runs this server.
        named: whether the identity provider tells people apart; where it does not,
            everyone who holds the server's one token acts as its owner, which is
            what they could do through a kernel or terminal of it anyway.
    """

    def __init__(
        self, catalog: Callable[[], Catalog], *, owner: str, named: bool
    ) -> None:
        self._catalog = catalog
        self._owner = owner
        self._named = named
        self._lock = threading.Lock()
        self._version = -1
        self._by_login: dict[str, Member] = {}
        self._by_hash: dict[str, Member] = {}
        self._handles: dict[str, str] = {}
        self._seen: dict[str, float] = {}

    def login_of(self, user: User | None) -> str:
        """Return the login that `user` acts under here."""
        return user.username if user is not None and self._named else self._owner

    def member(self, user: User | None) -> Member:
        """Return the member who acts; a new one when first seen. Blocks."""
        login = self.login_of(user)
        name = user.display_name if user is not None and self._named else login
        return self._member(login, name)

    def actor(self, user: User) -> Actor:
        """Return who asks, as operations are told. Blocks."""
        member = self.member(user)
        return Actor(handle=member.handle, login=member.login, role=member.role)

    def of_token(self, secret: str) -> Member | None:
        """Return whose good token this is; None when it is nobody's. Blocks."""
        return self.of_hash(hash_of(secret))

    def of_hash(self, sha256: str) -> Member | None:
        """Return whose good token has this SHA-256; None for nobody's. Blocks."""
        catalog, version = self._fresh()
        with self._lock:
            if sha256 in self._by_hash:
                return self._by_hash[sha256]
        with catalog.read() as rows:
            found = rows.members.member_of_token(sha256)
        with self._lock:
            if found is not None and version == self._version:
                self._by_hash[sha256] = found
        return found

    def seen(self, user: User) -> None:
        """Note that `user` is here now."""
        self._seen[self.login_of(user)] = time.monotonic()

    def here(self, connected: set[str]) -> list[str]:
        """Return the handles of who is here: connected, or lately seen.

        Args:
            connected: logins of those whose pages are open.
        """
        now = time.monotonic()
        for login, last in list(self._seen.items()):
            if now - last > RECENT:
                self._seen.pop(login, None)
        logins = connected | self._seen.keys()
        return sorted(self._handles[each] for each in logins if each in self._handles)

    def _member(self, login: str, display_name: str) -> Member:
        catalog, version = self._fresh()
        with self._lock:
            known = self._by_login.get(login)
            handle = self._handles.get(login)
        if known is not None:
            return known
        if handle is not None:
            with catalog.read() as rows:
                member = rows.members.get(handle)
        else:
            with catalog.write() as rows:
                member = rows.members.ensure(login, display_name, time.time())
        with self._lock:
            if version == self._version:
                self._by_login[login] = member
            self._handles[login] = member.handle
        return member

    def _fresh(self) -> tuple[Catalog, int]:
        """Return the catalog and its version; forget what was true of another one.

        What is read now is remembered under the version seen before reading, so
        that a change in between can only make it be read once more.
        """
        catalog = self._catalog()
        version = catalog.data_version()
        with self._lock:
            if version != self._version:
                self._version = version
                self._by_login.clear()
                self._by_hash.clear()
        return catalog, version
