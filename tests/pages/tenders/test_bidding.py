"""How suppliers may bid: decided in the draft, published with the questions."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.roles import Role
from tenders import queries, service
from tests import two_people
from tests.factories import make_person, make_tender, publish, viewer_of

NOON = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 4, 12, tzinfo=UTC)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    return make_tender(officer, closes_at=CLOSES)


def until(day, month, year, time):
    boxes = {"day": day, "month": month, "year": year, "time": time}
    return {f"questions_until-{name}": value for name, value in boxes.items()}


def chosen(**changed):
    usual = {"allows_qualifications": "no", "last_saved_counts": "no", "runs_elsewhere": "no"}
    return usual | changed


def post(web, tender, **sent):
    return web.post(f"/tenders/{tender.token}/bidding", data=sent)


def frozen_bidding(tender, officer):
    publish(tender, officer)
    terms = json.loads(queries.frozen_text(tender))["terms"]
    return terms.get("bidding")


def test_what_is_chosen_is_frozen_with_the_questions(web, tender, officer):
    sent = chosen(allows_qualifications="yes", last_saved_counts="yes")

    saved = post(web, tender, **sent, **until("20", "11", "2026", "12:00"))

    assert (saved.status_code, saved.location) == (302, f"/tenders/{tender.token}")
    assert tender.questions_until == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert frozen_bidding(tender, officer) == {
        "allows_qualifications": True,
        "last_saved_counts": True,
        "questions_until": "2026-11-20T12:00:00+00:00",
    }


def test_what_nobody_chose_is_not_mentioned(web, tender, officer):
    post(web, tender, **chosen())

    assert frozen_bidding(tender, officer) is None


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        pytest.param(
            until("4", "12", "2026", "12:00"),
            "Enter a time for questions before bids close",
            id="when bids close",
        ),
        pytest.param(
            until("1", "10", "2026", "11:00"),
            "Enter a time for questions in the future",
            id="past",
        ),
        pytest.param(
            until("25", "10", "2026", "1:30"),
            "Enter a time outside the hour in which the clocks change",
            id="an hour that comes twice",
        ),
        pytest.param(
            until("28", "3", "2027", "1:30"),
            "Enter a time outside the hour in which the clocks change",
            id="an hour that never comes",
        ),
        pytest.param(
            until("20", "11", "2026", ""), "Enter a time, like 12:00 or 5pm", id="no time of day"
        ),
        pytest.param(
            {"runs_elsewhere": "yes", "last_saved_counts": "yes"},
            "You cannot let a saved version count because bids are taken on another portal: "
            "select “Only what is submitted”",
            id="elsewhere, and saved versions here",
        ),
        pytest.param(
            {"runs_elsewhere": "yes", "allows_qualifications": "yes"},
            "You cannot allow qualifications because bids are taken on another portal, and the "
            "workbook they come in has no place to list them: select “No”",
            id="elsewhere, and qualifications here",
        ),
        pytest.param(
            {"runs_elsewhere": "yes"} | until("20", "11", "2026", "12:00"),
            "You cannot set a time for questions because bids are taken on another portal: "
            "leave it empty",
            id="elsewhere, and questions here",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_kept_on_the_page(sent, says, web, tender):
    page = post(web, tender, **chosen() | sent)

    assert page.status_code == 422
    assert says in page.text
    assert tender.questions_until is None
    assert tender.runs_elsewhere is False
    for value in sent.values():
        assert f'value="{value}"' in page.text


def test_a_published_tender_is_bid_for_as_published(web, tender, officer):
    publish(tender, officer)

    refused = post(web, tender, **chosen(last_saved_counts="yes"))

    assert refused.status_code == 409
    assert tender.last_saved_counts is False
    assert web.get(f"/tenders/{tender.token}/bidding").status_code == 302


def test_bids_cannot_close_before_the_time_for_questions(web, tender):
    post(web, tender, **chosen(), **until("20", "11", "2026", "12:00"))
    closed = tender.closes_at
    sent = {
        "title": "Another title",
        "reference": tender.reference,
        "pack_id": tender.pack_id,
        "quality_weight": "60",
        "closes_at-day": "20",
        "closes_at-month": "11",
        "closes_at-year": "2026",
        "closes_at-time": "12:00",
    }

    page = web.post(f"/tenders/{tender.token}/edit", data=sent)

    assert page.status_code == 422
    assert '<a href="#closes_at-day">Enter a closing time after 20 November 2026' in page.text
    assert 'value="Another title"' in page.text
    assert tender.closes_at == closed

    later = web.post(f"/tenders/{tender.token}/edit", data=sent | {"closes_at-time": "12:01"})
    assert later.status_code == 302


def test_a_closing_time_moved_before_the_time_for_questions_stops_publication(web, tender, officer):
    post(web, tender, **chosen(), **until("20", "11", "2026", "12:00"))
    details = service.Details(
        title=tender.title,
        reference=tender.reference,
        pack_id=tender.pack_id,
        quality_weight=60,
        closes_at=NOON + timedelta(days=40),
    )
    service.edit_tender(tender, details, by=viewer_of(officer))

    page = web.get(f"/tenders/{tender.token}/publish")

    assert "Enter a time for questions before bids close" in page.text
    with pytest.raises(service.NotReady):
        publish(tender, officer)


@pytest.mark.parametrize(
    ("when", "warned"),
    [
        (until("6", "10", "2026", "12:00"), "Suppliers have 5 days to ask about the tender"),
        (until("1", "12", "2026", "12:00"), "The last answers come 3 days before bids close"),
        (until("20", "11", "2026", "12:00"), ""),
    ],
    ids=["little time to ask", "little time to use answers", "enough of both"],
)
def test_too_little_time_is_something_to_think_about(when, warned, web, tender):
    post(web, tender, **chosen(), **when)

    page = web.get(f"/tenders/{tender.token}/publish").text

    warnings = ("days to ask about the tender", "days before bids close")
    assert [text in page for text in warnings] == [text in warned for text in warnings]
    assert warned in page
    assert "What you must fix" not in page


def test_a_tender_run_elsewhere_is_not_offered_to_suppliers_here(web, tender, officer, client_for):
    post(web, tender, **chosen(runs_elsewhere="yes"))
    publish(tender, officer)
    supplier = client_for(Role.BID_LEAD)

    listed = supplier.get("/opportunities")
    page = supplier.get(f"/opportunities/{tender.token}")
    started = supplier.post(f"/opportunities/{tender.token}/start")

    assert tender.title not in listed.text
    assert "Start your bid" not in page.text
    assert "Taken on another portal" in page.text
    assert started.status_code == 409


def test_no_page_promises_for_a_tender_run_elsewhere_what_happens_only_here(
    web, tender, officer, client_for, at
):
    post(web, tender, **chosen(runs_elsewhere="yes"))
    here = f"/tenders/{tender.token}"

    check = web.get(f"{here}/publish").text
    two_people.ask(web, f"{here}/publish")
    second = client_for(two_people.colleague_of(officer))
    agreed = two_people.decide(second, f"{here}/publish")
    published = second.get(agreed.location).text
    offered = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text
    at(tender.closes_at + timedelta(minutes=2))
    closed = client_for(officer).get(here).text

    assert "Every supplier can see the tender" not in check
    assert "you put the documents on the other portal, where they bid" in check
    assert "is open to suppliers" not in published
    assert "suppliers are not told of it here" in published
    assert "Open on another portal. Closes on" in published
    assert f"{here}/clarifications" not in published
    assert "You can save at any time" not in offered
    assert "Answer them on the portal where this tender is run" in offered
    assert "questions-and-answers" not in offered
    assert "What was sent is sealed" not in closed
    assert "An officer brings in the bids from the other portal" in closed


def test_suppliers_read_how_to_bid_before_they_start(web, tender, officer, client_for):
    post(web, tender, **chosen(last_saved_counts="yes"), **until("20", "11", "2026", "12:00"))
    publish(tender, officer)

    page = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text

    assert "20 November 2026, 12:00 noon (UK time)" in page
    assert "its last complete saved version be handed in" in page
    assert "A bid may not qualify the contract terms" in page


def test_another_authority_finds_no_such_page(tender, client_for):
    assert client_for(Role.OFFICER).get(f"/tenders/{tender.token}/bidding").status_code == 404
