"""An amendment of an open tender: prepared beside what is published, and published in one step."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.errors import DomainError
from supplier_portal.service import start_bid
from tenders import amended, planned, queries, service
from tenders.models import Amendment, Tender
from tenders.rules import plan as plans
from tenders.rules.lifecycle import StepNotAllowed
from tests import two_people
from tests.crawling import send_form
from tests.factories import make_open_tender, make_person, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, pack_id="slp-essential")


@pytest.fixture
def prepare(tender, officer):
    """Prepare an amendment: a change of the plan, and terms by name."""

    def prepared(change=None, *, reason="A supplier asked", closes_at=None, until=None):
        by, now = viewer_of(officer), clock.now()
        service.prepare_amendment(tender, by=by, arrived_at=now)
        if change is not None:
            service.change_plan(tender, change, by=by, based_on=tender.plan_sha256, note="test")
        service.set_amendment_terms(
            tender,
            closes_at=closes_at or tender.closes_at,
            questions_until=until,
            reason=reason,
            based_on=tender.plan_sha256,
            by=by,
            arrived_at=now,
        )
        return tender

    return prepared


@pytest.fixture
def publish(tender, officer):
    def published():
        return service.publish_amendment(
            tender,
            based_on=tender.plan_sha256,
            by=viewer_of(officer),
            arrived_at=clock.now(),
        )

    return published


def without_part(part_id):
    """A change that asks a question without one of its parts."""

    def change(plan):
        question = part_id.partition(".")[0]
        asked = planned.read(plan).questionnaire.question(question).question
        kept = [part.id for part in asked.parts if part.id != part_id]
        return plans.set_parts(plan, question, kept)

    return change


def test_what_is_published_stays_while_an_amendment_is_prepared(tender, prepare):
    before, text = tender.questionnaire_sha256, queries.frozen_text(tender)

    prepare(without_part("SLP-07.g"), closes_at=tender.closes_at + timedelta(days=5))

    assert tender.questionnaire_sha256 == before
    assert queries.frozen_text(tender) == text
    assert "SLP-07.g" in queries.questionnaire_of(tender).parts
    assert "SLP-07.g" not in planned.of_draft(tender).questionnaire.parts


def test_publishing_freezes_the_new_text_and_keeps_the_old_one(tender, prepare, publish):
    before, text = tender.questionnaire_sha256, queries.frozen_text(tender)
    prepare(without_part("SLP-07.g"))

    amendment = publish()

    assert "SLP-07.g" not in queries.questionnaire_of(tender).parts
    assert tender.questionnaire_sha256 == sha256_hex(queries.frozen_text(tender))
    assert (amendment.number, amendment.sha256_before, amendment.text_before) == (1, before, text)
    assert amendment.sha256_after == tender.questionnaire_sha256
    assert "SLP-07.g" in amended.questionnaire_as(tender, before).parts
    assert json.loads(queries.frozen_text(tender))["terms"]["amendment"] == {
        "number": 1,
        "follows": before,
    }


def test_the_pages_that_build_a_draft_build_an_amendment(tender, officer, client_for):
    desk, path = client_for(officer), f"/tenders/{tender.token}"

    begun = desk.post(f"{path}/amendments")
    nothing = desk.get(f"{path}/amendment").text
    build = desk.get(f"{path}/build").text
    sent = desk.post(f"{path}/build/questions/SLP-07/remove", data={"based_on": based_on(tender)})
    preview = desk.get(f"{path}/amendment").text

    assert begun.headers["Location"] == f"{path}/amendment"
    assert "Nothing is changed yet" in nothing
    assert "You are preparing an amendment" in build
    assert sent.status_code == 302
    assert "What you must fix" in preview
    assert "SLP-07" in desk.get(f"{path}/questions").text
    assert desk.get(f"{path}/build/start-again").headers["Location"] == f"{path}/build"
    assert desk.get(f"{path}/build/edition").headers["Location"] == f"{path}/build"


def test_what_breaks_a_rule_of_publication_is_not_published(tender, prepare, publish):
    prepare(lambda plan: plans.remove_question(plan, "SLP-07"))

    with pytest.raises(service.NotReady, match="they sum to 75, not 100"):
        publish()

    assert fresh(tender).amending_since is not None


def test_a_dropped_amendment_leaves_the_very_plan_that_was_published(tender, prepare, officer):
    plan, before = tender.plan_sha256, tender.questionnaire_sha256
    prepare(without_part("SLP-07.g"), closes_at=tender.closes_at + timedelta(days=3))

    service.drop_amendment(tender, by=viewer_of(officer))

    assert (tender.plan_sha256, tender.questionnaire_sha256) == (plan, before)
    assert tender.amending_since is None
    assert amended.amendments_of(tender) == ()


def test_only_the_closing_time_can_be_moved(tender, prepare, publish):
    before, later = tender.questionnaire_sha256, tender.closes_at + timedelta(days=3)
    prepare(closes_at=later)

    amendment = publish()

    assert amendment.affected_parts == []
    assert tender.questionnaire_sha256 == amendment.sha256_after == before
    assert tender.closes_at == later


def test_bids_never_close_earlier_than_published(tender, prepare):
    with pytest.raises(DomainError, match="not earlier than the published one"):
        prepare(closes_at=tender.closes_at - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("change", "reason", "error"),
    [
        pytest.param(True, "", service.ReasonMissing, id="no reason"),
        pytest.param(False, "Why not", service.NothingAmended, id="nothing changed"),
    ],
)
def test_an_amendment_changes_something_and_says_why(prepare, publish, change, reason, error):
    prepare(without_part("SLP-07.g") if change else None, reason=reason)

    with pytest.raises(error):
        publish()


@pytest.mark.both_databases
def test_after_the_closing_time_nothing_is_amended_whenever_the_request_came_in(
    tender, prepare, officer, at
):
    prepare(without_part("SLP-07.g"))
    by, in_time = viewer_of(officer), tender.closes_at - timedelta(microseconds=1)
    based = tender.plan_sha256
    at(tender.closes_at)

    with pytest.raises(StepNotAllowed):
        service.publish_amendment(tender, based_on=based, by=by, arrived_at=in_time)
    with pytest.raises(service.TenderPublished):
        service.change_plan(
            tender, without_part("SLP-01.a"), by=by, based_on=based, note="too late"
        )

    assert fresh(tender).questionnaire_sha256 == queries_sha(tender)


def queries_sha(tender):
    return sha256_hex(queries.frozen_text(tender))


@pytest.mark.both_databases
def test_two_officers_publish_one_amendment(app, tender, prepare, officer):
    prepare(without_part("SLP-07.g"))
    based, by, started = tender.plan_sha256, viewer_of(officer), threading.Barrier(2)
    tender_id, made, refused = tender.id, [], []

    def press():
        with app.app_context():
            found = db.session.get_one(Tender, tender_id)
            started.wait()
            try:
                made.append(
                    service.publish_amendment(
                        found, based_on=based, by=by, arrived_at=clock.now()
                    ).number
                )
            except DomainError as error:
                refused.append(str(error))
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [1]
    assert refused == ["There is no amendment in preparation: a colleague published or dropped it"]
    db.session.rollback()
    assert db.session.scalars(select(Amendment.number)).all() == [1]


def test_publishing_what_a_colleague_changed_meanwhile_is_refused(tender, prepare, officer):
    prepare(without_part("SLP-07.g"))
    shown, by = tender.plan_sha256, viewer_of(officer)
    service.change_plan(
        tender, lambda plan: plans.rename_section(plan, plans.sections_of(plan)[0]["id"], "New"),
        by=by, based_on=shown, note="name",
    )  # fmt: skip

    with pytest.raises(service.PlanChanged):
        service.publish_amendment(tender, based_on=shown, by=by, arrived_at=clock.now())


def test_an_amendment_that_takes_another_back_is_a_text_of_its_own(tender, prepare, publish):
    first = tender.questionnaire_sha256
    prepare(without_part("SLP-07.g"))
    publish()
    prepare(lambda plan: plans.set_parts(plan, "SLP-07", ["SLP-07.f", "SLP-07.g"]))

    second = publish()

    assert second.number == 2
    assert second.affected_parts == ["SLP-07.g"]
    assert len({first, second.sha256_before, second.sha256_after}) == 3
    assert [one.number for one in amended.amendments_of(tender)] == [1, 2]


def test_an_amendment_is_prepared_and_dropped_on_its_pages(tender, prepare, officer, client_for):
    desk, page = client_for(officer), f"/tenders/{tender.token}/amendment"
    prepare()

    facts = send_form(desk, f"{page}/facts", "tenders.amendment_facts")
    dropped = send_form(desk, f"{page}/drop", "tenders.drop_amendment")

    assert (facts.status_code, dropped.status_code) == (302, 302)
    assert (tender.amending_since, tender.facts) == (None, {})


def test_facts_are_amended_with_the_questions(tender, prepare, officer, publish):
    prepare()
    service.set_amendment_facts(
        tender,
        {"award_date": "2027-05-01"},
        based_on=tender.plan_sha256,
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )
    assert tender.facts == {}

    amendment = publish()

    assert tender.facts == {"award_date": "2027-05-01"}
    changes = amended.changes_in(tender, amended.amendment_with(tender, amendment.token))
    assert [(fact.before, fact.after) for fact in changes.facts] == [("Not entered", "1 May 2027")]


def test_the_record_holds_both_fingerprints_and_no_word(tender, prepare, publish):
    before = tender.questionnaire_sha256
    prepare(without_part("SLP-07.g"), reason="Because of the lamps")

    publish()

    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "tender.amended")
    ).one()
    text = str(entry.details)
    assert before in text
    assert tender.questionnaire_sha256 in text
    assert "lamps" not in text


def test_a_colleague_without_the_right_prepares_nothing(tender, client_for, officer):
    reader = make_person(Role.AUDITOR, tender.authority)
    path = f"/tenders/{tender.token}"

    assert client_for(reader).post(f"{path}/amendments").status_code == 403
    assert client_for(reader).get(f"{path}/amendments").status_code == 200
    assert client_for(make_person(Role.OFFICER)).post(f"{path}/amendments").status_code == 404


def test_the_officers_pages_are_the_same_with_and_without_bids(
    tender, prepare, publish, officer, client_for
):
    prepare(without_part("SLP-07.g"))
    token = publish().token
    desk, path = client_for(officer), f"/tenders/{tender.token}"
    addresses = (f"{path}/amendments", f"{path}/amendments/{token}", path)
    without = [page_of(desk, address) for address in addresses]

    lead = make_person(Role.BID_LEAD)
    start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    service.tell_of_amendment(token, {})

    assert [page_of(desk, address) for address in addresses] == without


def page_of(desk, address):
    """The page without what is made anew for each: the number of its script, the form's token."""
    random = r'name="csrf_token" value="[^"]*"'
    return re.sub(random, "", desk.get(address).text)


