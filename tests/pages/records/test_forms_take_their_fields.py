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
from tests.recorded import COUNTED, WITHOUT_AN_ENTRY

INJECTED, NUMBER = "Injected-By-A-Test", "999983"


def injected(column):
    """Return a value that would fit into the column."""
    kind = column.type
    if isinstance(kind, Enum) and kind.enums:
        return kind.enums[-1]
    if isinstance(kind, Boolean):
        return "1"
    if isinstance(kind, Integer | Numeric):
        return NUMBER
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
    """Return each kind of form once: who was shown it, the form, where it goes, and every name that
    a form going there has."""
    adapter = world.app.url_map.bind("localhost")
    known, found = {}, {}
    for asker, address, page in pages_with_forms(world, rules):
        for form in Forms(page, address).found:
            endpoint, _values = adapter.match(form.path, method="POST")
            known.setdefault(endpoint, set()).update(form.names)
            found.setdefault((endpoint, frozenset(form.names)), (asker, form))
    return [(*one, endpoint, known[endpoint]) for (endpoint, _names), one in found.items()]


def sent(world, asker, form, said):
    """Send a form and return (status, what the database changed)."""
    client = FlaskClient(world.app, world.app.response_class)
    if asker.cookie:
        client.set_cookie(cookie_name(), asker.cookie)
    got = Context().run(client.post, form.action, data=said, content_type="multipart/form-data")
    got.get_data()
    got.close()
    return got.status_code, changed_rows.taken()


def substance(changes):
    """Return which tables were changed of those whose changes have an entry."""
    told = {one.table for one in changes if one.column not in COUNTED.get(one.table, set())}
    return told - set(WITHOUT_AN_ENTRY)


def cells(changes):
    return {(one.table, one.kind, one.row, one.column): one.value for one in changes}


class Sender:
    """Sends forms to a world that is as it was each time."""

    def __init__(self, world, folder) -> None:
        self.world = world
        self.kept = changed_rows.Kept(world.app, folder)
        self.columns = every_column()
        self.taken = 0

    def once(self, asker, form, wholly, more=()):
        said = form.filled_in(wholly=wholly) | dict(more)
        status, changes = sent(self.world, asker, form, said)
        if changes:
            self.kept.put_back()
        return status, changes

    def plainly(self, asker, form):
        """Send it as it stands, or else filled in; return (filled in, status, changes)."""
        for wholly in (False, True):
            status, changes = self.once(asker, form, wholly)
            if status in (302, 303) and substance(changes):
                break
        return wholly, status, changes

    def problems(self, asker, form, endpoint, known):
        """Return what a form does that it should not, each as (endpoint, what)."""
        wholly, status, changes = self.plainly(asker, form)
        self.taken += bool(substance(changes))
        found = []
        if substance(changes) and "audit_entry" not in substance(changes):
            found.append((endpoint, f"no entry for {sorted(substance(changes))}"))
        more = {name: value for name, value in self.columns.items() if name not in known}
        with_more = self.once(asker, form, wholly, more)
        if with_more[0] == 422 and not substance(with_more[1]):
            return found  # it noticed what is not its own, and took none of it
        if with_more[0] != status:
            found.append((endpoint, f"answered {with_more[0]}, not {status}"))
        if any(INJECTED in one.value or NUMBER in one.value for one in with_more[1]):
            found.append((endpoint, "put an injected value into the database"))
        if other := sorted(cells(with_more[1]).keys() ^ cells(changes).keys()):
            found.append((endpoint, f"changed others: {other}"))
        elif differing := self._differing(asker, form, wholly, changes, with_more[1]):
            found.append((endpoint, f"changed otherwise: {differing[:4]}"))
        return found

    def _differing(self, asker, form, wholly, plainly, with_more):
        """Return the columns with another value, but those drawn anew each time."""
        one, other = cells(plainly), cells(with_more)
        differ = {cell for cell in one if one[cell] != other[cell]}
        if not differ:
            return []
        again = cells(self.once(asker, form, wholly)[1])
        drawn = {(cell[0], cell[3]) for cell in one if one[cell] != again.get(cell)}
        return sorted({(cell[0], cell[3]) for cell in differ} - drawn)


# What is asked before every commit: about people, a tender, its questions, a company's library, a
# bid, a mark, a contract.
EVERYDAY = frozenset(
    {
        "accounts.invite",
        "accounts.member",
        "contract_clauses.change_contract",
        "scoring.mark",
        "supplier_portal.document_facts",
        "supplier_portal.question",
        "supplier_portal.work",
        "tenders.add_section",
        "tenders.bidding",
        "tenders.edit",
    }
)


def problems_of(world, rules, folder):
    forms = forms_of(world, rules)
    # What is put back each time is the world after the pages were looked at: being refused one
    # leaves an entry, and the first form sent would then have changed rows of another number.
    changed_rows.taken()
    sender = Sender(world, folder)
    return sender, [problem for one in forms for problem in sender.problems(*one)]


def test_forms_that_matter_take_no_field_that_is_not_theirs(world, tmp_path):
    rules = [rule for rule in world.rules if rule.endpoint in EVERYDAY]

    sender, problems = problems_of(world, rules, tmp_path)

    assert problems == []
    assert sender.taken > 8


@pytest.mark.slow
def test_no_form_takes_a_field_that_is_not_its_own_and_each_leaves_an_entry(world, tmp_path):
    rules = [rule for rule in world.rules if "GET" in rule.methods and world.access(rule) != PUBLIC]

    sender, problems = problems_of(world, rules, tmp_path)

    assert problems == []
    assert sender.taken > 100
