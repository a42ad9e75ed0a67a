"""The demo's team, and the JupyterLab it opens."""

import contextlib
import json
import math
import signal
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import psutil
import pytest

from jupyter_artifacts.demo.making import make_team
from jupyter_artifacts.demo.people import acting
from jupyter_artifacts.demo.places import Places
from jupyter_artifacts.team import Team

COMMAND = Path(sysconfig.get_path("scripts")) / "jupyter-artifacts"
FILES = {"confusion.png", "metrics.json", "predictions.parquet"}
METRICS = {
    "training.loss",
    "training.accuracy",
    "validation.loss",
    "validation.accuracy",
}


@pytest.fixture(scope="module", name="places")
def make_small_team(tmp_path_factory):
    """A demo team that trained for a few epochs."""
    places = Places(tmp_path_factory.mktemp("demo"))
    with places.hold():
        make_team(places, print, small=True)
    return places


@pytest.fixture(name="team")
def connect_as_bob(places):
    return Team(acting(places, "bob"))


def one(team, address):
    return team.experiment(address)


def test_four_people_are_in_the_team(team):
    """The team is alice, who owns it, bob, chen and dara, by their full names."""
    members = {each.handle: each for each in team.members()}

    assert list(members) == ["alice", "bob", "chen", "dara"]
    assert members["alice"].role == "owner"
    assert members["bob"].display_name == "Bob Brown"


def test_every_state_that_matters_is_there(team):
    """Some experiments completed, and one each errored, was canceled, is queued."""
    states = [each.state.value for each in team.runs()]

    assert states.count("COMPLETED") >= 11
    assert [states.count(state) for state in ("ERRORED", "CANCELED", "QUEUED")] == [
        1,
        1,
        1,
    ]


def test_the_sweep_has_eight_experiments_and_more(team):
    """The sweep trains once for each learning rate, in one run."""
    rates = [each.params["lr"] for each in team.runs('name == "digits-sweep"')]

    assert len(rates) >= 8
    assert len(set(rates)) == len(rates)


def test_the_best_of_each_experiment_is_known(team):
    """What the run said of its searcher's metric holds for the whole sweep."""
    best = {
        each.number: each.best_validation
        for each in team.runs('name == "digits-sweep" and state == "COMPLETED"')
    }

    assert len(best) >= 8
    assert all(best.values())


@pytest.mark.parametrize(
    "address",
    [
        "alice:digits-sweep-exp0",
        "alice:digits-sweep-exp7",
        "bob:wine-mlp-exp0",
        "chen:cancer-mlp-exp0",
        "dara:digits-mlp-exp0",
    ],
)
def test_training_left_metrics_checkpoints_and_files(team, address):
    """What trained has curves of both groups, checkpoints and the three files."""
    trained = one(team, address)

    assert {f"{each.group}.{each.name}" for each in trained.series()} == METRICS
    assert len(trained.metrics("validation.loss").frame()) >= 4
    assert trained.checkpoints()
    assert {each.path for each in trained.files()} >= FILES


def test_the_diverging_one_says_why_it_errored(team):
    """The experiment whose loss became infinite errored, and kept the infinity."""
    (errored,) = team.runs('state == "ERRORED"')
    losses = one(team, errored.address).metrics("training.loss").frame()

    assert errored.exit_reason.startswith("FloatingPointError: the loss is inf")
    assert math.isinf(losses["value"].iloc[-1])


def test_a_script_that_knows_no_tracker_was_run_as_it_is(team):
    """`jupyter artifacts run` captured a plain script's files and output."""
    plain = [one(team, f"chen:cancer-linear-exp{number}") for number in (0, 1)]

    assert [each.params["alpha"] for each in plain] == [0.0001, 0.01]
    assert {each.path for each in plain[0].files()} >= {*FILES, "history.csv"}
    assert "epoch   1  loss" in plain[1].logs("stdout")


def test_params_are_nested(team):
    """A query finds a nested parameter."""
    found = [each.address for each in team.runs("params.optimizer.l2 > 0")]

    assert "bob:wine-mlp-exp0" in found


def test_the_clone_is_queued_for_dara(team):
    """Dara has a run that waits, cloned from bob's."""
    clone = team.run("dara:wine-mlp").run

    assert (clone.state, clone.cloned_from) == ("QUEUED", "bob:wine-mlp")


def test_datastores_have_versions(team):
    """Alice shares digits in two versions, chen wine in one."""
    shared = {each.name: each for each in team.datastores()}

    assert {name: len(each.versions) for name, each in shared.items()} == {
        "digits": 2,
        "wine": 1,
    }
    assert (shared["digits"].owner, shared["wine"].owner) == ("alice", "chen")


def test_the_sweep_logs_each_better_model_as_a_version(team):
    """The newest is the best of the sweep, and alice serves the one before."""
    best = team.artifact("digits-model@best")
    newest = best.record.number

    assert newest >= 1
    assert best.aliases == ["latest", "best"]
    assert team.artifact("digits-model@served").record.number == newest - 1
    assert {each.path for each in best.files()} == {
        "classes.txt",
        "metrics.json",
        "weights.npz",
    }