def fresh(tender):
    return db.session.scalars(
        select(Tender).where(Tender.id == tender.id).execution_options(populate_existing=True)
    ).one()


def based_on(tender):
    return fresh(tender).plan_sha256


def wall(moment, name):
    local = clock.london(moment)
    return {
        f"{name}-day": local.day,
        f"{name}-month": local.month,
        f"{name}-year": local.year,
        f"{name}-time": f"{local:%H:%M}",
    }


def test_times_and_reason_are_prepared_on_a_page_and_published(tender, officer, client_for):
    desk, path = client_for(officer), f"/tenders/{tender.token}"
    closed, later = (
        tender.closes_at,
        (tender.closes_at + timedelta(days=7)).replace(second=0, microsecond=0),
    )
    desk.post(f"{path}/amendments")

    form = desk.get(f"{path}/amendment/terms")
    sent = desk.post(
        f"{path}/amendment/terms",
        data={
            "based_on": based_on(tender),
            **wall(later, "closes_at"),
            "reason": "The answers to questions came late",
        },
    )
    preview = desk.get(f"{path}/amendment").text
    alone = desk.post(f"{path}/amendment", data={"based_on": based_on(tender)})
    two_people.ask(desk, f"{path}/amendment", at="/ask")
    second = client_for(two_people.colleague_of(officer))
    published = two_people.decide(second, f"{path}/amendment")

    assert alone.status_code == 422
    assert "You cannot publish this amendment alone because it moves the closing time" in alone.text
    assert "When bids close" in form.text
    assert sent.status_code == 302
    assert "The answers to questions came late" in preview
    assert published.status_code == 302
    assert fresh(tender).closes_at == later
    page = desk.get(published.headers["Location"]).text
    assert clock.show_moment(closed) in page
    assert "The answers to questions came late" in desk.get(f"{path}/amendments").text


