from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_artifacts.errors import InvalidAddress, InvalidQuery, Unavailable
from jupyter_artifacts.widgets import RunExplorer
from jupyter_artifacts.widgets.base import VIEW
from jupyter_artifacts.widgets.built import built

WIDGET = "application/vnd.jupyter.widget-view+json"
ADDRESSES = [f"alice:mnist-exp{number}" for number in range(3)]


@pytest.fixture(name="explorer")
def _explorer(team, run):
    return RunExplorer(team=team)


def test_bundle_has_the_widget_and_every_form_that_needs_none(explorer):
    """Wherever an output goes, one of its forms can be shown there."""
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", WIDGET, VIEW}
    assert data[WIDGET]["model_id"] == explorer.model_id
    for address in ADDRESSES:
        assert address in data["text/html"]
        assert address in data["text/plain"]


def test_view_names_what_a_page_reads_from_its_server(team, run):
    """Without the kernel a page can show the same experiments."""
    explorer = RunExplorer(
        'user == "alice"', "params.lr", ["params.lr"], ["mnist-exp1"], team=team
    )
    data, _ = explorer._repr_mimebundle_()
    assert data[VIEW] == {
        "kind": "explorer",
        "query": 'user == "alice"',
        "sort": "params.lr",
        "columns": ["params.lr"],
        "addresses": ["alice:mnist-exp1"],
        "model_id": explorer.model_id,
        "version": 1,
    }


def test_static_form_says_of_when_it_is_and_how_much_it_shows(explorer):
    """A reader of a saved notebook sees how old the table is."""
    data, _ = explorer._repr_mimebundle_()
    assert "3 of 3 experiments · as of 20" in data["text/plain"]
    assert "3 of 3 experiments · as of 20" in data["text/html"]


def test_static_form_shows_the_asked_columns(team, run):
    """Columns are those the user named, flat ones and nested ones."""
    columns = ["params.model.depth", "metrics.training.loss", "source"]
    _, text = RunExplorer(columns=columns, team=team).forms()
    first, second = text.splitlines()[:2]
    assert first.split()[-4:-1] == ["model.depth", "training.loss", "source"]
    assert second.split()[-5:-2] == ["2", "0.05", "script"]


def test_a_query_that_is_wrong_is_said_where_the_table_would_be(team, run):
    """An output never is a traceback that hides the cell's other outputs."""
    data, _ = RunExplorer("nonsense ==", team=team)._repr_mimebundle_()
    assert "nonsense ==" in data["text/html"]
    assert "^" in data["text/plain"]


def test_an_empty_team_says_how_to_begin(team):
    """Nobody looks at an empty table and wonders."""
    html, text = RunExplorer(team=team).forms()
    assert "start_run" in html
    assert "start_run" in text


def test_frame_has_a_row_for_each_experiment_of_the_query(team, run):
    """What the page shows is what the code gets."""
    frame = RunExplorer('name == "mnist"', team=team).frame()
    assert sorted(frame["experiment"]) == ADDRESSES
    assert RunExplorer('user == "bob"', team=team).frame().empty


def test_frame_of_a_wrong_query_is_an_error(team, run):
    """A frame is never silently empty."""
    with pytest.raises(InvalidQuery):
        RunExplorer("nonsense > 1", team=team).frame()


def test_metrics_are_those_of_the_selected_experiments(team, run):
    """With nothing selected they are those of the query, every point of them."""
    explorer = RunExplorer(team=team)
    assert len(explorer.metrics("training.loss").frame()) == 60
    explorer.selected = ["mnist-exp1"]
    frame = explorer.metrics("loss").frame()
    assert set(frame["experiment"]) == {"alice:mnist-exp1"}
    assert len(frame) == 20


def test_selected_takes_what_people_type(explorer):
    """My own run needs no user; each is selected once."""
    explorer.selected = ["mnist-exp0", "runs/alice/mnist/exp1", "alice:mnist-exp0"]
    assert explorer.selected == ["alice:mnist-exp0", "alice:mnist-exp1"]


