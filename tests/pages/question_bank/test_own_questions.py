"""An authority's own questions: written in forms, sound before they are asked, kept by version."""

from __future__ import annotations

import re

import pytest

from accounts.rules.roles import Role
from foundation.canonical import fingerprint
from question_bank.loader import newest_edition, shipped_bank
from question_bank.queries import own as queries
from question_bank.service import own as service
from question_bank.service import own_packs
from tests.crawling import send_form
from tests.factories import make_authority, make_person, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def by(officer):
    viewer = viewer_of(officer)
    service.choose_prefix("HOL", by=viewer, bank=shipped_bank())
    return viewer


def a_sound_question(by):
    copied = next(q for q in shipped_bank().raw["questions"] if q["id"] == "SLP-07")
    return service.create_question(
        "Recovery", "resilience", by=by, copied=copied, edition="2026.11"
    )


def ready(by, own):
    service.mark_ready(own, by=by, bank=shipped_bank(), clauses=())


@pytest.mark.both_databases
def test_a_copy_of_a_bank_question_can_be_asked_at_once(by):
    own = a_sound_question(by)

    ready(by, own)

    (found,) = queries.ready_questions(by.organisation_id)
    assert (found.question_id, found.version, found.title) == ("HOL-01", 1, "Recovery")
    assert found.raw["parts"][0]["id"] == "HOL-01.a"


def test_the_last_ready_version_can_be_asked_while_the_next_is_written(by):
    own = a_sound_question(by)
    ready(by, own)

    service.change_question(
        own,
        lambda raw: raw | {"title": "Recovery of data"},
        by=by,
        based_on=fingerprint(own.raw),
        note="title",
    )

    (found,) = queries.ready_questions(by.organisation_id)
    assert (own.status, own.version, found.version, found.title) == ("draft", 2, 1, "Recovery")
    ready(by, own)
    (found,) = queries.ready_questions(by.organisation_id)
    assert (found.version, found.title) == (2, "Recovery of data")


