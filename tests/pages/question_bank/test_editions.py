"""Everybody reads what changed; an authority moves to another edition only when it chooses."""

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.errors import DomainError
from question_bank import loader
from question_bank.models import AuthorityBank, OwnPack
from question_bank.queries import editions as queries
from question_bank.service import editions as service
from tests.factories import make_person, viewer_of

OLD, NEW = "2026.11", loader.editions()[-1]


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def by(officer):
    return viewer_of(officer)


def chose(version, by):
    with transaction():
        db.session.add(
            AuthorityBank(
                authority_id=by.organisation_id,
                prefix=None,
                edition=version,
                changed_at=clock.now(),
                changed_by_id=by.person_id,
            )
        )


def keep_pack(by, edition=OLD, pack_id="slp-essential", **changes):
    raw = {**loader.edition(edition).raw_packs[pack_id], "id": "marlwick", "title": "Our pack"}
    pack = OwnPack(
        authority_id=by.organisation_id,
        pack_id="marlwick",
        version=1,
        edition=edition,
        raw=raw | changes,
        provenance={},
        changed_at=clock.now(),
        changed_by_id=by.person_id,
    )
    with transaction():
        db.session.add(pack)
    return pack


def chosen(by):
    return db.session.scalars(
        select(AuthorityBank.edition).where(AuthorityBank.authority_id == by.organisation_id)
    ).one_or_none()


def actions(by):
    entries = select(AuditEntry.action).where(
        AuditEntry.subject == by.organisation_token, AuditEntry.action.like("bank.%")
    )
    return list(db.session.scalars(entries.order_by(AuditEntry.number)))


def test_a_stranger_reads_which_editions_there_are_and_what_changed(client):
    page = client.get("/bank/editions")

    assert page.status_code == 200
    assert [version for version in loader.editions() if version not in page.text] == []
    assert "For suppliers" in page.text
    assert f"/bank/editions/{OLD}/{NEW}" in page.text


def test_a_stranger_reads_the_differences_of_two_editions(client, statements_counted):
    with statements_counted() as statements:
        page = client.get(f"/bank/editions/{OLD}/{NEW}")

    assert page.status_code == 200
    assert "the answer can be reused" in page.text
    assert len(statements) <= 1


def test_two_lists_lead_to_the_comparison(client):
    answer = client.get(f"/bank/editions/compare?from={OLD}&to={NEW}")

    assert answer.location == f"/bank/editions/{OLD}/{NEW}"


@pytest.mark.parametrize(
    "address",
    [
        "/bank/editions/2026.11/1999.1",
        "/bank/editions/..%2f..%2fapp/2026.11",
        "/bank/editions/compare?from=2026.11",
        "/bank/editions/compare?from=2026.11&to=<script>",
    ],
)
def test_an_edition_that_does_not_exist_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_an_edition_does_not_differ_from_itself(client):
    assert "Nothing changed." in client.get(f"/bank/editions/{NEW}/{NEW}").text


def test_an_authority_that_never_chose_works_with_the_newest(by):
    assert queries.edition_of(by.organisation_id) is loader.newest_edition()


def test_an_authority_with_a_pack_of_its_own_stays_with_the_edition_of_the_pack(by):
    keep_pack(by, OLD)

    assert queries.version_of(by.organisation_id) == OLD


@pytest.mark.both_databases
def test_an_officer_sees_what_changes_and_moves_with_the_authoritys_packs(web, by):
    pack = keep_pack(by, OLD)

    page = web.get("/bank/editions/ours")
    answer = web.post("/bank/editions/ours", data={"decision": NEW, "based_on": OLD})

    assert f"Your authority works with edition {OLD}" in page.text
    assert "Our pack" in page.text
    assert answer.location == "/bank/editions/ours"
    assert chosen(by) == NEW
    assert db.session.get(OwnPack, pack.id).edition == NEW
    assert actions(by) == ["bank.edition_adopted"]


@pytest.mark.both_databases
def test_an_officer_stays_and_the_authority_keeps_its_edition(web, by):
    pack = keep_pack(by, OLD)

    web.post("/bank/editions/ours", data={"decision": "stay", "based_on": OLD})

    assert chosen(by) == OLD
    assert db.session.get(OwnPack, pack.id).edition == OLD
    assert actions(by) == ["bank.edition_kept"]


def test_a_choice_made_by_a_colleague_meanwhile_is_not_overruled(web, by):
    chose(OLD, by)
    service.adopt(NEW, by=by, based_on=OLD)

    with pytest.raises(DomainError) as error:
        service.stay(by=by, based_on=OLD)

    assert str(error.value) == (
        f"A colleague has moved your authority to {NEW}: look at it, then decide"
    )
    assert chosen(by) == NEW


def test_nobody_moves_back_to_an_edition_before_the_authoritys_own(by):
    chose(NEW, by)

    with pytest.raises(DomainError) as error:
        service.adopt(OLD, by=by, based_on=NEW)

    assert str(error.value) == f"You cannot move to {OLD} because you already work with {NEW}"


def test_no_choice_is_told_at_the_field(web, by):
    chose(OLD, by)

    page = web.post("/bank/editions/ours", data={"based_on": OLD})

    assert "Select whether to move or to stay" in page.text
    assert chosen(by) == OLD


def test_the_newest_edition_offers_nothing_to_move_to(web):
    page = web.get("/bank/editions/ours")

    assert "This is the newest edition." in page.text
    assert '<form method="post"' not in page.text.partition("<main")[2]


def test_an_edition_not_later_than_the_authoritys_own_is_not_offered(web, by):
    chose(NEW, by)

    assert web.get(f"/bank/editions/ours?to={OLD}").status_code == 404


def test_another_authoritys_packs_are_not_shown(web, by):
    other = viewer_of(make_person(Role.OFFICER))
    keep_pack(other, OLD, title="Somebody else's pack")
    chose(OLD, by)

    assert "Somebody else" not in web.get("/bank/editions/ours").text


def test_the_page_of_an_authoritys_edition_asks_few_questions_of_the_database(
    web, by, statements_counted
):
    keep_pack(by, OLD)

    with statements_counted() as statements:
        web.get("/bank/editions/ours")

    assert len(statements) <= 15


def test_nothing_newer_is_offered_to_who_has_the_newest(web, by):
    offers = "See what a newer edition would change for you"
    chose(OLD, by)
    before = web.get("/bank/editions").text
    with transaction():
        db.session.scalars(select(AuthorityBank)).one().edition = NEW

    after = web.get("/bank/editions").text

    assert (offers in before, offers in after) == (True, False)
    assert f"Your authority works with edition {NEW}, the newest." in after
