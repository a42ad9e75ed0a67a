import pytest

from jupyter_artifacts.errors import InvalidRequest, NotFound
from jupyter_artifacts.widgets import MetricPlot
from jupyter_artifacts.widgets.base import VIEW


def test_static_form_is_a_chart_with_a_legend(team, run):
    """A saved notebook shows the curves and which is whose."""
    data, _ = MetricPlot("mnist", "loss", team=team)._repr_mimebundle_()
    assert "data:image/svg+xml;base64," in data["text/html"]
    assert "alice:mnist-exp2" in data["text/html"]
    assert "60 of 60 points" in data["text/html"]
    assert "█" in data["text/plain"]


def test_view_names_runs_and_metrics(team, run):
    """Addresses and metrics are written whole, as any page understands them."""
    plot = MetricPlot(["mnist", "alice:mnist-exp1"], "loss", team=team)
    data, _ = plot._repr_mimebundle_()
    assert data[VIEW]["addresses"] == ["alice:mnist", "alice:mnist-exp1"]
    assert data[VIEW]["columns"] == ["training.loss"]


def test_frame_has_every_point(team, run):
    """The frame is what was logged, not what was drawn."""
    frame = MetricPlot("alice:mnist", "training.loss", team=team).frame()
    assert len(frame) == 60
    assert list(frame.columns) == [
        "experiment",
        "group",
        "name",
        "step",
        "time",
        "value",
    ]


def test_a_plot_of_nothing_is_refused(team, run):
    """A plot without a metric would be blank."""
    with pytest.raises(InvalidRequest):
        MetricPlot("alice:mnist", team=team)


def test_a_metric_nobody_logged_is_said_in_words(team, run):
    """The output names the metric and the runs that lack it."""
    data, _ = MetricPlot("alice:mnist", "training.no", team=team)._repr_mimebundle_()
    assert "No points of training.no in alice:mnist" in data["text/html"]


def test_a_run_nobody_has_is_said_in_words(team):
    """The cell shows what is wrong, not a blank."""
    plot = MetricPlot("bob:none", "loss", team=team)
    data, _ = plot._repr_mimebundle_()
    assert "has no member bob" in data["text/html"]
    with pytest.raises(NotFound):
        plot.frame()


def test_points_that_are_not_numbers_are_counted(team, run):
    """A reader knows that the gap is a NaN and not a missing report."""
    from tests.widgets.conftest import HOSTILE

    plot = MetricPlot("alice:mnist-exp0", f"training.{HOSTILE}", team=team)
    html, text = plot.forms()
    assert "1 of them NaN or infinite" in html
    assert "<img src=x" not in html
    assert "\x1b" not in text
