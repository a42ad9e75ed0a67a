"""What an operation needs of a catalog: one contract per noun.

Every method belongs to one transaction (see `context.Catalog`). What is not there
raises `NotFound` with the address and, where one is near, the name probably meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from jupyter_artifacts.records.assets import (
        Asset,
        Entry,
        StoredAsset,
        Uncaptured,
    )
    from jupyter_artifacts.records.base import JsonObject, Page
    from jupyter_artifacts.records.datastores import Datastore, DatastoreVersion
    from jupyter_artifacts.records.events import Event
    from jupyter_artifacts.records.metrics import Points, Series
    from jupyter_artifacts.records.people import Member, Role, Token
    from jupyter_artifacts.records.runs import Checkpoint, Experiment, Field, Run
    from jupyter_artifacts.records.sessions import Attachment, Session
    from jupyter_artifacts.records.states import CheckpointState, State
    from jupyter_artifacts.records.transfers import Transfer


class MemberRows(Protocol):
    """Members and their tokens."""

    def ensure(self, login: str, display_name: str, now: float) -> Member:
        """Return the member of this login; a new one when first seen.

        The first member ever is owner, later ones are members. The handle is
        `handle_from_login`, made unique by "-2", "-3", …
        """

    def get(self, handle: str) -> Member:
        """Return one member."""

    def all(self) -> list[Member]:
        """Return everyone, by handle, with how many runs each owns."""

    def set_role(self, handle: str, role: Role) -> Member:
        """Change a role; the last owner stays owner (`Conflict`)."""

    def add_token(self, token: Token, sha256: str) -> None:
        """Keep a token by the SHA-256 (hex) of its secret."""

    def member_of_token(self, sha256: str) -> Member | None:
        """Return whose good token this is; None when revoked or unknown."""

    def tokens(self, handle: str) -> list[Token]:
        """Return a member's tokens, newest first."""

    def revoke_token(self, handle: str, token_id: str, now: float) -> Token:
        """Revoke a token, for good."""


class RunRows(Protocol):
    """Runs."""

    def create(self, run: Run) -> Run:
        """Add `run` (its id given). A taken name gets "-1", "-2", … (`renamed_from`)."""

    def get(self, user: str, name: str) -> Run:
        """Return one run; names are matched ignoring case."""

    def by_id(self, run_id: str) -> Run:
        """Return one run."""

    def of_user(self, user: str, *, limit: int, cursor: str | None) -> Page[Run]:
        """Return a member's runs, newest first. An unknown user is `NotFound`."""

    def set_tags(self, run_id: str, tags: list[str]) -> Run:
        """Replace the tags, on its experiments too."""

    def delete(self, run_id: str) -> list[str]:
        """Delete the run and every row below it; return its experiments' ids."""


class ExperimentRows(Protocol):
    """Experiments."""

    def create(self, run_id: str, experiment: Experiment) -> Experiment:
        """Add an experiment (id, state, params, started given); gives its number."""

    def get(self, user: str, run: str, number: int) -> Experiment:
        """Return one experiment."""

    def by_id(self, experiment_id: str) -> Experiment:
        """Return one experiment."""

    def of_run(self, run_id: str) -> list[Experiment]:
        """Return a run's experiments, by number."""

    def move(
        self, experiment_id: str, state: State, *, reason: str, now: float
    ) -> Experiment:
        """Move to `state` by the table (`IllegalTransition`), and its run with it."""

    def change(self, experiment_id: str, **fields: Any) -> Experiment:
        """Set fields of the record (params, metadata, runner_state, task_ids, …)."""

    def search(
        self, query: str, *, sort: str, limit: int, cursor: str | None, now: float
    ) -> Page[Experiment]:
        """Return the experiments that `query` selects ("" for all).

        Args:
            query: see `queries.py`.
            sort: a field's name, "-" in front for descending, or "". Missing values
                come last in both directions, NaN just before them; ties by id.
            limit: at most this many.
            cursor: of the page before.
            now: what relative times in the query count from.

        Raises:
            InvalidQuery: for query or sort; it points at the place.
            InvalidRequest: for a cursor that is none of ours.
        """

    def fields(self) -> list[Field]:
        """Return every field that a query may name."""

    def unended(self) -> list[Experiment]:
        """Return the experiments that have not ended."""


class MetricRows(Protocol):
    """Metric series. Segment files are described in `catalog/segments.py`."""

    def open_segment(self, segment_id: str, path: str, user: str) -> None:
        """Register a segment file, ingested up to offset 0. Twice is the same."""

    def ingest(self, segment_id: str, offset: int, frames: bytes) -> int:
        """Take in whole frames that begin at `offset`; return the offset reached.

        When the segment was ingested up to another offset already, nothing is taken
        in and that offset is returned: so nothing doubles.
        """

    def segments(self) -> list[tuple[str, str, int, str]]:
        """Return (id, path, ingested offset, user) of the segments not yet closed."""

    def close_segment(self, segment_id: str) -> None:
        """Forget a segment that is ingested to its end and has no writer."""

    def series(self, experiment_id: str) -> list[Series]:
        """Return every series of an experiment, unsealed tails included."""

    def points(
        self,
        experiment_id: str,
        group: str,
        name: str,
        *,
        first: int | None = None,
        last: int | None = None,
        limit: int | None = None,
    ) -> Points:
        """Return points with first <= step <= last, unsealed tails included.

        With a `limit`, at most about that many, keeping extremes and every NaN and
        infinity, with the envelope. `NotFound` names the series there are.
        """


