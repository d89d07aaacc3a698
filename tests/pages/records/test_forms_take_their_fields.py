"""A form takes its own fields and no others, and leaves an entry with what it changes.

Every form of the demonstration is sent as somebody who may, once as it stands and once with further
fields named like the columns of all tables. Looked at is the database itself.
"""

from __future__ import annotations

from contextvars import Context

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Boolean, DateTime, Enum, Integer, Numeric

from accounts.access import PUBLIC
from accounts.views import cookie_name
from foundation.database import Base
from tests import changed_rows
from tests.forms_seen import Forms
from tests.permission_world import STAGES, PermissionWorld
from tests.recorded import WITHOUT_AN_ENTRY

INJECTED = "Injected-By-A-Test"


def injected(column):
    """Return a value that would fit into the column."""
    kind = column.type
    if isinstance(kind, Enum) and kind.enums:
        return kind.enums[-1]
    if isinstance(kind, Boolean):
        return "1"
    if isinstance(kind, Integer | Numeric):
        return "999983"
    return "2001-01-01T00:00" if isinstance(kind, DateTime) else INJECTED


def every_column():
    return {
        column.name: injected(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }


@pytest.fixture
def world(demonstration_built):
    world = PermissionWorld(demonstration_built)
    changed_rows.watch()
    return world


def pages_with_forms(world, rules):
    """Yield who opened which page, and the page, of each address at each stage."""
    for rule in rules:
        access = world.access(rule)
        askers = [one for one in world.insiders(rule) if one.may(access)]
        tried = set()
        for stage in STAGES:
            values = world.values(rule, stage)
            if values is None or tuple(values.items()) in tried:
                continue
            tried.add(tuple(values.items()))
            for asker in askers:
                answer = world.ask(asker, rule, values)
                if answer.status == 200 and b"<form" in answer.body:
                    yield asker, world.address(rule, values), answer.body.decode()
                    break


def forms_of(world, rules):
    """Return each kind of form once, with who was shown it: (who, form, endpoint it goes to)."""
    adapter = world.app.url_map.bind("localhost")
    known, found = {}, []
    for asker, address, page in pages_with_forms(world, rules):
        for form in Forms(page, address).found:
            endpoint, _values = adapter.match(form.path, method="POST")
            known.setdefault(endpoint, set()).update(form.names)
            kind = (endpoint, frozenset(form.names))
            if kind not in {one[0] for one in found}:
                found.append((kind, asker, form))
    return [(asker, form, kind[0], known[kind[0]]) for kind, asker, form in found]


def sent(world, asker, form, more):
    """Send a form and return (status, what the database changed)."""
    client = FlaskClient(world.app, world.app.response_class)
    if asker.cookie:
        client.set_cookie(cookie_name(), asker.cookie)
    said = form.filled_in() | more
    got = Context().run(client.post, form.action, data=said, content_type="multipart/form-data")
    got.get_data()
    got.close()
    return got.status_code, changed_rows.taken()


def cells(changes):
    return {(one.table, one.kind, one.row, one.column): one.value for one in changes}


class Sender:
    """Sends forms to a world that is as it was each time."""

    def __init__(self, world, folder) -> None:
        self.world = world
        self.kept = changed_rows.Kept(world.app, folder)
        self.columns = every_column()
        self.taken = 0

    def once(self, asker, form, more=()):
        status, changes = sent(self.world, asker, form, dict(more))
        if changes:
            self.kept.put_back()
        return status, changes

    def problems(self, asker, form, endpoint, known):
        """Return what a form does that it should not, each as (endpoint, what)."""
        status, plainly = self.once(asker, form)
        if status >= 500:
            return [(endpoint, f"answered {status}")]
        written = {one.table for one in plainly}
        left = sorted(written - set(WITHOUT_AN_ENTRY))
        found = []
        if left and "audit_entry" not in written:
            found.append((endpoint, f"no entry for {left}"))
        self.taken += bool(left)
        more = {name: value for name, value in self.columns.items() if name not in known}
        _status, with_more = self.once(asker, form, more)
        if any(INJECTED in one.value or "999983" in one.value for one in with_more):
            found.append((endpoint, "put an injected value into the database"))
        other = sorted(cells(with_more).keys() ^ cells(plainly).keys())
        if other:
            found.append((endpoint, f"changed others: {other[:4]}"))
        elif differing := self._differing(asker, form, plainly, with_more):
            found.append((endpoint, f"changed otherwise: {differing[:4]}"))
        return found

    def _differing(self, asker, form, plainly, with_more):
        """Return the columns with another value, but those drawn anew each time."""
        one, other = cells(plainly), cells(with_more)
        differ = {cell for cell in one if one[cell] != other[cell]}
        if not differ:
            return []
        again = cells(self.once(asker, form)[1])
        drawn = {(cell[0], cell[3]) for cell in one if one[cell] != again.get(cell)}
        return sorted({(cell[0], cell[3]) for cell in differ} - drawn)


@pytest.mark.slow
def test_no_form_takes_a_field_that_is_not_its_own_and_each_leaves_an_entry(world, tmp_path):
    sender, problems = Sender(world, tmp_path), []
    rules = [rule for rule in world.rules if "GET" in rule.methods and world.access(rule) != PUBLIC]
    for asker, form, endpoint, known in forms_of(world, rules):
        problems += sender.problems(asker, form, endpoint, known)

    assert problems == []
    assert sender.taken > 50