def entered(client, address, **data):
    """Send the form of a page with the fingerprint it holds; return where it leads."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    found = re.search(r'name="based_on" value="([0-9a-f]{64})"', page.text)
    answer = client.post(address, data=data | ({"based_on": found[1]} if found else {}))
    assert answer.status_code == 302, answer.text
    return answer.location


ABOUT = {
    "title": "Noise at night",
    "why": "Residents near the works must be able to sleep.",
    "topic": "sensors",
    "source": "Noise policy of the council",
    "main_risk": "R10",
    "minutes": "20",
    **{f"level_{n}": f"What earns {n}" for n in range(6)},
}


def test_a_question_is_written_from_nothing_to_ready_in_forms(client_for, officer, by):
    client = client_for(officer)
    question = entered(client, "/bank/own/new", title="Noise at night", topic="sensors")
    assert "Enter why this is asked" in client.get(question).text
    entered(client, f"{question}/about", **ABOUT)

    edit = entered(client, f"{question}/parts/new", kind="choice")
    part = entered(
        client,
        edit,
        label="Noise at night",
        ask="When do the devices make noise?",
        class_="scored",
        required_="yes",
        new_options="Never\nBy day only\nAt night too",
    )
    entered(
        client,
        f"{part}/answers/at-night-too",
        label="At night too",
        ceiling="2",
        severity="red",
        says="The devices make noise at night",
        risks=["R10", "R11"],
        clauses=["C14"],
    )
    edit = entered(client, f"{question}/parts/new", kind="date")
    second = entered(
        client,
        edit,
        label="Measured on",
        ask="When was it measured?",
        class_="scored",
        required_="no",
    )
    condition = entered(client, f"{second}/outcomes/new", words="Too old")
    entered(
        client,
        f"{condition}/test?subject=HOL-01.b",
        operator="older_than",
        months="12",
        fact="tender.closes_at",
    )
    assert (
        "HOL-01.b (Measured on) is more than 12 months before the tender’s closing date"
        in client.get(condition).text
    )
    assert send_form(client, condition, "question_bank.change_own_condition").status_code == 302
    entered(client, f"{second}/answers/too-old", ceiling="3", severity="none")
    shown = "/conditions/HOL-01.b".join([question, ""])
    entered(client, f"{shown}/test?subject=HOL-01.a", operator="in", options=["by-day-only"])
    page = client.get(question)
    assert "Nothing is wrong with it" in page.text

    client.post(f"{question}/ready")

    (found,) = queries.ready_questions(by.organisation_id)
    assert found.raw["parts"] == [
        {
            "id": "HOL-01.a",
            "kind": "choice",
            "label": "Noise at night",
            "ask": "When do the devices make noise?",
            "class": "scored",
            "messages": {"missing": "Select noise at night"},
            "options": [
                {"value": "never", "label": "Never", "ceiling": 5},
                {"value": "by-day-only", "label": "By day only", "ceiling": 5},
                {
                    "value": "at-night-too",
                    "label": "At night too",
                    "ceiling": 2,
                    "flag": {
                        "severity": "red",
                        "risks": ["R10", "R11"],
                        "says": "The devices make noise at night",
                        "clauses": ["C14"],
                    },
                },
            ],
        },
        {
            "id": "HOL-01.b",
            "kind": "date",
            "label": "Measured on",
            "ask": "When was it measured?",
            "class": "scored",
            "required": False,
            "outcomes": [
                {
                    "id": "too-old",
                    "when": {
                        "part": "HOL-01.b",
                        "older_than": {"months": 12, "before": "tender.closes_at"},
                    },
                    "ceiling": 3,
                }
            ],
            "shown_when": {"part": "HOL-01.a", "is": "by-day-only"},
        },
    ]


PLACES = [
    "",
    "/about",
    "/retire",
    "/parts/new",
    "/parts/HOL-01.a",
    "/parts/HOL-01.a/edit",
    "/parts/HOL-01.b/answers/no",
    "/parts/HOL-01.g/outcomes/new",
    "/conditions/pass_when",
    "/conditions/HOL-01.b",
    "/conditions/HOL-01.g:never-tested",
    "/conditions/HOL-01.b/test?subject=SLP-07.i",
    "/conditions/HOL-01.b/test?subject=SLP-07.i&look=any:rto",
    "/versions/1",
]


@pytest.mark.parametrize("place", PLACES)
def test_each_page_opens_with_few_statements_and_only_for_its_authority(
    client_for, officer, by, statements_counted, place
):
    own = a_sound_question(by)
    ready(by, own)
    browser, other = client_for(officer), client_for(Role.OFFICER)
    browser.get(f"/bank/own/{own.token}")

    with statements_counted() as statements:
        page = browser.get(f"/bank/own/{own.token}{place}")

    assert page.status_code == 200
    assert len(statements) <= 15
    assert other.get(f"/bank/own/{own.token}{place}").status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        "/parts/HOL-01.z",
        "/parts/HOL-01.z/edit",
        "/parts/HOL-01.a/answers/nobody",
        "/conditions/HOL-01.z",
        "/conditions/HOL-01.g:nothing",
        "/conditions/pass_when/test?subject=SLP-99.z",
        "/versions/9",
    ],
)
def test_what_is_not_in_the_question_is_not_found(client_for, officer, by, place):
    own = a_sound_question(by)

    assert client_for(officer).get(f"/bank/own/{own.token}{place}").status_code == 404


def test_the_letters_are_suggested_and_chosen_once(client_for, officer):
    browser = client_for(officer)

    page = browser.get("/bank/own/prefix")
    assert 'value="HOL"' in page.text
    refused = browser.post("/bank/own/prefix", data={"prefix": "SLP"})
    browser.post("/bank/own/prefix", data={"prefix": "hol"})

    assert "SLP is used by the shared bank or another authority" in refused.text
    assert browser.get("/bank/own/prefix").status_code == 302
    other = client_for(Role.OFFICER)
    assert other.post("/bank/own/prefix", data={"prefix": "HOL"}).status_code == 422


def test_what_was_typed_is_shown_again_when_somebody_else_was_faster(client_for, officer, by):
    own = a_sound_question(by)
    browser = client_for(officer)
    address = f"/bank/own/{own.token}/about"
    stale = fingerprint(own.raw)
    service.change_question(
        own, lambda raw: raw | {"title": "Theirs"}, by=by, based_on=stale, note="title"
    )

    answer = browser.post(address, data=ABOUT | {"title": "Ours", "based_on": stale})

    assert answer.status_code == 422
    assert "Somebody changed this question while you had it open" in answer.text
    assert 'value="Ours"' in answer.text
    fresh = re.search(r'name="based_on" value="([0-9a-f]{64})"', answer.text)[1]
    again = browser.post(address, data=ABOUT | {"title": "Ours", "based_on": fresh})
    assert again.status_code == 302


def test_a_question_that_lacks_something_is_not_marked_as_ready(client_for, officer, by):
    own = service.create_question("Noise", "sensors", by=by, edition="2026.11")

    answer = client_for(officer).post(f"/bank/own/{own.token}/ready")

    assert answer.status_code == 422
    assert "You cannot mark HOL-01 as ready because 10 things are still to be put right" in (
        answer.text
    )
    assert queries.ready_questions(by.organisation_id) == []


def test_a_retired_question_is_asked_no_more_and_stays_as_it_is(client_for, officer, by):
    own = a_sound_question(by)
    ready(by, own)
    browser = client_for(officer)
    address = f"/bank/own/{own.token}"

    unexplained = browser.post(f"{address}/retire", data={"reason": " "})
    browser.post(f"{address}/retire", data={"reason": "The law changed"})

    assert unexplained.status_code == 422
    assert queries.ready_questions(by.organisation_id) == []
    based_on = fingerprint(own.raw)
    refused = browser.post(f"{address}/about", data=ABOUT | {"based_on": based_on})
    assert "You cannot change this question because it is retired" in refused.text
    assert service.next_id(by) == "HOL-02"


def test_a_part_is_moved_and_taken_out_with_its_letter_never_used_again(client_for, officer, by):
    own = a_sound_question(by)
    ready(by, own)
    browser = client_for(officer)
    address = f"/bank/own/{own.token}"
    first, second = (part["id"] for part in own.raw["parts"][:2])
    last = own.raw["parts"][-1]["id"]

    def press(place, **data):
        browser.post(f"{address}{place}", data={"based_on": fingerprint(own.raw)} | data)

    press(f"/parts/{first}/move", to="down")
    assert [part["id"] for part in own.raw["parts"][:2]] == [second, first]
    press(f"/parts/{last}/remove")
    press("/parts/new", kind="date")
    assert own.raw["parts"][-1]["id"] not in {last, first, second}
    assert (own.status, own.version) == ("draft", 2)


def test_options_keep_their_values_and_what_they_lead_to_can_be_seen(client_for, officer, by):
    own = a_sound_question(by)
    browser = client_for(officer)

    page = browser.get(f"/bank/own/{own.token}/parts/HOL-01.f")

    assert "Copied to another place but reachable with the same administration" in page.text
    assert "at most 2; red flag:" in " ".join(page.text.split())


def test_an_own_pack_is_renamed_and_offered_no_longer(client_for, officer, by):
    raw = dict(newest_edition().raw_packs["slp-essential"])
    pack = own_packs.save_pack(raw, newest_edition().version, by=by, title="Small purchases")
    browser = client_for(officer)
    assert pack.pack_id == "hol-small-purchases"

    browser.post(
        f"/bank/own/packs/{pack.token}", data={"title": "Small ones", "suits": "Small purchases."}
    )
    assert (pack.version, pack.raw["title"], pack.pack_id) == (
        2,
        "Small ones",
        "hol-small-purchases",
    )
    assert "Small ones" in browser.get("/bank/own/packs").text
    browser.post(f"/bank/own/packs/{pack.token}/retire", data={"reason": "Not used"})
    assert queries.own_packs(by.organisation_id) == []
    again = own_packs.save_pack(raw, newest_edition().version, by=by, title="Small purchases")
    assert again.pack_id == "hol-small-purchases-2"
    assert client_for(Role.OFFICER).get(f"/bank/own/packs/{pack.token}").status_code == 404
