"""What somebody may not do leaves an entry too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.tokens import new_token
from tests.factories import make_person, make_tender

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def about(person, action):
    found = select(AuditEntry.details).where(
        AuditEntry.subject == person.token, AuditEntry.action == action
    )
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def test_a_refused_page_is_recorded_with_the_permission_that_was_missing(app, client_for):
    person = make_person(Role.EVALUATOR)

    answer = client_for(person).post(f"/tenders/{new_token()}/publish")

    assert answer.status_code == 403
    assert about(person, "page.refused") == [
        '{"page":"tenders.ask_to_publish","permission":"tender:publish"}'
    ]


@pytest.mark.parametrize("exists", [True, False])
def test_a_form_about_what_is_not_ones_own_is_recorded_alike_whether_it_exists(
    app, client_for, at, exists
):
    at(NOON)
    token = make_tender().token if exists else new_token()
    person = make_person(Role.OFFICER)

    answer = client_for(person).post(f"/tenders/{token}/publish")

    assert answer.status_code == 404
    assert about(person, "page.not_found") == ['{"page":"tenders.ask_to_publish"}']


def test_attempts_are_recorded_once_a_minute_and_looking_is_not(app, client_for, at):
    # First: an entry is never earlier than those that making somebody leaves.
    at(NOON)
    person = make_person(Role.OFFICER)
    web, path = client_for(person), f"/tenders/{new_token()}/publish"

    for seconds in (0, 1, 59, 61, 62):
        at(NOON + timedelta(seconds=seconds))
        assert web.post(path).status_code == 404
    at(NOON + timedelta(hours=1))
    web.get(path)

    assert len(about(person, "page.not_found")) == 2