@pytest.mark.parametrize("published_on", ["a Saturday", "a weekday"])
def test_a_closing_time_that_is_moved_is_looked_at_as_a_new_one_is(
    tender, prepare, officer, client_for, published_on
):
    saturday = clock.london(tender.closes_at).replace(hour=12, minute=0) + timedelta(days=7)
    saturday += timedelta(days=(5 - saturday.weekday()) % 7)
    if published_on == "a Saturday":
        with db.session.begin_nested():
            tender.closes_at = saturday - timedelta(days=7)
    db.session.commit()
    client, path = client_for(officer), f"/tenders/{tender.token}/amendment"
    prepare()
    unmoved = client.get(path).text
    service.set_amendment_terms(
        tender,
        closes_at=saturday,
        questions_until=None,
        reason="A supplier asked",
        based_on=tender.plan_sha256,
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )

    moved = client.get(path).text

    assert ["Bids close when the office is shut" in page for page in (unmoved, moved)] == [
        False,
        True,
    ]


def test_a_missing_hour_and_a_missing_reason_are_told_together(
    tender, prepare, officer, client_for
):
    prepare()
    sent = {
        "closes_at-day": "28",
        "closes_at-month": "3",
        "closes_at-year": "2027",
        "closes_at-time": "01:30",
        "reason": "",
        "based_on": tender.plan_sha256,
    }

    answer = client_for(officer).post(f"/tenders/{tender.token}/amendment/terms", data=sent)

    assert answer.status_code == 422
    assert answer.text.count("Enter a time outside the hour in which the clocks change") == 2
    assert answer.text.count("Enter the reason for the amendment") == 2