@pytest.mark.parametrize("wrong", [["alice:mnist"], ["a b"], ["datastores/x"]])
def test_selected_refuses_what_is_no_experiment(explorer, wrong):
    """The mistake shows where it is made."""
    with pytest.raises(InvalidAddress):
        explorer.selected = wrong
    assert explorer.selected == []


def test_selected_takes_a_single_address(explorer):
    """A lone text is one experiment, not a list of letters."""
    explorer.selected = "mnist-exp0"
    assert explorer.selected == ["alice:mnist-exp0"]


def test_commands_of_a_page_do_what_they_say(explorer, page):
    """A page changes the widget by commands; the kernel's code sees the result."""
    browser = page(explorer)
    browser.tell(type="select", addresses=ADDRESSES)
    browser.tell(type="deselect", addresses=["mnist-exp1"])
    assert explorer.selected == [ADDRESSES[0], ADDRESSES[2]]
    browser.tell(type="select-only", addresses=[ADDRESSES[1]])
    browser.tell(type="set-query", query='user == "bob"')
    browser.tell(type="set-sort", sort="-params.lr")
    browser.tell(type="set-columns", columns=["params.lr"])
    assert explorer.selected == [ADDRESSES[1]]
    assert (explorer.query, explorer.sort) == ('user == "bob"', "-params.lr")
    assert explorer.columns == ["params.lr"]


def test_simultaneous_clicks_of_many_people_all_count(explorer, page):
    """Subshells run commands in several threads at once: none undoes another."""
    browser = page(explorer)
    many = [f"alice:mnist-exp{number}" for number in range(200)]
    explorer.selected = many[100:]

    def click(number):
        browser.tell(type="select", addresses=[many[number]], id=number)
        browser.tell(type="deselect", addresses=[many[number + 100]], id=number)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(click, range(100)))
    assert sorted(explorer.selected) == sorted(many[:100])
    assert len(browser.replies()) == 200


def test_every_page_hears_of_a_command(explorer, page):
    """The new selection goes out as a trait, before the reply to who sent it."""
    browser = page(explorer)
    browser.tell(type="select", addresses=ADDRESSES[:1])
    (update, _), (reply, _) = browser.messages
    assert update["state"] == {"selected": ADDRESSES[:1]}
    assert reply["content"] == {
        "type": "reply",
        "page": "p",
        "id": 1,
        "status": 200,
        "json": None,
        "total": 0,
        "media_type": "",
        "etag": "",
    }


def test_ping_is_answered_to_the_page_that_asked(explorer, page):
    """A page knows from this that its kernel lives."""
    reply, _ = page(explorer).ask(type="ping", page="mine", id=7)
    assert (reply["page"], reply["id"], reply["status"]) == ("mine", 7, 200)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "select", "addresses": "alice:mnist-exp0"},
        {"type": "select", "addresses": ["alice:mnist"]},
        {"type": "run-code", "code": "1"},
        {"type": "set-query"},
        {"page": 1},
        {},
    ],
    ids=str,
)
def test_a_message_that_cannot_be_done_is_refused_and_changes_nothing(
    explorer, page, content
):
    """A page of another version, or of somebody hostile, breaks nothing."""
    reply, _ = page(explorer).ask(**content)
    assert reply["status"] == 400
    assert reply["json"]["message"]
    assert explorer.selected == []


def test_a_crash_inside_is_told_to_the_page_too(explorer, page, monkeypatch):
    """No click is left waiting for an answer that never comes."""
    monkeypatch.setattr(explorer, "obey", lambda _: 1 / 0)
    reply, _ = page(explorer).ask(type="set-sort", sort="name")
    assert (reply["status"], reply["json"]["code"]) == (500, "error")
    assert "ZeroDivisionError" in reply["json"]["message"]


def test_a_front_end_that_was_not_built_is_said_with_the_cure():
    """A checkout without its bundle tells what to run."""
    with pytest.raises(Unavailable, match="make setup"):
        built("no-such-bundle.js")


def test_pages_get_the_built_front_end(explorer):
    """What anywidget sends is the bundle that the build made."""
    state = explorer.get_state()
    assert "render" in state["_esm"]
    assert "uplot" in state["_css"]
    assert state["_view"] == "explorer"
