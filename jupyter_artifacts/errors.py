"""Every error of jupyter_artifacts.

    ArtifactsError
     ├── InvalidRequest          malformed-request       400
     │    ├── InvalidAddress     malformed-address       400
     │    ├── InvalidPath        malformed-path          400
     │    ├── InvalidQuery       malformed-query         400   (points at the place)
     │    └── RangeNotSatisfiable range-not-satisfiable  416
     ├── NotAuthenticated        not-authenticated       401
     ├── Refused                 refused                 403
     ├── NotFound                not-found               404   (LookupError)
     ├── MethodNotAllowed        method-not-allowed      405
     ├── Conflict                conflict                409
     │    └── IllegalTransition  illegal-transition      409
     ├── ChangedAtSource         changed-at-source       409
     ├── WouldOverwrite          would-overwrite         409
     ├── Gone                    gone                    410
     ├── TooLarge                too-large               413
     ├── Unreadable              unreadable-file         422   (ValueError)
     ├── Canceled                canceled                499
     └── Unavailable             unavailable             503
          ├── CatalogNewer       catalog-newer           503
          ├── CatalogCorrupt     catalog-corrupt         503
          ├── CatalogBusy        catalog-busy            503
          ├── NetworkFileSystem  network-file-system     503
          ├── StoreRefused       store-refused           503
          │    └── NoCredentials no-credentials          503
          ├── NoSpace            no-space                507
          └── NotWritable        not-writable            503

An error says what failed, on which address, why, and what to do next. The same
four travel over REST as ``{"code", "message", "address", "hint"}``.
"""

from __future__ import annotations

from typing import ClassVar


class ArtifactsError(Exception):
    """The root: catch this to catch everything the package raises on purpose.

    Args:
        message: what failed and why, one sentence without a full stop at its end.
        address: the address it failed on, as a person types it; "" when none.
        hint: what to do next; "" when nothing helps.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, address: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.address = address
        self.hint = hint

    def __str__(self) -> str:
        """Return one line: address, message and hint."""
        where = f"{self.address}: " if self.address else ""
        then = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.message}{then}"

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild with keywords, so that errors cross process borders."""
        said = (type(self), self.message, self.address, self.hint)
        return _rebuild, said, self.__dict__


def _rebuild(
    kind: type[ArtifactsError], message: str, address: str, hint: str
) -> ArtifactsError:
    error = kind.__new__(kind)
    ArtifactsError.__init__(error, message, address=address, hint=hint)
    return error


class InvalidRequest(ArtifactsError, ValueError):
    """A value that this operation cannot take."""

    code = "malformed-request"
    status = 400


class InvalidAddress(InvalidRequest):
    """A text that is no address."""

    code = "malformed-address"


class InvalidPath(InvalidRequest):
    """A path that leaves its place, or that no store can hold."""

    code = "malformed-path"


class InvalidQuery(InvalidRequest):
    """A query that does not parse, or names what does not exist.

    Args:
        message: what is wrong.
        query: the query as given.
        column: 0-based character at which it goes wrong.
        length: how many characters are wrong, at least 1.
        hint: what to write instead.
    """

    code = "malformed-query"
    column: int = 0
    length: int = 1

    def __init__(
        self,
        message: str,
        *,
        query: str,
        column: int = 0,
        length: int = 1,
        hint: str = "",
    ) -> None:
        super().__init__(message, address=query, hint=hint)
        self.column = column
        self.length = max(1, length)

    def __str__(self) -> str:
        """Return the message with the query and a mark below the wrong place."""
        mark = " " * self.column + "^" * self.length
        then = f"\n{self.hint}" if self.hint else ""
        return f"{self.message}\n  {self.address}\n  {mark}{then}"


class NotAuthenticated(ArtifactsError):
    """Nobody is signed in."""

    code = "not-authenticated"
    status = 401


class Refused(ArtifactsError, PermissionError):
    """The person who asks may not do this."""

    code = "refused"
    status = 403


class NotFound(ArtifactsError, LookupError):
    """Nothing stands at this address."""

    code = "not-found"
    status = 404


class MethodNotAllowed(ArtifactsError):
    """The address is there, but nothing is done to it by this HTTP method."""

    code = "method-not-allowed"
    status = 405


class Conflict(ArtifactsError):
    """The thing is in a state, or has a name, that does not allow this."""

    code = "conflict"
    status = 409


class IllegalTransition(Conflict):
    """A move that the table of states does not have."""

    code = "illegal-transition"


class ChangedAtSource(ArtifactsError):
    """The bytes are no longer those that were listed."""

    code = "changed-at-source"
    status = 409


class WouldOverwrite(ArtifactsError, FileExistsError):
    """A file stands where a download would write."""

    code = "would-overwrite"
    status = 409


class Gone(ArtifactsError, LookupError):
    """It was listed, but its bytes are no longer there."""

    code = "gone"
    status = 410


class TooLarge(ArtifactsError):
    """More bytes in one request, or in one file, than are taken at once."""

    code = "too-large"
    status = 413


class Unreadable(ArtifactsError, ValueError):
    """A file that is damaged, or not of the type that its name says."""

    code = "unreadable-file"
    status = 422


class RangeNotSatisfiable(InvalidRequest):
    """A range that lies outside the file."""

    code = "range-not-satisfiable"
    status = 416


class Canceled(ArtifactsError):
    """Somebody canceled it before it was done."""

    code = "canceled"
    status = 499


class Unavailable(ArtifactsError):
    """The catalog or the storage cannot serve right now."""

    code = "unavailable"
    status = 503


class CatalogNewer(Unavailable):
    """The catalog was written by a newer version of jupyter_artifacts."""

    code = "catalog-newer"


class CatalogCorrupt(Unavailable):
    """The database file is no sound database."""

    code = "catalog-corrupt"


class CatalogBusy(Unavailable):
    """Another process held the catalog's write lock for too long."""

    code = "catalog-busy"


class NetworkFileSystem(Unavailable):
    """SQLite's locks do not hold on a network file system."""

    code = "network-file-system"


class StoreRefused(Unavailable):
    """An object store does not let our credentials do this."""

    code = "store-refused"


class NoCredentials(StoreRefused):
    """Nobody on this machine is signed in to an object store."""

    code = "no-credentials"


class NoSpace(Unavailable, OSError):
    """The disk is full, or would be."""

    code = "no-space"
    status = 507


class NotWritable(Unavailable, OSError):
    """A folder that has to be written cannot be."""

    code = "not-writable"