class AssetRows(Protocol):
    """Files of manifests. A manifest is named by the id of what it belongs to."""

    def put(self, manifest_id: str, asset: Asset, key: str) -> Asset:
        """Add or replace a file (its revision grows); counts are kept up to date."""

    def get(self, manifest_id: str, path: str) -> StoredAsset:
        """Return one file."""

    def all(self, manifest_id: str, prefix: str = "") -> list[StoredAsset]:
        """Return the file `prefix` or every file below it, by path."""

    def children(
        self, manifest_id: str, prefix: str, *, limit: int, cursor: str | None
    ) -> Page[Entry]:
        """Return one level of the tree: folders first, then files, by name.

        Entries' addresses are paths below the manifest. An unknown prefix is
        `NotFound`.
        """

    def refuse(self, manifest_id: str, uncaptured: Uncaptured) -> None:
        """Note a file that was seen and not captured; again replaces the reason."""

    def uncaptured(self, manifest_id: str) -> list[Uncaptured]:
        """Return what was seen and not captured."""


class CheckpointRows(Protocol):
    """Checkpoints."""

    def create(self, experiment_id: str, checkpoint: Checkpoint) -> Checkpoint:
        """Add a checkpoint (uuid given)."""

    def get(self, experiment_id: str, uuid: str) -> Checkpoint:
        """Return one checkpoint, resources filled from its manifest (its uuid)."""

    def all(self, experiment_id: str) -> list[Checkpoint]:
        """Return an experiment's checkpoints, by steps, then time."""

    def move(self, uuid: str, state: CheckpointState) -> Checkpoint:
        """Set its state; keeps the experiment's counts and bytes up to date."""


class DatastoreRows(Protocol):
    """Datastores."""

    def create(self, datastore: Datastore, datastore_id: str) -> Datastore:
        """Add a datastore without versions; a taken name is `Conflict`."""

    def add_version(
        self, name: str, version: DatastoreVersion, version_id: str
    ) -> DatastoreVersion:
        """Add the next version (its number is given by the catalog)."""

    def get(self, name: str) -> Datastore:
        """Return one datastore."""

    def id_of(self, name: str) -> str:
        """Return the id that names its folder in the storage."""

    def version(self, name: str, version: str) -> tuple[DatastoreVersion, str]:
        """Return a version ("" the newest) and its id, which names its manifest."""

    def all(self) -> list[Datastore]:
        """Return every datastore, by name."""

    def delete(self, name: str) -> None:
        """Delete a datastore, its versions and their manifests' rows."""


class SessionRows(Protocol):
    """Sessions."""

    def announce(self, session: Session) -> None:
        """Add a session, or renew what is said of it (people, last_seen, url)."""

    def leave(self, session_id: str) -> None:
        """Remove a session."""

    def get(self, session_id: str) -> Session:
        """Return one session."""

    def all(self, *, seen_after: float) -> list[Session]:
        """Return the sessions seen since, newest first."""

    def attach(self, session_id: str, attachment: Attachment) -> None:
        """Note an attachment; again replaces it."""

    def detach(self, session_id: str, address: str) -> Attachment:
        """Remove an attachment and return it."""

    def attachments_of(self, address_prefix: str) -> list[tuple[Session, Attachment]]:
        """Return who has versions of a datastore attached."""


class TransferRows(Protocol):
    """Transfers."""

    def put(self, transfer: Transfer) -> None:
        """Add or replace a transfer."""

    def get(self, transfer_id: str) -> Transfer:
        """Return one transfer."""

    def recent(self, *, limit: int) -> list[Transfer]:
        """Return the newest transfers, moving ones first."""


class EventRows(Protocol):
    """Events."""

    def add(
        self,
        kind: str,
        change: str,
        address: str,
        now: float,
        data: JsonObject | None = None,
    ) -> None:
        """Note that something changed."""

    def since(self, seq: int, *, limit: int = 1000) -> list[Event]:
        """Return the events after `seq`, oldest first."""

    def newest(self) -> int:
        """Return the newest seq; 0 when there is none."""


class Rows(Protocol):
    """The catalog within one transaction."""

    @property
    def members(self) -> MemberRows: ...
    @property
    def runs(self) -> RunRows: ...
    @property
    def experiments(self) -> ExperimentRows: ...
    @property
    def metrics(self) -> MetricRows: ...
    @property
    def assets(self) -> AssetRows: ...
    @property
    def checkpoints(self) -> CheckpointRows: ...
    @property
    def datastores(self) -> DatastoreRows: ...
    @property
    def sessions(self) -> SessionRows: ...
    @property
    def transfers(self) -> TransferRows: ...
    @property
    def events(self) -> EventRows: ...
