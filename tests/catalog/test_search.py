import math
import sqlite3
from contextlib import closing, contextmanager, suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.dialects import sqlite

from jupyter_artifacts.catalog import schema
from jupyter_artifacts.catalog.catalog import Catalog
from jupyter_artifacts.catalog.filters import Conditions
from jupyter_artifacts.errors import InvalidQuery, InvalidRequest
from jupyter_artifacts.queries import (
    And,
    Compare,
    Contains,
    Field,
    Not,
    OneOf,
    print_query,
)
from jupyter_artifacts.queries.literals import states_named
from jupyter_artifacts.records.base import number_from_wire, value_from_wire
from jupyter_artifacts.records.runs import Summary
from jupyter_artifacts.records.states import State
from jupyter_artifacts.settings import Settings

NOW = 1000.0
NAN_PLACE = 2
NAN = {"$number": "NaN"}
SORTS = ["", "user", "-name", "started", "-duration", "ended", "state", "-user"]
SORTS += [
    "params.x",
    "-params.x",
    "metrics.training.loss",
    "-metrics.training.loss.min",
]


def value_of(experiment, field):
    """The value that an experiment has for a field, in plain Python; None for none."""
    found = None
    if field.root == "duration":
        end = experiment.ended if experiment.ended is not None else NOW
        found = end - experiment.started
    elif field.root == "metrics":
        summary = experiment.summary_metrics.get(".".join(field.path))
        if summary and field.stat != "best":
            found = number_from_wire(getattr(summary, field.stat))
    elif field.root in {"params", "metadata"}:
        found = value_from_wire(getattr(experiment, field.root))
        for name in field.path:
            found = found.get(name) if isinstance(found, dict) else None
    else:
        found = getattr(experiment, "run" if field.root == "name" else field.root)
    return float(found) if isinstance(found, bool | int) else found


def comparable(field, value):
    """User and name are compared ignoring case."""
    ignoring = field.root in {"user", "name"} and isinstance(value, str)
    return value.lower() if ignoring else value


def equal(field, value, wanted):
    if isinstance(wanted, float) and math.isnan(wanted):
        return isinstance(value, float) and math.isnan(value)
    if field.kind == "state" and wanted is not None:
        return value in states_named(wanted)
    return value == (float(wanted) if isinstance(wanted, bool) else wanted)


def matches(experiment, node):
    """What the documentation of `queries` says, evaluated one by one."""
    if isinstance(node, Compare):
        return compares(comparable(node.field, value_of(experiment, node.field)), node)
    if isinstance(node, OneOf):
        value = comparable(node.field, value_of(experiment, node.field))
        wanted = [comparable(node.field, each) for each in node.values]
        return any(equal(node.field, value, each) for each in wanted)
    if isinstance(node, Contains):
        value = comparable(node.field, value_of(experiment, node.field))
        text = comparable(node.field, node.text)
        return isinstance(value, str | list) and text in value
    if isinstance(node, Not):
        return not matches(experiment, node.operand)
    results = [matches(experiment, operand) for operand in node.operands]
    return all(results) if isinstance(node, And) else any(results)


def compares(value, node):
    wanted = comparable(node.field, node.value)
    if wanted is None:
        return (value is None) == (node.operator == "==")
    if node.operator == "==":
        return equal(node.field, value, wanted)
    if value is None:
        return False
    nan = isinstance(value, float) and math.isnan(value)
    if node.operator == "!=":
        return not nan and not equal(node.field, value, wanted)
    wanted = float(wanted) if isinstance(wanted, bool) else wanted
    if nan or isinstance(value, str) != isinstance(wanted, str):
        return False
    return {
        "<": value < wanted,
        "<=": value <= wanted,
        ">": value > wanted,
        ">=": value >= wanted,
    }[node.operator]


NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 0.5, 1e300, math.inf, -math.inf])
TEXTS = st.sampled_from(["", "a", "ab", "A", "é", "%", "_", "a%"])
STORED = NUMBERS | TEXTS | st.booleans() | st.just(math.nan)
X = Field("params", ("x",))
FREE = st.sampled_from([X, Field("params", ("deep", "y")), Field("metadata", ("z",))])
METRIC = st.builds(
    lambda stat: Field("metrics", ("training", "loss"), stat),
    st.sampled_from(["last", "min", "max", "best"]),
)
ORDERS = st.sampled_from(["<", "<=", ">", ">="])
SAME = st.sampled_from(["==", "!="])
COMPARISONS = st.one_of(
    st.builds(Compare, FREE, SAME, STORED | st.none()),
    st.builds(Compare, FREE, ORDERS, NUMBERS | TEXTS),
    st.builds(Compare, METRIC, SAME, NUMBERS | st.none() | st.just(math.nan)),
    st.builds(Compare, METRIC, ORDERS, NUMBERS),
    st.builds(OneOf, FREE, st.lists(STORED | st.none(), max_size=3).map(tuple)),
    st.builds(Contains, FREE | st.just(Field("tags")), TEXTS),
    st.builds(
        Compare,
        st.sampled_from([Field("user"), Field("name")]),
        SAME | ORDERS,
        st.sampled_from(["alice", "Bob", "B", "b", "RUN-1", "nobody"]),
    ),
    st.builds(
        OneOf,
        st.sampled_from([Field("user"), Field("name")]),
        st.lists(st.sampled_from(["ALICE", "bob", "run"]), max_size=3).map(tuple),
    ),
    st.builds(Contains, st.just(Field("name")), st.sampled_from(["Run", "-1", "x"])),
    st.builds(
        Compare,
        st.just(Field("state")),
        SAME,
        st.sampled_from(["ACTIVE", "running", "ERRORED"]),
    ),
    st.builds(Compare, st.just(Field("ended")), SAME, st.none()),
    st.builds(
        Compare,
        st.sampled_from([Field("ended"), Field("started"), Field("duration")]),
        SAME | ORDERS,
        st.sampled_from([0.0, 5.0, 100.0, 995.0]),
    ),
)
TREES = st.recursive(
    COMPARISONS,
    lambda nodes: (
        st.builds(Not, nodes)
        | st.builds(And, st.lists(nodes, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=5,
)
WIRE = st.sampled_from([0.0, 0.5, -1.0, "NaN", "Infinity", "-Infinity"])
EXPERIMENTS = st.fixed_dictionaries(
    {
        "params": st.fixed_dictionaries(
            {}, optional={"x": STORED, "deep": st.fixed_dictionaries({"y": STORED})}
        ),
        "metadata": st.fixed_dictionaries({}, optional={"z": STORED}),
        "state": st.sampled_from([State.RUNNING, State.QUEUED, State.ERRORED]),
        "started": st.sampled_from([0.0, 5.0, 100.0]),
        "ended": st.none() | st.sampled_from([100.0, 1000.0]),
        "summary_metrics": st.fixed_dictionaries(
            {},
            optional={
                "training.loss": st.builds(
                    Summary,
                    last=WIRE,
                    min=WIRE,
                    max=WIRE,
                    last_step=st.just(1),
                    count=st.just(1),
                )
            },
        ),
    }
)
RUNS = st.lists(
    st.tuples(
        st.sampled_from(["alice", "Bob"]),
        st.lists(st.sampled_from(["a", "ab", "%"]), max_size=2),
        st.lists(EXPERIMENTS, max_size=4),
    ),
    max_size=4,
)
EVERYTHING = {
    "params": {"x": 1.0, "deep": {"y": 1.0}},
    "metadata": {"z": "z"},
    "summary_metrics": {
        "training.loss": Summary(last=1.0, min=1.0, max=1.0, last_step=1, count=1)
    },
}


@pytest.fixture(name="everyone", scope="module")
def _everyone(tmp_path_factory):
    """A catalog for many examples: each is rolled back."""
    home = tmp_path_factory.mktemp("search")
    catalog = Catalog.open(Settings(home=home, storage=home / "s", user="x"))
    yield catalog
    catalog.close()


class Undo(Exception):  # noqa: N818  it is no error
    pass


@contextmanager
def undone(catalog):
    """A transaction that leaves nothing behind."""
    with suppress(Undo), catalog.write() as rows:
        yield rows
        raise Undo


def fill(rows, runs, add_run, add_experiment):
    """Add the runs; one experiment has every field, so that each is known."""
    everything = add_experiment(rows, add_run(rows, "zoe"), **EVERYTHING)
    added = [everything]
    for number, (user, tags, experiments) in enumerate(runs):
        run = add_run(rows, user, "run", id=str(number), tags=tags)
        added += [add_experiment(rows, run, **fields) for fields in experiments]
    return added


def pages(rows, query, sort, limit):
    """Every page's items, and the total that each gave."""
    cursor, items, totals = None, [], set()
    while True:
        page = rows.experiments.search(
            query, sort=sort, limit=limit, cursor=cursor, now=NOW
        )
        items += page.items
        totals.add(page.total)
        cursor = page.cursor
        if cursor is None:
            return items, totals


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(RUNS, TREES, st.tuples(st.sampled_from(SORTS), st.integers(1, 5)))
def test_sql_selects_what_plain_python_selects(
    everyone, add_run, add_experiment, runs, tree, paging
):
    """Any query over any experiments gives what its definition gives, page by page."""
    with undone(everyone) as rows:
        added = fill(rows, runs, add_run, add_experiment)
        wanted = {item.id for item in added if matches(item, tree)}
        items, totals = pages(rows, print_query(tree), *paging)
        found = [item.id for item in items]
        assert set(found) == wanted
        assert len(found) == len(wanted)
        assert totals == {len(wanted)}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(RUNS, st.sampled_from(SORTS[1:]), st.integers(1, 5))
def test_missing_values_come_last_and_nan_before_them(
    everyone, add_run, add_experiment, runs, sort, limit
):
    """In both directions: values in order, then NaN, then experiments without one."""
    from jupyter_artifacts.queries import parse_sort

    field, descending = parse_sort(sort) or (X, False)
    with undone(everyone) as rows:
        fill(rows, runs, add_run, add_experiment)
        items, _ = pages(rows, "", sort, limit)
        values = [value_of(item, field) for item in items]
        places = [place(value, descending=descending) for value in values]
        assert places == sorted(places)
        for old, new in pairwise(values):
            here = place(old, descending=descending)
            if here < NAN_PLACE and here == place(new, descending=descending):
                assert old >= new if descending else old <= new


def place(value, *, descending):
    if value is None:
        return 3
    if isinstance(value, str):
        return 0 if descending else 1
    if math.isnan(value):
        return NAN_PLACE
    return 1 if descending else 0


def search(rows, query, sort="", cursor=None, limit=10):
    return rows.experiments.search(
        query, sort=sort, limit=limit, cursor=cursor, now=NOW
    )


def test_an_unknown_field_names_a_near_one(rows, experiment):
    """A field that no experiment has is an error that points at it."""
    with pytest.raises(InvalidQuery, match=r"did you mean params\.lr") as caught:
        search(rows, 'user == "alice" and params.ld < 1')
    assert caught.value.column == 20
    with pytest.raises(InvalidQuery, match=r"no experiment has metrics\.x\.y"):
        search(rows, "", sort="-metrics.x.y")


def test_a_cursor_belongs_to_its_listing(rows, add_run, add_experiment):
    """A cursor of another query, or of nobody, is refused."""
    run = add_run(rows)
    for _ in range(3):
        add_experiment(rows, run)
    cursor = search(rows, "", limit=2).cursor
    assert len(search(rows, "", cursor=cursor).items) == 1
    with pytest.raises(InvalidRequest, match="another listing"):
        search(rows, 'user == "alice"', cursor=cursor)
    for wrong in ("x", "", "ksQIekUhzlM", "é", "AAAA"):
        with pytest.raises(InvalidRequest):
            search(rows, "", cursor=wrong)


def test_relative_times_count_from_now(rows, add_run, add_experiment):
    """`-7m` begins 420 seconds before the clock that the operation read."""
    run = add_run(rows)
    for started in (100.0, 579.0, 581.0):
        add_experiment(rows, run, started=started)
    found = search(rows, 'started > "-7m"').items
    assert [item.started for item in found] == [581.0]
    assert len(search(rows, 'duration > "8m"').items) == 1


def test_ten_thousand_experiments_are_counted_up_to_a_cap(
    catalog, add_run, add_experiment
):
    """A page of many is as short as asked, and says "10,000+" instead of counting."""
    with catalog.write() as rows:
        for number in range(10_005):
            if number % 500 == 0:
                run = add_run(rows, id=f"run {number}")
            params = {"n": number, "rare": number % 1000}
            add_experiment(rows, run, params=params, started=float(number))
    with catalog.read() as rows:
        everything = search(rows, "", limit=50)
        assert (everything.total, everything.total_capped) == (10_000, True)
        assert [item.params["n"] for item in everything.items[:2]] == [10_004, 10_003]
        rare = search(rows, "params.rare == 7", sort="-params.n", limit=50)
        assert (rare.total, rare.total_capped) == (10, False)
        assert rare.items[0].params["n"] == 9007
        common = search(rows, "params.rare >= 5", sort="params.n", limit=3)
        assert [item.params["n"] for item in common.items] == [5, 6, 7]
        assert common.total == 10_005 - 55


def test_too_many_fields_are_said_not_hidden(rows, add_run, add_experiment):
    """Beyond 200 fields an experiment notes how many cannot be searched."""
    params = {f"p{number:03}": number for number in range(250)}
    added = add_experiment(rows, add_run(rows), params=params)
    assert added.metadata == {"not_searchable": 50}
    assert len(search(rows, "params.p199 == 199").items) == 1
    changed = rows.experiments.change(added.id, params={"lr": 1})
    assert changed.metadata == {}


def test_of_a_long_text_the_beginning_is_searched(rows, add_run, add_experiment):
    """It is there, and found by its first 500 characters; a longer one equals it."""
    run = add_run(rows)
    long = "lr schedule: " + "z" * 600
    added = add_experiment(rows, run, params={"lr": long})
    add_experiment(rows, run, params={})
    for query, count in {
        "params.lr == None": 1,
        "params.lr != None": 1,
        '"z" in params.lr': 1,
        f'params.lr == "{long}"': 1,
        f'params.lr in ("{long}", "x")': 1,
        f'params.lr != "{long}"': 0,
        'params.lr == "lr schedule: "': 0,
    }.items():
        assert len(search(rows, query).items) == count, query
    rows.experiments.change(added.id, params={"lr": "short"})
    assert len(search(rows, '"z" in params.lr').items) == 0


def test_people_and_runs_are_found_in_any_case(rows, add_run, add_experiment):
    """As addresses find them."""
    add_experiment(rows, add_run(rows, "Alice", "MNIST"))
    for query, count in {
        'user == "alice"': 1,
        'user == "ALICE" and name == "mnist"': 1,
        '"mni" in name': 1,
        'user != "aLICE"': 0,
        'user in ("alice", "bob")': 1,
        'name >= "mnist"': 1,
        'user == "bob"': 0,
        'user != "bob"': 1,
        "user == None": 0,
        "name != None": 1,
    }.items():
        assert len(search(rows, query).items) == count, query


def test_a_users_own_experiments_are_found_by_an_index(catalog):
    """A team has many others."""
    statement = select(schema.experiments.c.seq).where(
        Conditions({}, NOW).of(Compare(Field("user"), "==", "alice"))
    )
    compiled = statement.compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    with closing(sqlite3.connect(catalog.database)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled}").fetchall()
    assert any("SEARCH experiments" in step[-1] for step in plan)


def test_the_index_follows_what_changes(rows, add_run, add_experiment):
    """A value that was replaced is found no more, its successor is."""
    run = add_run(rows, tags=["old"])
    added = add_experiment(rows, run, params={"x": 1, "y": "text"})
    rows.experiments.change(added.id, params={"x": "one"}, metadata={"note": NAN})
    rows.runs.set_tags(run.id, ["new"])
    for query, count in {
        "params.x == 1": 0,
        'params.x == "one"': 1,
        "params.y == None": 1,
        "metadata.note == nan": 1,
        '"old" in tags': 0,
        '"new" in tags': 1,
    }.items():
        assert len(search(rows, query).items) == count, query


def test_fields_tell_what_a_query_may_name(rows, experiment):
    """Every field of any experiment is listed with its kind, and only those."""
    rows.experiments.change(experiment.id, metadata={"a b": "x"})
    fields = {field.name: field for field in rows.experiments.fields()}
    assert fields["params.lr"].kind == "number"
    assert fields['metadata["a b"]'].column == "a b"
    assert fields['metadata["a b"]'].kind == "text"
    assert fields["started"].kind == "time"
    assert fields["user"].experiments == 1
    rows.experiments.change(experiment.id, metadata={})
    assert 'metadata["a b"]' not in {field.name for field in rows.experiments.fields()}


def test_fields_are_the_commonest_and_say_how_many_are_not_listed(
    rows, add_run, add_experiment
):
    """Ten thousand fields help nobody choose, and took many seconds."""
    run = add_run(rows)
    for number in range(20):
        params = {f"p{number:02}_{which:03}": 1 for which in range(150)}
        add_experiment(rows, run, params={"common": 1, **params})

    fields = rows.experiments.fields()

    listed = [field for field in fields if field.group == "params"]
    assert len(listed) == 2000
    assert {field.left_out for field in listed} == {20 * 150 + 1 - 2000}
    assert listed[0].name == "params.common"
    assert listed[0].experiments == 20
    assert len(search(rows, "params.p00_149 == 1").items) == 1


def test_the_fields_of_many_keys_are_two_statements(rows, add_run, add_experiment):
    """However many keys there are."""
    add_experiment(rows, add_run(rows), params={f"p{n}": n for n in range(200)})
    asked = []

    def note(*arguments):
        asked.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", note)
    rows.experiments.fields()
    event.remove(Engine, "before_cursor_execute", note)

    assert len(asked) == 2


def test_a_metric_called_min_is_a_field(rows, add_run, add_experiment):
    """Only what goes with a metric's own name is left to it."""
    names = ("g.min", "g.loss", "g.loss.max")
    summary = Summary(last=1.0, min=1.0, max=1.0, last_step=1, count=1)
    add_experiment(rows, add_run(rows), summary_metrics=dict.fromkeys(names, summary))

    found = {field.name for field in rows.experiments.fields()}

    metrics = {name for name in found if name.startswith("metrics")}
    assert metrics == {"metrics.g.min", "metrics.g.loss", 'metrics.g["loss.max"]'}


def test_a_deleted_runs_fields_are_unknown(rows, add_run, add_experiment):
    """Unless another run has them: a query that names one says so."""
    gone, kept = add_run(rows, name="gone"), add_run(rows, name="kept")
    add_experiment(rows, gone, params={"old": 1, "both": 1, "text": "x"})
    add_experiment(rows, kept, params={"both": 2})

    rows.runs.delete(gone.id)

    assert len(search(rows, "params.both == 2").items) == 1
    for name in ("old", "text"):
        with pytest.raises(InvalidQuery, match=f"no experiment has params.{name}"):
            search(rows, f"params.{name} == 1")