def test_a_version_differs_from_the_one_before_in_what_was_learned(team):
    """The names of the classes stay the same from version to version."""
    changes = team.artifact("digits-model@served").diff("best")

    assert {each.path for each in changes.lines} == {"metrics.json", "weights.npz"}
    assert changes.same == 1


def test_the_lineage_leads_from_the_sweep_to_what_bob_made_of_it(team):
    """Bob's run used alice's best model, and logged a model of its own."""
    model = team.artifact("digits-model@best")
    lineage = model.lineage()
    named = {each.id: each.address for each in lineage.nodes}
    edges = {
        (named[each.source], named[each.target], each.role.value)
        for each in lineage.edges
    }

    assert edges >= {
        ("digits-data@v0", model.record.source, "input"),
        (model.record.source, model.address, "output"),
        (model.address, "bob:digits-robust-exp0", "fine-tuning"),
        ("bob:digits-robust-exp0", "digits-robust@v0", "output"),
    }
    assert model.record.source.startswith("alice:digits-sweep-exp")


class Demo:
    """The command, started on a team that is there."""

    def __init__(self, places):
        self.places = places
        self.process = subprocess.Popen(
            [COMMAND, "demo", "--home", places.root, "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = [self.process.stdout.readline() for _ in range(4)]
        if self.process.poll() is not None:
            pytest.fail(self.process.communicate()[1])
        self.links = [line.split()[-1] for line in said[1:3]]

    @property
    def url(self):
        return self.links[0].partition("/lab")[0]

    def get(self, url, *, jar=None):
        cookies = urllib.request.HTTPCookieProcessor(jar)
        opener = urllib.request.build_opener(cookies)
        request = urllib.request.Request(url, headers={"Accept": "text/html"})  # noqa: S310
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.url, answer.read()

    def close(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.communicate(timeout=60)

    def left(self):
        """Processes that still belong to this demo."""
        home = str(self.places.team)
        found = []
        for each in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if each.environ().get("JUPYTER_ARTIFACTS_HOME") == home:
                    found.append(each.cmdline())
        return found


@pytest.fixture(scope="module", name="demo")
def open_demo(places):
    demo = Demo(places)
    yield demo
    if demo.process.poll() is None:
        demo.close()


@pytest.mark.parametrize(("number", "user"), [(0, "alice"), (1, "bob")])
def test_a_sign_in_link_opens_the_notebook_as_that_person(demo, number, user):
    """Each printed link leads to the notebook, and signs its person in."""
    jar = CookieJar()
    status, url, _ = demo.get(demo.links[number], jar=jar)
    _, _, me = demo.get(f"{demo.url}/api/me", jar=jar)

    assert status == 200
    assert url == f"{demo.url}/lab/workspaces/{user}/tree/01-team-runs.ipynb"
    assert json.loads(me)["identity"]["username"] == user


def test_nobody_gets_in_without_a_token(demo):
    """The server has no way in but personal tokens."""
    with pytest.raises(urllib.error.HTTPError, match="403"):
        demo.get(f"{demo.url}/api/me?token=jart_wrong")


def test_a_run_is_under_way_while_the_lab_is_open(demo, team):
    """Dara's run trains on: its metrics grow."""
    running = one(team, "dara:digits-stream-exp0")
    before = running.record
    deadline = time.monotonic() + 20
    while running.record.total_batches_processed <= before.total_batches_processed:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    assert before.state == "RUNNING"


def test_two_demos_do_not_share_a_folder(demo):
    """A second demo in the same folder is refused, with what to do."""
    second = subprocess.run(
        [COMMAND, "demo", "--home", demo.places.root, "--no-lab"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert "a demo is running in this folder already" in second.stderr


def test_ctrl_c_ends_everything(demo, team):
    """After Ctrl-C no process is left, the run is canceled, the links are dead."""
    out, errors = demo.close()
    tokens = acting(demo.places, "alice").call("members.tokens", handle="alice")

    assert demo.process.returncode == 0, out + errors
    assert "Traceback" not in errors
    assert one(team, "dara:digits-stream-exp0").record.state == "CANCELED"
    assert all(token.revoked for token in tokens)
    wait_until_nothing_is_left(demo)


def wait_until_nothing_is_left(demo):
    """Companions outlive what they look after: they end when all is taken in."""
    deadline = time.monotonic() + 30
    while demo.left():
        assert time.monotonic() < deadline, demo.left()
        time.sleep(0.1)


def test_a_second_start_keeps_what_is_there(demo, team):
    """Started again, the demo trains nothing but the run that is under way."""
    before = {each.id for each in team.runs('name != "digits-stream"')}
    again = Demo(demo.places)
    _, errors = again.close(signal.SIGTERM)

    assert {each.id for each in team.runs('name != "digits-stream"')} == before
    assert len(list(team.runs('name == "digits-stream"'))) == 1
    assert "trained" not in errors
    wait_until_nothing_is_left(again)


def test_nothing_survives_the_demo(demo):
    """When the demo is killed, JupyterLab and the training end as well."""
    killed = Demo(demo.places)
    killed.close(signal.SIGKILL)
    wait_until_nothing_is_left(killed)
