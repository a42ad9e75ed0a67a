"""The run explorer, as a widget."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import traitlets

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.widgets.base import TeamWidget
from jupyter_artifacts.widgets.forms.explorer import (
    Listing,
    explorer_html,
    explorer_text,
)
from jupyter_artifacts.widgets.messages import (
    Deselect,
    Select,
    SelectOnly,
    SetColumns,
    SetQuery,
    SetSort,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from jupyter_artifacts.team import Team
    from jupyter_artifacts.team.experiments import Metric
    from jupyter_artifacts.widgets.forms.markup import Markup
    from jupyter_artifacts.widgets.messages import AnyMessage

_STATIC_ROWS: Final = 20
_MOST_SELECTED: Final = 1000


class RunExplorer(TeamWidget):
    """The team's runs: a table, their plots, their files.

    Everyone who has the notebook open sees the same query, sort, columns and
    selection; scrolling, hovering and filtering are each person's own.

    Args:
        query: which experiments, e.g. 'user == "alice"'; "" for all.
        sort: a field; "-" in front for the largest first.
        columns: fields to show; none for those that tell most.
        selected: addresses of experiments.
        team: whose; by default the one `jupyter_artifacts.connect()` finds.
    """

    view = "explorer"

    query = traitlets.Unicode().tag(sync=True)
    sort = traitlets.Unicode("-started").tag(sync=True)
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        query: str = "",
        sort: str = "-started",
        columns: Sequence[str] | None = None,
        selected: Sequence[str] = (),
        *,
        team: Team | None = None,
    ) -> None:
        super().__init__(
            query=query,
            sort=sort,
            columns=list(columns or ()),
            selected=list(selected),
            team=team,
        )

    @traitlets.validate("selected")
    def _check_selected(self, proposal: dict[str, Any]) -> list[str]:
        chosen = list(dict.fromkeys(map(self._experiment, proposal["value"])))
        if len(chosen) > _MOST_SELECTED:
            msg = f"{len(chosen):,} experiments are too many to select"
            raise InvalidRequest(msg, hint=f"select at most {_MOST_SELECTED:,}")
        return chosen

    def frame(self) -> pd.DataFrame:
        """Return one row per experiment that matches the query, all of them."""
        return self.team.runs(self.query, sort=self.sort).frame()

    def metrics(self, name: str) -> Metric:
        """Return a metric of the selected experiments, e.g. "training.loss".

        With none selected: of all that match the query.
        """
        runs = self.team.runs(self.query, sort=self.sort)
        addresses = self.selected or [experiment.address for experiment in runs]
        return self.team.metric(addresses, name)

    def obey(self, message: AnyMessage) -> None:
        """Do what a page says."""
        match message:
            case Select(addresses=addresses):
                self.selected = [*self.selected, *addresses]
            case Deselect(addresses=addresses):
                gone = set(map(self._experiment, addresses))
                self.selected = [one for one in self.selected if one not in gone]
            case SelectOnly(addresses=addresses):
                self.selected = addresses
            case SetQuery(query=query):
                self.query = query
            case SetSort(sort=sort):
                self.sort = sort
            case SetColumns(columns=columns):
                self.columns = columns
            case _:
                super().obey(message)

    def forms(self) -> tuple[Markup, str]:
        """Return the first experiments as tables."""
        listing = self._listing()
        return explorer_html(listing), explorer_text(listing)

    def spec(self) -> dict[str, Any]:
        """Return what this shows."""
        return {
            "kind": self.view,
            "query": self.query,
            "sort": self.sort,
            "columns": list(self.columns),
            "addresses": list(self.selected),
        }

    def _experiment(self, address: str) -> str:
        return self.team.parse(address).of_experiment().short

    def _listing(self) -> Listing:
        found = self.team.runs(self.query, sort=self.sort).page(limit=_STATIC_ROWS)
        return Listing(
            query=self.query,
            columns=self.columns,
            experiments=found.items,
            total=f"{found.total:,}{'+' if found.total_capped else ''}",
            selected=frozenset(self.selected),
            moment=time.time(),
        )
