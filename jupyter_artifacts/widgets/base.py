"""What all widgets have in common: the team, the messages, the static form."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import msgspec
import traitlets

from jupyter_artifacts.errors import ArtifactsError, InvalidRequest
from jupyter_artifacts.widgets.answers import Answer, answer
from jupyter_artifacts.widgets.built import built
from jupyter_artifacts.widgets.forms.failure import failure_html
from jupyter_artifacts.widgets.messages import Ping, Request, read_message
from jupyter_artifacts.widgets.problems import problem_of
from jupyter_artifacts.widgets.subshells import route_by_sender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_artifacts.team import Team
    from jupyter_artifacts.widgets.forms.markup import Markup
    from jupyter_artifacts.widgets.messages import AnyMessage

VIEW: str = "application/vnd.jupyter-artifacts.view+json"
"""MIME type of what a widget shows, for a page that has no kernel."""

_VIEW_VERSION = 1


class TeamWidget(anywidget.AnyWidget):
    """A widget on the team's tree.

    Pages change it by messages, which arrive in several threads at once (Jupyter's
    subshells); one lock makes each change whole.

    Args:
        team: whose tree; by default the one `jupyter_artifacts.connect()` finds.
        traits: the widget's own.
    """

    view: ClassVar[str]
    """Which component a page mounts."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    _view = traitlets.Unicode().tag(sync=True)
    _snapshot = traitlets.Unicode().tag(sync=True)
    """The static form, for a page with neither kernel nor server (nbconvert)."""

    def __init__(self, *, team: Team | None = None, **traits: Any) -> None:
        self._lock = threading.RLock()
        self._given_team = team
        super().__init__(**traits)
        route_by_sender(self.comm)
        self.on_msg(self._receive)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return built("widget.js")

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return built("widget.css")

    @traitlets.default("_view")
    def _default_view(self) -> str:
        return self.view

    @property
    def team(self) -> Team:
        """The team whose tree this shows."""
        with self._lock:
            if self._given_team is None:
                from jupyter_artifacts.team import connect

                self._given_team = connect()
            return self._given_team

    def obey(self, message: AnyMessage) -> None:
        """Do what a page says; held by the lock.

        Raises:
            ArtifactsError: when it cannot be done; goes back to the page.
        """
        msg = f"this widget does not know {type(message).__name__}"
        raise InvalidRequest(msg, hint="reload the page")

    def forms(self) -> tuple[Markup, str]:
        """Return what this shows now: HTML without script, and text for a terminal.

        Raises:
            ArtifactsError: when it cannot be read; shown in place of it.
        """
        raise NotImplementedError

    def spec(self) -> dict[str, Any]:
        """Return what this shows, for a page that reads it from the server."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        given = super()._repr_mimebundle_()
        data, metadata = given or ({}, {})
        try:
            shown, text = self.forms()
        except ArtifactsError as error:
            shown, text = failure_html(error), str(error)
        self._snapshot = shown
        view = {**self.spec(), "model_id": self.model_id, "version": _VIEW_VERSION}
        forms = {"text/html": str(shown), "text/plain": text, VIEW: view}
        return {**data, **forms}, metadata

    def _receive(self, _: object, content: object, __: Sequence[object]) -> None:
        """Answer one message of one page."""
        head = {"type": "reply", **_sender(content)}
        try:
            found = self._found(content)
        except ArtifactsError as error:
            self.send({**head, **_failure(error)})
        except Exception as error:
            self.send({**head, **_failure(error)})
            raise
        else:
            reply = {
                "status": 200,
                "json": found.json,
                "total": found.total,
                "media_type": found.media_type,
                "etag": found.etag,
            }
            buffers = [] if found.content is None else [found.content]
            self.send({**head, **reply}, buffers=buffers)

    def _found(self, content: object) -> Answer:
        message = read_message(content)
        if isinstance(message, Request):
            return answer(self.team.carrier, message)
        if not isinstance(message, Ping):
            with self._lock:
                self.obey(message)
        return Answer()


def _sender(content: object) -> dict[str, Any]:
    """Return whose message it is, even of one that cannot be read."""
    given = content if isinstance(content, dict) else {}
    return {"page": given.get("page"), "id": given.get("id")}


def _failure(error: Exception) -> dict[str, Any]:
    status, problem = problem_of(error)
    return {"status": status, "json": msgspec.to_builtins(problem)}
