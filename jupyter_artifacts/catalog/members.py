"""Members and their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, insert, select, update

from jupyter_artifacts.addresses import handle_from_login
from jupyter_artifacts.catalog.missing import not_found
from jupyter_artifacts.catalog.schema import members, runs, tokens
from jupyter_artifacts.errors import Conflict
from jupyter_artifacts.records.people import Member, Role, Token

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class MemberRows:
    """Members and their tokens, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ensure(self, login: str, display_name: str, now: float) -> Member:
        """Return the member of this login; a new one when first seen."""
        if known := self.by_login(login):
            return known
        taken = set(self._connection.scalars(select(members.c.handle_key)))
        base = handle_from_login(login)
        handle, number = base, 2
        while handle.lower() in taken:
            handle, number = f"{base}-{number}", number + 1
        role = Role.MEMBER if taken else Role.OWNER
        self._connection.execute(
            insert(members).values(
                handle=handle,
                handle_key=handle.lower(),
                login=login,
                display_name=display_name or handle,
                role=role.value,
                joined=now,
            )
        )
        return self.get(handle)

    def by_login(self, login: str) -> Member | None:
        """Return the member of this login; None when never seen."""
        found = self._connection.execute(
            _members().where(members.c.login == login)
        ).first()
        return _member(found) if found else None

    def get(self, handle: str) -> Member:
        """Return one member."""
        found = self._connection.execute(
            _members().where(members.c.handle_key == handle.lower())
        ).first()
        if found:
            return _member(found)
        known = self._connection.scalars(select(members.c.handle))
        msg = f"the team has no member {handle}"
        raise not_found(msg, address=handle, name=handle, known=known)

    def all(self) -> list[Member]:
        """Return everyone, by handle, with how many runs each owns."""
        found = self._connection.execute(_members().order_by(members.c.handle_key))
        return [_member(row) for row in found]

    def set_role(self, handle: str, role: Role) -> Member:
        """Change a role; the last owner stays owner (`Conflict`)."""
        member = self.get(handle)
        owners = self._connection.scalar(
            select(func.count()).where(members.c.role == Role.OWNER.value)
        )
        if member.role is Role.OWNER and role is not Role.OWNER and owners == 1:
            msg = f"{member.handle} is the team's last owner"
            hint = "make somebody else owner first"
            raise Conflict(msg, address=member.handle, hint=hint)
        self._connection.execute(
            update(members)
            .where(members.c.handle == member.handle)
            .values(role=role.value)
        )
        return self.get(handle)

    def add_token(self, token: Token, sha256: str) -> None:
        """Keep a token by the SHA-256 (hex) of its secret."""
        self._connection.execute(
            insert(tokens).values(
                id=token.id,
                handle=self.get(token.handle).handle,
                sha256=sha256,
                label=token.label,
                created=token.created,
                revoked=token.revoked,
            )
        )

    def member_of_token(self, sha256: str) -> Member | None:
        """Return whose good token this is; None when revoked or unknown."""
        handle = self._connection.scalar(
            select(tokens.c.handle).where(
                tokens.c.sha256 == sha256, tokens.c.revoked.is_(None)
            )
        )
        return self.get(handle) if handle else None

    def tokens(self, handle: str) -> list[Token]:
        """Return a member's tokens, newest first."""
        found = self._connection.execute(
            select(tokens)
            .where(tokens.c.handle == self.get(handle).handle)
            .order_by(tokens.c.created.desc(), tokens.c.id.desc())
        )
        return [_token(row) for row in found]

    def revoke_token(self, handle: str, token_id: str, now: float) -> Token:
        """Revoke a token, for good."""
        member = self.get(handle)
        self._connection.execute(
            update(tokens)
            .where(
                tokens.c.id == token_id,
                tokens.c.handle == member.handle,
                tokens.c.revoked.is_(None),
            )
            .values(revoked=now)
        )
        for token in self.tokens(handle):
            if token.id == token_id:
                return token
        msg = f"{member.handle} has no token {token_id}"
        raise not_found(msg, address=token_id)


def _members() -> Any:
    # A run's owner is its user_key: an index answers, however many runs there are.
    owned = select(func.count()).where(runs.c.user_key == members.c.handle_key)
    return select(members, owned.scalar_subquery().label("runs"))


def _member(row: Row[Any]) -> Member:
    return Member(
        handle=row.handle,
        login=row.login,
        display_name=row.display_name,
        role=Role(row.role),
        joined=row.joined,
        runs=row.runs,
    )


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        handle=row.handle,
        label=row.label,
        created=row.created,
        revoked=row.revoked,
    )
