"""Alice's team on a real catalog, with runs, and a page that talks to widgets."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from comm.base_comm import BaseComm

from jupyter_artifacts.catalog.segments import encode_report
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.team import connect

HOSTILE = '<img src=x onerror="alert(1)">\x1b[2J&amp;</td>'


@pytest.fixture(name="team")
def _team(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment(
        {
            "JUPYTER_ARTIFACTS_HOME": str(tmp_path / "home"),
            "JUPYTER_ARTIFACTS_USER": "alice",
        }
    )
    return connect(settings)


@pytest.fixture(name="run")
def _run(team, tmp_path):
    """A run of three experiments with metrics, and a file in the first."""
    params = {"lr": 0.1, "model": {"depth": 2}, "note": HOSTILE}
    made = team.carrier.call(
        "runs.start", name="mnist", params=params, tags=["a"], experiments=3
    )
    frames = b"".join(
        encode_report(
            each.id,
            "training",
            step,
            1e9 + step,
            {"loss": 1 / (step + 1), HOSTILE: float("nan") if step == 5 else step},
        )
        for each in made.experiments
        for step in range(20)
    )
    team.carrier.call("metrics.report", segment="s", offset=0, body=frames)
    for name in ("metrics.json", "<b>&.txt"):
        source = tmp_path / "made"
        source.write_bytes(b"0123456789")
        at = {"user": "alice", "run": "mnist", "number": 0}
        team.carrier.call("files.capture", **at, path=name, source=source)
    return made


class Page(BaseComm):
    """A browser's end of a widget's comm: what it sends arrives as Jupyter's does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.messages: list[tuple[dict[str, Any], list[bytes]]] = []
        super().__init__(target_name="jupyter.widget")

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,  # noqa: ARG002 - comm's own signature
        buffers: list[bytes] | None = None,
        **_: Any,
    ) -> None:
        if msg_type == "comm_msg":
            with self.lock:
                self.messages.append((data or {}, buffers or []))

    def tell(self, **content):
        """Send a message to the widget, without reading the reply."""
        message = {"method": "custom", "content": {"page": "p", "id": 1, **content}}
        self.handle_msg({"content": {"data": message}, "buffers": []})

    def ask(self, **content):
        """Send a message; return the reply and its buffers."""
        self.tell(**content)
        return self.replies()[-1]

    def replies(self):
        """Return every reply so far, with its buffers."""
        with self.lock:
            return [
                (data["content"], buffers)
                for data, buffers in self.messages
                if data.get("method") == "custom"
            ]


@pytest.fixture(name="page")
def _page():
    def open_page(widget):
        page = Page()
        widget.comm = page
        return page

    return open_page
