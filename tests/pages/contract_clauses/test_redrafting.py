"""A clause of one schedule in other words, or in another depth, with the library's beside it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses import queries
from contract_clauses.models import ClauseRedraft
from contract_clauses.rules.parts import Departure
from foundation.audit import AuditEntry
from foundation.database import db
from tests.factories import make_person, viewer_of

SECRET = "Plumtree Wharf"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


@pytest.fixture
def reviewer(authority):
    return make_person(Role.REVIEWER, authority, name="Ruth Okafor")


@pytest.fixture
def clause(officer, app):
    """Read a clause of a schedule afresh, as the officer."""

    def read(bid, name="C13"):
        with app.test_request_context():
            found = queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")
            return found.schedule.clause(name)

    return read


def address(bid, clause="C13"):
    return f"/schedules/{bid.token}/clauses/{clause}/words"


def form(**changed):
    return {"based_on": "0", "action": "save", "reason": "The bidder asked for it"} | changed


def test_words_of_ones_own_print_with_who_and_why_and_the_librarys_beside_them(
    client_for, officer, bid, clause
):
    client = client_for(officer)
    before = clause(bid).paragraphs[0]

    sent = client.post(address(bid), data=form(**{"words-1": f"The Supplier must call {SECRET}."}))

    assert sent.location == f"/schedules/{bid.token}/clauses/C13"
    now = clause(bid).paragraphs[0]
    assert (now.text, now.departure) == (f"The Supplier must call {SECRET}.", Departure.CHANGED)
    assert now.before.text == before.text
    assert clause(bid).redrafted == "Changed by Ines Roy: The bidder asked for it"
    page = client.get(sent.location).text
    assert "Changed by Ines Roy: The bidder asked for it" in page
    assert SECRET in page
    assert '<ins><span class="govuk-visually-hidden">(put in: </span>' in page


def test_words_are_kept_sealed_and_the_record_holds_no_content(client_for, officer, bid):
    client_for(officer).post(address(bid), data=form(**{"words-1": f"The Supplier {SECRET}."}))

    row = db.session.scalars(select(ClauseRedraft)).one()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "clause.redrafted")
    ).one()
    assert SECRET.encode() not in row.sealed_words
    assert SECRET not in str(entry.details)


def test_a_preview_shows_the_difference_and_saves_nothing(client_for, officer, bid):
    page = client_for(officer).post(
        address(bid), data=form(action="preview", **{"words-1": "The Supplier must rest."})
    )

    assert page.status_code == 200
    assert "As it will print" in page.text
    assert '<ins><span class="govuk-visually-hidden">(put in: </span>' in page.text
    assert '<del><span class="govuk-visually-hidden">(taken out: </span>' in page.text
    assert db.session.scalars(select(ClauseRedraft)).all() == []


def test_a_sub_clause_is_taken_out_kept_beside_it_and_brought_back(
    client_for, officer, bid, clause
):
    client = client_for(officer)
    first = clause(bid).paragraphs[0]

    client.post(address(bid), data=form(**{"out-1": "y"}))

    assert [part.text for part in clause(bid).taken_out] == [first.text]
    assert clause(bid).paragraphs[0].key == "2"

    client.post(address(bid), data=form(based_on="1"))

    assert clause(bid).taken_out == ()
    assert clause(bid).paragraphs[0] == first
    assert clause(bid).redrafted == ""


def test_a_sub_clause_is_added_after_any_with_an_obligation_that_will_be_tracked(
    client_for, officer, bid, clause
):
    client = client_for(officer)
    page = client.post(address(bid), data=form(action="add:2")).text
    assert 'name="words-own1"' in page
    assert re.search(r'name="after-own1" value="2"', page)

    client.post(
        address(bid),
        data=form(
            **{
                "after-own1": "2",
                "words-own1": "The Supplier must test the fallback:\n- by radio\n- by hand",
                "who-own1": "supplier",
                "what-own1": "test the fallback",
                "timing-own1": "every_months",
                "count-own1": "6",
            }
        ),
    )

    printed = clause(bid)
    keys = [paragraph.key for paragraph in printed.paragraphs]
    added = printed.paragraphs[keys.index("own1")]
    assert keys[keys.index("own1") - 1] == "2"
    assert [item.segments[0].text for item in added.items] == ["by radio", "by hand"]
    assert (added.duty.who, added.duty.what, added.duty.when) == (
        "supplier",
        "test the fallback",
        "Every 6 months",
    )


def test_a_variable_keeps_its_value_and_source_in_other_words(client_for, officer, bid, clause):
    names = [value.name for value in clause(bid).variables]

    client_for(officer).post(
        address(bid), data=form(**{"words-1": f"Within {{{names[0]}}} it must be back."})
    )

    value = clause(bid).variables[0]
    assert value.name == names[0]
    assert clause(bid).paragraphs[0].text == f"Within {value.words} it must be back."


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reason": " "}, "Enter the reason for your change"),
        ({"reason": "a" * 2001}, "Enter 2,000 characters or fewer"),
        ({"words-1": ""}, "Enter the words of the sub-clause, or tick to take it out"),
        ({"words-1": "- only an item"}, "Enter the words of the sub-clause"),
        ({"words-1": "Within {nothing} hours"}, "{nothing} is not something this clause"),
        ({"words-1": "To {clause:C13} itself"}, "{clause:C13} is not something"),
        ({"words-1": "A {brace left open"}, "Close each brace"),
        ({"words-1": "Bell \x07 rings"}, "Take out the character that cannot be printed"),
        ({"words-1": "Turned \u202e round"}, "Take out the character that cannot be printed"),
        ({"words-1": "a" * 5001}, "Enter 5,000 characters or fewer"),
        ({"words-1": "x:" + "\n- y" * 27}, "Enter 26 items or fewer"),
        ({"words-own1": "", "after-own1": "1"}, "Enter the words of the sub-clause"),
        (
            {"words-own1": "It must.", "after-own1": "1", "what-own1": "go"},
            "Select who has to do it",
        ),
        (
            {
                "words-own1": "It must.",
                "after-own1": "1",
                "who-own1": "supplier",
                "what-own1": "go",
                "timing-own1": "within_hours",
                "count-own1": "soon",
            },
            "Enter the number of months, days or hours",
        ),
    ],
)
def test_what_will_not_do_is_said_and_everything_typed_is_kept(
    changed, message, client_for, officer, bid
):
    page = client_for(officer).post(
        address(bid), data=form(**{"words-2": "Kept as typed."} | changed)
    )

    assert page.status_code == 422
    assert message in page.text.replace("&#39;", "'")
    assert "Kept as typed." in page.text
    assert db.session.scalars(select(ClauseRedraft)).all() == []


@pytest.mark.parametrize(
    "odd",
    [
        {"action": "add:own99999"},
        {"action": "add:" + "9" * 5000},
        {"action": "library:own1"},
        {"action": "library:\x00"},
        {"action": "preview", "depth": "bottomless"},
        {"action": "preview", "based_on": "9" * 4000},
        {"action": "preview", "after-own1": "own1", "words-own1": "Round and round."},
        {"action": "preview", "after-own²": "1", "words-own²": "Odd key."},
        {"action": "nothing"},
        {"action": ""},
    ],
)
def test_odd_input_is_answered_with_a_page_and_never_a_fault(odd, client_for, officer, bid):
    assert client_for(officer).post(address(bid), data=form(**odd)).status_code in (200, 400, 422)


def test_no_clause_can_lose_all_its_words(client_for, officer, bid, clause):
    everything = {f"out-{number}": "y" for number in range(1, 60)}

    page = client_for(officer).post(address(bid), data=form(**everything))

    assert (page.status_code, "leave the whole clause out instead" in page.text) == (422, True)


def test_a_heavier_depth_warns_that_bidders_were_shown_less(client_for, officer, bid, clause):
    client = client_for(officer)

    page = client.get(address(bid)).text
    client.post(address(bid), data=form(depth="enhanced"))

    assert "it departs from the published terms" in page
    assert clause(bid).depth == "enhanced"
    assert db.session.scalars(select(ClauseRedraft)).one().sealed_words is None


def test_advice_stands_beside_the_words_and_stops_nothing(client_for, officer, bid):
    typed = "The Supplier shall use the Grand Widget."

    page = client_for(officer).post(address(bid), data=form(action="preview", **{"words-1": typed}))
    saved = client_for(officer).post(address(bid), data=form(**{"words-1": typed}))

    assert "Write “must”, not “shall”" in page.text
    assert "“Grand Widget” has a capital like a defined term" in page.text
    assert saved.status_code == 302


def test_words_saved_meanwhile_are_shown_beside_ones_own_and_none_is_lost(
    client_for, officer, reviewer, bid, clause
):
    client_for(reviewer).post(address(bid), data=form(**{"words-1": "Hers came first."}))
    client = client_for(officer)

    page = client.post(address(bid), data=form(**{"words-1": "His came second."}))

    assert page.status_code == 422
    assert "What was saved while you were writing" in page.text
    assert "Hers came first." in page.text
    assert "His came second." in page.text
    assert 'name="based_on" value="1"' in page.text
    client.post(address(bid), data=form(based_on="1", **{"words-1": "His came second."}))
    assert clause(bid).paragraphs[0].text == "His came second."
    assert [row.number for row in db.session.scalars(select(ClauseRedraft))] == [1, 2]


def test_whoever_may_only_read_cannot_redraft(client_for, authority, bid):
    for role in (Role.CONTRACT_MANAGER, Role.AUDITOR, Role.EVALUATOR):
        reader = client_for(make_person(role, authority))
        assert reader.get(address(bid)).status_code == 403
        assert reader.post(address(bid), data=form()).status_code == 403


@pytest.mark.parametrize("name", ["C99", "1", "C13'"])
def test_a_clause_that_is_not_in_the_schedule_has_no_words_to_change(
    name, client_for, officer, bid
):
    assert client_for(officer).get(address(bid, name)).status_code == 404


@pytest.mark.both_databases
def test_redrafts_are_only_ever_added(client_for, officer, bid):
    client = client_for(officer)
    client.post(address(bid), data=form(**{"words-1": "One."}))
    client.post(address(bid), data=form(based_on="1", **{"words-1": "Two."}))

    found = [(row.number, row.reason) for row in db.session.scalars(select(ClauseRedraft))]

    assert found == [(1, "The bidder asked for it"), (2, "The bidder asked for it")]


def test_the_schedule_takes_as_many_statements_for_twelve_redrafts_as_for_two(
    client_for, officer, bid, statements_counted
):
    client = client_for(officer)
    taken = []
    names = [f"C{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 13, 16, 23, 28, 29)]
    for name in names:
        client.post(address(bid, name), data=form(**{"words-1": f"Words of {name}."}))
        if name in (names[1], names[-1]):
            counts = []
            for page in (f"/schedules/{bid.token}", f"/schedules/{bid.token}/clauses/C02"):
                with statements_counted() as counted:
                    assert client.get(page).status_code == 200
                counts.append(len(counted))
            taken.append(counts)

    assert taken[0] == taken[1]
    assert max(taken[0]) <= 15
