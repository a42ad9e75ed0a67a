"""A plot of metrics, as a widget."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import traitlets

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.team.experiments import split_metric
from jupyter_artifacts.widgets.base import TeamWidget
from jupyter_artifacts.widgets.forms.plot import Plotted, plot_html, plot_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from jupyter_artifacts.team import Team
    from jupyter_artifacts.widgets.forms.markup import Markup

_STATIC_POINTS: Final = 300


class MetricPlot(TeamWidget):
    """Metrics of several runs, plotted together.

    Args:
        runs: addresses of runs or experiments; a run stands for all its experiments.
        metrics: "<group>.<name>", e.g. "training.loss".
        team: whose; by default the one `jupyter_artifacts.connect()` finds.
    """

    view = "plot"

    runs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    metrics = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self, runs: str | Sequence[str], *metrics: str, team: Team | None = None
    ) -> None:
        addresses = [runs] if isinstance(runs, str) else list(runs)
        super().__init__(runs=addresses, metrics=list(metrics), team=team)

    @traitlets.validate("runs")
    def _check_runs(self, proposal: dict[str, Any]) -> list[str]:
        places = map(self.team.parse, proposal["value"])
        return [
            (
                place.of_run() if place.experiment is None else place.of_experiment()
            ).short
            for place in places
        ]

    @traitlets.validate("metrics")
    def _check_metrics(self, proposal: dict[str, Any]) -> list[str]:
        if not proposal["value"]:
            msg = "a plot needs at least one metric"
            raise InvalidRequest(msg, hint='name one, e.g. "training.loss"')
        return [".".join(split_metric(metric)) for metric in proposal["value"]]

    def frame(self) -> pd.DataFrame:
        """Return every point that is plotted, never a sample."""
        import pandas as pd

        found = [self.team.metric(self.runs, name).frame() for name in self.metrics]
        return pd.concat(found, ignore_index=True)

    def forms(self) -> tuple[Markup, str]:
        """Return one chart a metric, and the curves for a terminal."""
        plotted = self._plotted()
        return plot_html(plotted), plot_text(plotted)

    def spec(self) -> dict[str, Any]:
        """Return what this shows."""
        return {
            "kind": self.view,
            "query": "",
            "columns": list(self.metrics),
            "addresses": list(self.runs),
        }

    def _plotted(self) -> Plotted:
        return Plotted(
            runs=self.runs,
            metrics=self.metrics,
            points=[
                points
                for name in self.metrics
                for points in self.team.metric(self.runs, name).sampled(_STATIC_POINTS)
            ],
            moment=time.time(),
        )
