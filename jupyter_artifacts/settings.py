"""What the environment says: read here and nowhere else.

JUPYTER_ARTIFACTS_HOME     catalog, storage, spool (default: the Jupyter data folder)
JUPYTER_ARTIFACTS_STORAGE  the storage: a folder's whole path, s3://bucket/prefix or
                           gs://bucket/prefix (default: the bucket that was used
                           last with this home, else <home>/storage)
JUPYTER_ARTIFACTS_CACHE    this user's cache (default: ~/.cache/jupyter_artifacts)
JUPYTER_ARTIFACTS_CACHE_SIZE  its limit, e.g. 20GB or 0 (default: 10GB)
JUPYTER_ARTIFACTS_URL      a team server, instead of a catalog on this machine
JUPYTER_ARTIFACTS_TOKEN    the token for that server
JUPYTER_ARTIFACTS_USER     who acts (default: the hub's user, else the login name)
JUPYTER_ARTIFACTS_SESSION  the session this process belongs to, set by its server
JUPYTER_ARTIFACTS_EXPERIMENT  the experiment to join, set by `jupyter artifacts run`
JUPYTER_ARTIFACTS_DEBUG    when not empty, the command line shows tracebacks of bugs
"""

from __future__ import annotations

import getpass
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import InvalidRequest, NotWritable

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)

_NOTE: Final = "storage.uri"
# what could be a secret is not written down: it is refused when the store is opened
_NOTABLE: Final = re.compile(r"(s3|gs|gcs)://[^@?#\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are, and who acts.

    Attributes:
        home: folder of the catalog, the spool and, by default, the storage.
        storage: of the bytes: a folder, or a text, the URI of a bucket.
        user: the login of who acts.
        cache: folder of this user's cache.
        cache_size: bytes that it holds at most.
        url: a team server; "" for none.
        token: the token for it; never shown.
        session: id of the session this process belongs to; "" for none.
        experiment: address of the experiment to join; "" for none.
    """

    home: Path
    storage: Path | str
    user: str
    cache: Path = field(default_factory=lambda: _cache_folder(os.environ))
    cache_size: int = 10**10
    url: str = ""
    token: str = field(default="", repr=False)
    session: str = ""
    experiment: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read them from `environ`, by default the process's own."""
        env = os.environ if environ is None else environ
        home = _path(env.get("JUPYTER_ARTIFACTS_HOME")) or _data_folder(env)
        storage = place_of_storage(env.get("JUPYTER_ARTIFACTS_STORAGE"), home)
        user = env.get("JUPYTER_ARTIFACTS_USER") or env.get("JUPYTERHUB_USER")
        return cls(
            home=home,
            storage=storage,
            user=user or _login(),
            cache=_cache_folder(env),
            cache_size=_bytes(env.get("JUPYTER_ARTIFACTS_CACHE_SIZE") or "10GB"),
            url=env.get("JUPYTER_ARTIFACTS_URL", ""),
            token=env.get("JUPYTER_ARTIFACTS_TOKEN", ""),
            session=env.get("JUPYTER_ARTIFACTS_SESSION", ""),
            experiment=env.get("JUPYTER_ARTIFACTS_EXPERIMENT", ""),
        )

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "catalog.sqlite"

    @property
    def live(self) -> Path:
        """The folder of what grows, beside a bucket."""
        return self.home / "live"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder of this machine that is ours."""
        bytes_at = self.live if isinstance(self.storage, str) else self.storage
        return (self.home, bytes_at, self.spool)

    @property
    def spool(self) -> Path:
        """Where segment files and companions' papers are."""
        return self.home / "spool"

    def prepare(self) -> None:
        """Make the folders, readable by their owner and group only.

        Raises:
            NotWritable: when one cannot be made or written.
        """
        for folder in self.folders:
            try:
                folder.mkdir(mode=0o770, parents=True, exist_ok=True)
                writable = os.access(folder, os.W_OK | os.X_OK)
            except OSError as error:
                msg = f"the folder cannot be made: {error.strerror}"
                raise _not_writable(msg, folder) from error
            if not writable:
                msg = "the folder cannot be written"
                raise _not_writable(msg, folder)
        self._note_bucket()

    def _note_bucket(self) -> None:
        """Note a bucket in the home, for processes that nobody told of it."""
        note = self.home / _NOTE
        if not isinstance(self.storage, str):
            note.unlink(missing_ok=True)
        elif _NOTABLE.fullmatch(self.storage) and self.storage != _noted(self.home):
            fresh = note.with_name(f"{_NOTE}.{os.getpid()}")
            fresh.write_text(f"{self.storage}\n")
            fresh.replace(note)


def place_of_storage(text: str | None, home: Path) -> Path | str:
    """Return the storage that a text names: a folder, or a bucket's URI as it is.

    Raises:
        InvalidRequest: when it is neither a whole path nor a URI: where a part of a
            path begins, each process would say differently.
    """
    if not text:
        return _noted(home) or home / "storage"
    if "://" in text:
        return text
    if not text.startswith(("/", "~")):
        msg = f"JUPYTER_ARTIFACTS_STORAGE is {text!r}, which is no place"
        hint = "write s3://bucket/prefix, gs://bucket/prefix or a folder's whole path"
        raise InvalidRequest(msg, hint=hint)
    return Path(text).expanduser()


def _noted(home: Path) -> str:
    """Return the URI of the bucket that was used last with a home; "" for none."""
    try:
        text = (home / _NOTE).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if _NOTABLE.fullmatch(text) else ""


def wants_tracebacks(environ: Mapping[str, str] | None = None) -> bool:
    """Whether JUPYTER_ARTIFACTS_DEBUG asks to see where a bug is."""
    env = os.environ if environ is None else environ
    return bool(env.get("JUPYTER_ARTIFACTS_DEBUG"))


def _not_writable(message: str, folder: Path) -> NotWritable:
    hint = "give a folder of yours as JUPYTER_ARTIFACTS_HOME"
    return NotWritable(message, address=str(folder), hint=hint)


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def _cache_folder(env: Mapping[str, str]) -> Path:
    if given := _path(env.get("JUPYTER_ARTIFACTS_CACHE")):
        return given
    above = _path(env.get("XDG_CACHE_HOME")) or Path("~/.cache").expanduser()
    return above / "jupyter_artifacts"


def _bytes(text: str) -> int:
    """Return how many bytes a person means by e.g. "20GB", "512 MiB" or "0"."""
    matched = _SIZE.fullmatch(text.strip())
    if not matched:
        msg = f"JUPYTER_ARTIFACTS_CACHE_SIZE is {text!r}, which is no size"
        raise InvalidRequest(msg, hint="write 20GB, 512MiB or 0")
    letter, binary = matched[2].upper(), bool(matched[3])
    power = " KMGT".index(letter) if letter else 0
    return int(float(matched[1]) * (1024 if binary else 1000) ** power)


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid-{os.getuid()}"


def _data_folder(env: Mapping[str, str]) -> Path:
    """Return Jupyter's data folder, by jupyter_core's rules for this environment."""
    if given := env.get("JUPYTER_DATA_DIR"):
        return Path(given).expanduser().absolute() / "artifacts"
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "artifacts"
