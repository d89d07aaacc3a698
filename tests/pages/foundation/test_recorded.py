"""The tests notice a page that changes something and leaves no entry."""

from __future__ import annotations

import pytest

from accounts.access import public
from accounts.rules.roles import Role
from foundation import audit, jobs
from foundation.database import Base, db, transaction
from tests import recorded
from tests.factories import make_person


@pytest.fixture
def noticed(app, own_app):
    """Return what is noticed of a request that does what it is given."""
    person = make_person(Role.OFFICER)

    def ask(*, writes):
        @app.post("/changes")
        @public
        def changes():
            with transaction():
                writes(person)
            return "", 204

        db.session.commit()
        with app.test_request_context("/changes", method="POST"):
            changes()
        return recorded.taken(app)

    return ask


def rename(person):
    person.name = "Another name"


def test_a_change_without_an_entry_is_noticed(noticed):
    assert noticed(writes=rename) == [("changes", ["person"])]


def test_a_change_by_a_statement_to_the_table_is_noticed_too(noticed):
    table = Base.metadata.tables["person"]

    def writes(person):
        db.session.execute(table.update().where(table.c.id == person.id).values(name="Another"))

    assert noticed(writes=writes) == [("changes", ["person"])]


def test_a_change_with_its_entry_is_not(noticed):
    def writes(person):
        rename(person)
        audit.record("person.renamed", actor=person.token, subject=("person", person.token))

    assert noticed(writes=writes) == []


def test_what_needs_no_entry_is_not(noticed):
    assert noticed(writes=lambda person: jobs.enqueue("some.work", person.token)) == []
