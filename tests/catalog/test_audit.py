"""The audit log only grows, whoever holds the connection."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from jupyter_artifacts.records.audit import AuditEntry

ENTRY = AuditEntry(
    id=0, time=1.0, user="alice", action="shares.make", address="a", allowed=True
)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET user = 'bob'", "DELETE FROM audit"]
)
def test_no_statement_changes_or_removes_a_line(settings, catalog, statement):
    with catalog.write() as rows:
        rows.audit.add(ENTRY)

    with closing(sqlite3.connect(settings.database)) as connection:  # noqa: SIM117
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            connection.execute(statement)

    with catalog.read() as rows:
        page = rows.audit.page(user="", action="", since=0.0, limit=10, cursor=None)
    assert [line.user for line in page.items] == ["alice"]


@pytest.fixture(name="plans")
def _plans(settings):
    """Gives how SQLite goes about every statement from now on."""
    asked = []

    def remember(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", remember)
    yield lambda: [step for each in asked for step in _plan(settings, *each)]
    event.remove(Engine, "before_cursor_execute", remember)


def _plan(settings, statement, parameters):
    if not statement.startswith("SELECT"):
        return []
    with closing(sqlite3.connect(settings.database)) as connection:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [step[3] for step in steps]


@pytest.mark.parametrize("user", ["", "bob"])
def test_a_page_reads_no_more_than_its_lines(catalog, plans, user):
    """However long the log is: it is walked from its end, and never sorted."""
    with catalog.write() as rows:
        grants = [rows.audit.add(ENTRY, grants=True) for _ in range(5)]
        rows.audit.close(grants[0], moved=1, outcome="done", now=2.0)
    with catalog.read() as rows:
        rows.audit.page(user=user, action="", since=0.0, limit=2, cursor=None)

    steps = plans()

    assert len(steps) >= 2
    assert [step for step in steps if "TEMP B-TREE" in step] == []
    assert [step for step in steps if step.startswith("SCAN closing")] == []
