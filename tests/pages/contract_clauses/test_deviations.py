"""Where a bid falls short of a minimum: the minimum prints until somebody decides, and says why."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.models import DeviationDecision
from contract_clauses.queries.deviations import decided_deviations, raised_deviations
from contract_clauses.rules.deviations import taken
from contract_clauses.service.deviations import decide_deviation
from contract_clauses.service.issuing import ways_in
from foundation.audit import AuditEntry
from foundation.database import db
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT

REASON = "The chief information officer agrees for the first year"


@pytest.fixture
def facts():
    return {}


@pytest.fixture
def tender(officer, facts):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS | facts)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened):
    """A bid that tells of incidents within 48 hours, where the tender asks for 24."""
    bid = make_bid("Larkfield", **{"SLP-01.g": "48h"})
    opened()
    return bid


def page(bid, rest=""):
    return f"/schedules/{bid.token}/deviations{rest}"


ONE = "/C13/notify_hours"


def decide(client, bid, outcome, based_on=0, reason=REASON):
    data = {"outcome": outcome, "reason": reason, "based_on": str(based_on)}
    return client.post(page(bid, ONE), data=data)


def words(response):
    text = re.sub(r"<(script|style).*?</\1>", "", response.text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def raised(bid, person):
    found = contracting.read(bid, person)
    return next(one for one in raised_deviations(found) if one.target == "C13:notify_hours")


def printed(bid, person):
    values = contracting.read(bid, person).schedule.clause("C13").variables
    return next(value.words for value in values if value.name == "notify_hours")


def test_the_page_shows_what_was_given_the_minimum_and_the_answer_it_is_taken_from(
    client_for, officer, bid
):
    seen = client_for(officer).get(page(bid))

    one = raised(bid, officer)
    assert (one.deviation.given, one.deviation.minimum) == ("48", "24")
    assert one.in_words == "Not decided"
    assert f"/bids/{bid.token}/questions/SLP-01#part-SLP-01.g" in seen.text
    assert "The schedule cannot be issued before each is." in words(seen)
    assert printed(bid, officer) == "24"


def test_what_is_not_decided_stands_in_the_way_of_an_issue_and_leads_to_its_page(
    client_for, officer, bid
):
    found = contracting.read(bid, officer)
    mine = [way for way in ways_in(found) if way.target == "C13:notify_hours"]

    assert [way.kind for way in mine] == ["deviation"]
    assert mine[0].words.endswith("(not decided)")
    assert page(bid, ONE) in client_for(officer).get(f"/schedules/{bid.token}/issue").text


def test_a_figure_that_is_accepted_prints_with_who_and_why_and_the_minimum_stays_named(
    client_for, officer, bid
):
    saved = decide(client_for(officer), bid, "accepted")

    assert saved.location == page(bid)
    found = contracting.read(bid, officer)
    value = next(v for v in found.schedule.clause("C13").variables if v.name == "notify_hours")
    assert value.words == "48"
    assert value.source_words == (
        f"Answer SLP-01.g ({found.evaluated.questionnaire.parts['SLP-01.g'].label}); accepted by "
        f"Ines Roy in place of 24: {REASON}"
    )
    assert value.deviation.stands
    assert [
        row.source for row in found.schedule.trace if (row.clause, row.value) == ("C13", "48")
    ] == [value.source_words]
    assert not [way for way in ways_in(found) if way.target == "C13:notify_hours"]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "deviation.decided")
    ).one()
    details = json.loads(entry.details)
    assert (details["outcome"], details["variable"]) == ("accepted", "notify_hours")
    assert REASON not in str(entry.details)


def test_the_minimum_can_be_said_to_stand_and_the_decision_be_changed(client_for, officer, bid):
    client = client_for(officer)
    decide(client, bid, "minimum")

    assert (printed(bid, officer), raised(bid, officer).is_decided) == ("24", True)

    decide(client, bid, "open", based_on=1, reason="Too early")

    assert raised(bid, officer).in_words == "Not decided"
    history = [step.outcome for step in raised(bid, officer).steps]
    assert history == ["minimum", "open"]
    seen = words(client.get(page(bid, ONE)))
    assert seen.index("Too early") < seen.index(REASON)


def test_an_accepted_figure_counts_no_longer_once_the_bid_says_another(
    client_for, officer, bid, monkeypatch
):
    decide(client_for(officer), bid, "accepted")
    row = db.session.scalars(select(DeviationDecision)).one()
    found = contracting.read(bid, officer)
    about = next(
        d.about
        for d in found.schedule.deviations
        if (d.clause, d.variable) == ("C13", "notify_hours")
    )
    assert row.about_sha256 == about

    monkeypatch.setitem(found.evaluated.opened.answers, "SLP-01.g", "72h")
    from contract_clauses.queries.schedules import as_scheduled

    later = as_scheduled(found.evaluated)
    one = next(r for r in raised_deviations(later) if r.target == "C13:notify_hours")

    assert (one.deviation.given, one.is_decided, one.is_overtaken) == ("72", False, True)
    value = next(v for v in later.schedule.clause("C13").variables if v.name == "notify_hours")
    assert value.words == "24"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "without saying that it may be negotiated"),
        ({"negotiation_allowed": "no"}, "the published terms of the tender do not allow it"),
        (
            {"negotiation_allowed": "yes", "procedure": "open"},
            "the tender was published as the open procedure",
        ),
    ],
)
def test_nobody_negotiates_where_the_published_procedure_does_not_allow_it(
    sentence, client_for, officer, bid
):
    client = client_for(officer)

    refused = decide(client, bid, "negotiate")

    assert refused.status_code == 422
    assert sentence in words(refused)
    assert "Words to send to the bidder" not in refused.text
    for seen in (refused, client.get(page(bid, ONE))):
        assert seen.text.count('value="negotiate"') == 0
        assert seen.text.count('value="minimum"') == 1
    assert REASON in refused.text
    assert raised(bid, officer).steps == ()


@pytest.mark.parametrize(
    "facts", [{"negotiation_allowed": "yes", "procedure": "competitive-flexible"}]
)
def test_where_it_is_allowed_a_note_is_ready_to_send_and_the_minimum_prints_until_then(
    client_for, officer, bid
):
    client = client_for(officer)

    assert client.get(page(bid, ONE)).text.count('value="negotiate"') == 1
    seen = words(client.get(page(bid, ONE)))
    decide(client, bid, "negotiate")

    assert "Your bid offers 48 hours (Answer SLP-01.g" in seen
    assert "The minimum published with the tender is at most 24 hours." in seen
    assert "tell us the nearest figure you can commit to" in seen
    assert (printed(bid, officer), raised(bid, officer).is_decided) == ("24", False)
    ways = [way.words for way in ways_in(contracting.read(bid, officer))]
    assert [way for way in ways if way.endswith("(to be negotiated)")]


def test_what_is_put_to_the_compliance_decision_shows_there_and_only_who_may_decide_settles_it(
    client_for, officer, authority, bid
):
    decide(client_for(officer), bid, "compliance")
    reviewer = make_person(Role.REVIEWER, authority, name="Ruth Okafor")

    on_bid = client_for(officer).get(f"/evaluation/bids/{bid.token}")
    refused = decide(client_for(reviewer), bid, "accepted", based_on=1)
    settled = decide(client_for(officer), bid, "minimum", based_on=1)

    assert "Short of a minimum of the contract" in words(on_bid)
    assert page(bid, ONE) in on_bid.text or page(bid) in on_bid.text
    assert refused.status_code == 422
    assert "put to those who decide on compliance" in words(refused)
    assert settled.location == page(bid)
    assert page(bid) not in client_for(officer).get(f"/evaluation/bids/{bid.token}").text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reason": " "}, "Enter the reason for your decision"),
        ({"outcome": ""}, "Select what becomes of the deviation"),
        ({"based_on": "7"}, "Somebody decided on this while you were writing"),
        ({"reason": "x" * 2001}, "2,000 characters"),
    ],
)
def test_a_decision_that_cannot_be_saved_says_why_and_keeps_what_was_typed(
    changed, message, client_for, officer, bid
):
    data = {"outcome": "accepted", "reason": REASON, "based_on": "0"} | changed

    refused = client_for(officer).post(page(bid, ONE), data=data)

    assert refused.status_code == 422
    assert message in words(refused)
    assert raised(bid, officer).steps == ()


def test_before_a_figure_is_accepted_the_page_warns_of_what_was_published(client_for, officer, bid):
    seen = words(client_for(officer).get(page(bid, ONE)))

    assert "Every bidder saw this minimum before bidding, as a figure of this tender" in seen


def test_a_value_that_an_officer_entered_is_listed_as_decided(client_for, officer, bid):
    contracting.fill(bid, officer, Bracket("C13", "notify_hours"), "36")

    one = raised(bid, officer)
    refused = decide(client_for(officer), bid, "minimum")

    assert (one.is_decided, one.in_words) == (True, "An officer entered another figure")
    assert refused.status_code == 422
    assert taken(one) == "The Council entered 36 hours in place of at most 24 hours."


class Bracket:
    def __init__(self, clause, variable):
        self.clause, self.variable = clause, variable


def test_the_side_letter_says_what_was_decided(client_for, officer, bid):
    client = client_for(officer)
    decide(client, bid, "accepted")

    (one,) = [
        d
        for d in decided_deviations(contracting.read(bid, officer))
        if d.target == "C13:notify_hours"
    ]

    assert taken(one) == "48 hours is accepted in place of at most 24 hours."
    assert client.get(f"/schedules/{bid.token}/side-letter.docx").status_code == 200


def test_who_may_only_read_decides_nothing_and_strangers_find_nothing(client_for, authority, bid):
    manager = client_for(make_person(Role.CONTRACT_MANAGER, authority))
    stranger = client_for(make_person(Role.OFFICER, make_authority("Larkhaven Council")))

    assert manager.get(page(bid)).status_code == 200
    assert manager.get(page(bid, ONE)).status_code == 200
    assert decide(manager, bid, "accepted").status_code == 403
    assert stranger.get(page(bid)).status_code == 404
    assert decide(stranger, bid, "accepted").status_code == 404


@pytest.mark.parametrize("rest", ["/C13/junk", "/C99/notify_hours", "/C02/x"])
def test_there_is_no_page_for_what_does_not_fall_short(rest, client_for, officer, bid):
    assert client_for(officer).get(page(bid, rest)).status_code == 404


def test_a_decision_on_what_no_longer_falls_short_is_refused(officer, bid, app):
    from contract_clauses.rules.editing import DeviationOutcome
    from foundation.errors import DomainError

    with app.test_request_context():
        one = raised(bid, officer)
        contracting.fill(bid, officer, Bracket("C13", "notify_hours"), "12")
        found = contracting.read(bid, officer)
        with pytest.raises(DomainError, match="no longer falls short"):
            decide_deviation(
                found, one, DeviationOutcome.MINIMUM, "x", based_on=0, by=viewer_of(officer)
            )


def test_the_pages_take_few_statements_whatever_was_decided(
    client_for, officer, bid, statements_counted
):
    client = client_for(officer)
    client.get(page(bid))
    with statements_counted() as before:
        client.get(page(bid))
    for number in range(6):
        decide(client, bid, ("minimum", "accepted")[number % 2], based_on=number)
    with statements_counted() as after:
        client.get(page(bid))
    with statements_counted() as one:
        client.get(page(bid, ONE))

    assert len(after) == len(before)
    assert max(len(after), len(one)) <= 15
