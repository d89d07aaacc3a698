"""An authority's own clauses: written in forms, ready when sound, frozen by its tenders alone."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

import pytest
from docx import Document
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from accounts.models import Organisation
from accounts.rules.roles import Permission, Role
from contract_clauses.loader import raw_library, shipped_library
from contract_clauses.models import OwnClauseVersion
from contract_clauses.queries import own_clauses as queries
from contract_clauses.queries.schedules import scheduled_bid
from contract_clauses.rules.editing import OwnClauseStatus
from contract_clauses.rules.own_clauses import as_content, blank_clause, kept_from
from contract_clauses.rules.reading import read_topic
from contract_clauses.service import own_clauses as service
from foundation.canonical import fingerprint
from foundation.database import db, transaction
from question_bank.loader import shipped_bank
from question_bank.service.own import choose_prefix
from tenders import service as tenders
from tenders.libraries import frozen_libraries, loaded, written
from tenders.queries import frozen_text
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT

SOUND = blank_clause("Keys to cabinets") | {
    "purpose": "Get the keys of street cabinets back at the end.",
    "note": "Ask the highways team how many keys there are.",
    "variables": {
        "return_days": {
            "label": "Working Days to return keys",
            "kind": "days",
            "from": [{"default": 5}],
            "minimum": {"at_most": 10, "deviation": "Keys are returned later than we accept"},
        }
    },
    "text": [
        {
            "text": "The Supplier must return all keys within {return_days} Working Days.",
            "depths": ["short", "standard", "enhanced"],
            "obligation": {
                "who": "supplier",
                "what": "Return all keys",
                "within_working_days": "return_days",
                "of": "end",
                "evidence": "Receipt for the keys",
            },
        },
        {"text": "The Supplier must not copy a key.", "depths": ["enhanced"]},
    ],
}


@pytest.fixture
def by(officer):
    viewer = viewer_of(officer)
    choose_prefix("HOL", by=viewer, bank=shipped_bank())
    return viewer


@pytest.fixture
def reviewer(by):
    """A reviewer of the same authority who writes nothing."""
    return colleague_of(by)


def colleague_of(by):
    return make_person(Role.REVIEWER, db.session.get(Organisation, by.organisation_id))


@pytest.fixture
def client(client_for, officer, by, reviewer):
    return client_for(officer)


def sound(by, title="Keys to cabinets"):
    return service.create_clause(title, by=by, start=SOUND)


def ask(by, own, words="First version"):
    seen = fingerprint(own.raw)
    service.ask_for_agreement(own, words, by=by, bank=shipped_bank(), based_on=seen)


def agree(own, reviewer):
    seen = fingerprint(own.raw)
    service.agree_to_clause(own, by=viewer_of(reviewer), bank=shipped_bank(), based_on=seen)


def ready(by, own, words="First version"):
    """Have the clause agreed to by a reviewer of the authority who wrote nothing of it."""
    ask(by, own, words)
    agree(own, colleague_of(by))


def change(by, own, **what):
    return service.change_clause(
        own,
        lambda raw: raw | what,
        by=by,
        based_on=fingerprint(own.raw),
        words="Changed",
    )


def based_on(page):
    return re.search(r'name="based_on" value="(\w+)"', page.text)[1]


def post(client, address, **typed):
    """Post a form as somebody who has just opened it."""
    return client.post(address, data=typed | {"based_on": based_on(client.get(address))})


@pytest.mark.both_databases
def test_every_save_is_kept_with_its_words_for_good(by):
    own = sound(by)
    change(by, own, purpose="Get every key back.")
    ready(by, own)

    kept = queries.saves_of(own)
    assert [(save.number, save.version, save.status, save.words) for save in kept] == [
        (4, 1, OwnClauseStatus.READY, "First version"),
        (3, 1, OwnClauseStatus.ASKED, "First version"),
        (2, 1, OwnClauseStatus.DRAFT, "Changed"),
        (1, 1, OwnClauseStatus.DRAFT, "Begun"),
    ]
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text("UPDATE own_clause_version SET words = 'x'"))


@pytest.mark.both_databases
def test_tenders_go_on_with_the_last_ready_version_while_the_next_is_written(by):
    own = sound(by)
    assert queries.ready_clauses(by.organisation_id) == []
    ready(by, own)
    change(by, own, title="Keys and fobs")

    assert own.version == 2
    (frozen,) = queries.ready_clauses(by.organisation_id)
    assert (frozen["id"], frozen["version"], frozen["title"]) == ("HOL-C01", 1, "Keys to cabinets")

    ready(by, own, "Fobs too")
    (frozen,) = queries.ready_clauses(by.organisation_id)
    assert (frozen["version"], frozen["title"]) == (2, "Keys and fobs")

    service.retire_clause(own, "No more keys", by=by)
    assert queries.ready_clauses(by.organisation_id) == []
    with pytest.raises(service.ClauseRetired):
        change(by, own, title="Again")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(by):
    own = sound(by)
    seen = fingerprint(own.raw)
    change(by, own, title="Other")

    with pytest.raises(service.ClauseChangedMeanwhile):
        service.change_clause(own, lambda raw: raw, by=by, based_on=seen, words="x")
    assert own.raw["title"] == "Other"


def test_a_clause_that_is_not_sound_cannot_be_made_ready(by):
    rows = [{"text": "The Supplier shall return {keys}.", "depths": ["standard"]}]
    own = service.create_clause("Keys", by=by, start=SOUND | {"text": rows, "purpose": ""})

    with pytest.raises(service.ClauseNotSound):
        ready(by, own)

    faults = [(fault.place, fault.says) for fault in queries.examined(own, shipped_bank()).faults]
    assert faults == [
        ("about", "Say what the clause is for"),
        ("1", "HOL-C01.1: {keys} is no variable it can refer to"),
        ("values", "HOL-C01: the variable ‘return_days’ is never used; remove it or use it"),
        ("1", "HOL-C01.1: write “must”, not “shall”"),
    ]


def test_a_term_that_has_a_meaning_already_cannot_be_defined_again(by):
    own = sound(by)
    change(by, own, defines={"Council Data": "something else"})

    says = [fault.says for fault in queries.examined(own, shipped_bank()).faults]
    assert "HOL-C01: ‘Council Data’ is already defined in the library’s definitions" in says


@pytest.mark.parametrize("clause", sorted(shipped_library().topics))
def test_a_copy_of_a_clause_of_the_library_says_the_same_in_every_depth(clause):
    topic = shipped_library().topics[clause]
    entry = next(one for one in raw_library()["clauses"] if one["id"] == clause)

    copied = read_topic(as_content("HOL-C01", 1, kept_from(entry)))

    for depth, places in topic.depths.items():
        assert [copied.text[at] for at in copied.places(depth)] == [topic.text[at] for at in places]
    assert (copied.variables, copied.included_when) == (topic.variables, topic.included_when)


def test_a_clause_is_written_in_forms_and_agreed_to(client, client_for, by, reviewer):
    page = client.post("/clauses/own/new", data={"title": "Keys to cabinets", "copied": ""})
    (own,) = queries.own_clauses(by.organisation_id)
    at = f"/clauses/own/{own.token}"
    assert page.headers["Location"] == at

    post(
        client,
        f"{at}/about",
        title="Keys to cabinets",
        purpose="Get the keys back.",
        otherwise="There are no cabinets.",
        note="Ask the highways team.",
        defines="Cabinet: a box in a street that holds Devices",
    )
    post(client, f"{at}/values/new", label="Working Days to return keys", kind="days")
    name = "working_days_to_return_keys"
    post(
        client,
        f"{at}/values/{name}",
        label="Working Days to return keys",
        default="5",
        limit="at_most",
        limit_value="10",
        deviation="Keys are returned later than we accept",
    )
    post(
        client,
        f"{at}/sub-clauses/1",
        text=f"The Supplier must return the keys of each Cabinet within {{{name}}} Working Days.",
        depths=["short", "standard", "enhanced"],
        who="supplier",
        what="Return all keys",
        timing="within_working_days",
        at=name,
        of="end",
        evidence="Receipt for the keys",
    )
    test = f"{at}/conditions/clause/test?subject=tender.public_space_devices"
    post(client, test, operator="in", options=["yes"])
    post(client, f"{at}/conditions/clause/test?subject=risk", risks=["R13"])
    page = client.get(at)
    assert "Nothing is wrong with it." in page.text
    assert "the register holds R13" in page.text

    page = client.post(f"{at}/ready", data={"words": "First", "based_on": based_on(page)})

    assert page.status_code == 302
    assert queries.ready_clauses(by.organisation_id) == []
    page = client_for(reviewer).get(at)
    agreed = {"decision": "agree", "based_on": based_on(page)}
    assert client_for(reviewer).post(f"{at}/decision", data=agreed).status_code == 302
    (frozen,) = queries.ready_clauses(by.organisation_id)
    assert frozen == {
        "id": "HOL-C01",
        "version": 1,
        "title": "Keys to cabinets",
        "purpose": "Get the keys back.",
        "otherwise": "There are no cabinets.",
        "note": "Ask the highways team.",
        "defines": {"Cabinet": "a box in a street that holds Devices"},
        "variables": {
            name: {
                "label": "Working Days to return keys",
                "kind": "days",
                "from": [{"default": 5}],
                "minimum": {"at_most": 10, "deviation": "Keys are returned later than we accept"},
            }
        },
        "included_when": {
            "all": [{"fact": "public_space_devices", "is": "yes"}, {"risk": ["R13"]}]
        },
        "depths": {
            "standard": [
                {
                    "text": "The Supplier must return the keys of each Cabinet within "
                    f"{{{name}}} Working Days.",
                    "obligation": {
                        "who": "supplier",
                        "what": "Return all keys",
                        "evidence": "Receipt for the keys",
                        "within_working_days": name,
                        "of": "end",
                    },
                }
            ],
            "short": [{"use": "standard", "only": [1]}],
            "enhanced": [{"use": "standard", "only": [1]}],
        },
    }
    assert client.get(f"{at}/printed?depth=short").status_code == 200
    assert client.get(f"{at}/saved/4").status_code == 200


def test_what_was_typed_stays_when_it_cannot_be_saved(client, by):
    own = sound(by)
    at = f"/clauses/own/{own.token}/sub-clauses/1"

    page = client.post(
        at,
        data={"text": "Return every key.", "depths": ["short"], "who": "supplier", "based_on": "x"},
    )

    assert page.status_code == 422
    assert "Return every key." in page.text
    assert "Somebody changed this clause while you had it open." in page.text
    assert own.raw == SOUND


def test_sub_clauses_move_and_go_and_values_go(client, by):
    own = sound(by)
    at = f"/clauses/own/{own.token}"

    def press(address, **typed):
        stamp = based_on(client.get(f"{at}/about"))
        return client.post(f"{at}/{address}", data=typed | {"based_on": stamp})

    press("sub-clauses/2/move", to="up")
    assert own.raw["text"][0]["text"] == "The Supplier must not copy a key."
    press("sub-clauses/1/remove")
    assert len(own.raw["text"]) == 1
    press("values/return_days/remove")
    assert own.raw["variables"] == {}
    assert press("sub-clauses/9/move", to="up").status_code == 404


def test_another_authority_and_suppliers_never_see_an_own_clause(client_for, by):
    own = sound(by)
    other = client_for(make_person(Role.OFFICER, make_authority("Otherby Council")))

    for page in ("", "/about", "/printed", "/saved/1", "/sub-clauses/1", "/values/return_days"):
        assert other.get(f"/clauses/own/{own.token}{page}").status_code == 404
    assert "Keys to cabinets" not in other.get("/clauses/own").text
    assert client_for(make_person(Role.BID_LEAD)).get("/clauses/own").status_code == 403


@pytest.mark.parametrize("typed", ["", "x" * 5000, "{", "{annex:none}", "a\x00b", "[b](http://x)"])
def test_no_words_of_a_sub_clause_break_a_page(client, by, typed):
    own = sound(by)
    at = f"/clauses/own/{own.token}"

    page = post(client, f"{at}/sub-clauses/1", text=typed, depths=["standard"], who="")

    assert page.status_code in (302, 400, 422)
    assert client.get(at).status_code == 200


def test_an_authority_freezes_its_own_ready_clauses_and_no_others(by, officer):
    ready(by, sound(by))
    stranger = make_person(Role.OFFICER, make_authority("Otherby Council"))
    theirs, ours = (make_tender(person, closes_at=CLOSES_AT) for person in (stranger, officer))
    ids = [f"C{number:02}" for number in range(1, 31)]

    # In turn, so that whatever is kept for one would show with the other.
    for _again in range(2):
        for tender, own in ((ours, ["HOL-C01"]), (theirs, [])):
            libraries = frozen_libraries(tender)
            assert [c["id"] for c in loaded(libraries)["clauses"]["clauses"]] == ids + own
            clauses = json.loads(written(libraries))["clauses"]["clauses"]
            assert [clause["id"] for clause in clauses] == ids + own
    assert [clause["id"] for clause in raw_library()["clauses"]] == ids


def test_the_page_that_publishes_names_the_clauses_it_freezes(by, officer, client_for):
    own = sound(by)
    tender = make_tender(officer, closes_at=CLOSES_AT, facts={"contract_depth": "enhanced"})
    at = f"/tenders/{tender.token}/publish"

    page = " ".join(client_for(officer).get(at).text.split())
    assert "30 clauses, version 2026." in page
    assert "in the enhanced depth. None of them is your own." in page

    ready(by, own)
    page = " ".join(client_for(officer).get(at).text.split())
    assert "31 clauses, version 2026." in page
    assert "Your own among them:<br>HOL-C01 Keys to cabinets, version 1<br>" in page
    assert (
        "HOL-C01 Keys to cabinets" in client_for(officer).get(f"/tenders/{tender.token}/terms").text
    )


def test_a_later_version_is_frozen_by_later_tenders_only(by, officer):
    own = sound(by)
    ready(by, own)
    first = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    tenders.publish_tender(first, by=by, libraries=frozen_libraries(first))
    change(by, own, title="Keys and fobs")
    ready(by, own)
    second = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    tenders.publish_tender(second, by=by, libraries=frozen_libraries(second))

    titles = [
        json.loads(frozen_text(tender))["libraries"]["clauses"]["clauses"][-1]["title"]
        for tender in (first, second)
    ]
    assert titles == ["Keys to cabinets", "Keys and fobs"]


@pytest.fixture
def tender(officer, by):
    ready(by, sound(by))
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    tenders.publish_tender(tender, by=by, libraries=frozen_libraries(tender))
    return tender


def test_an_own_clause_goes_the_whole_way_to_an_obligation(
    client_for, make_bid, opened, officer, tender, at
):
    client = client_for(officer)
    terms = client.get(f"/tenders/{tender.token}/terms").text
    assert "HOL-C01 Keys to cabinets" in terms
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))

    schedule = scheduled_bid(viewer_of(officer), bid.token, to=Permission.SCHEDULE_READ).schedule
    clause = next(one for one in schedule.clauses if one.id == "HOL-C01")
    assert clause.number == max(one.number for one in schedule.clauses)
    client = client_for(officer)
    for page in ("", "/clauses/HOL-C01", "/preview/HOL-C01"):
        shown = client.get(f"/schedules/{bid.token}{page}")
        assert (page, shown.status_code, shown.text.count("Keys to cabinets") > 0) == (
            page,
            200,
            True,
        )
    written = client.get(f"/schedules/{bid.token}/schedule.docx")
    assert written.status_code == 200
    lines = [line.text for line in Document(io.BytesIO(written.data)).paragraphs]
    assert "Keys to cabinets" in lines
    assert "The Supplier must return all keys within 5 Working Days." in lines

    seen = contracting.contract_with(bid, officer)

    (kept,) = [one for one in seen.obligations if one.wording.what == "Return all keys"]
    assert kept.wording.evidence == "Receipt for the keys"


@pytest.mark.parametrize("many", [2, 12])
def test_the_pages_send_as_few_statements_for_many_clauses(client, by, statements_counted, many):
    made = [sound(by, f"Clause {number}") for number in range(many)]
    for own in made:
        ready(by, own)

    counts = []
    one = f"/clauses/own/{made[0].token}"
    for address in ("/clauses/own", one, "/clauses", "/clauses/changes"):
        with statements_counted() as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    assert counts == COUNTS


COUNTS = [3, 6, 1, 2]


def test_nothing_of_a_version_is_lost(by):
    own = sound(by)
    ready(by, own)

    kept = db.session.query(OwnClauseVersion).filter_by(own_clause_id=own.id).all()
    assert [save.raw for save in kept] == [SOUND, SOUND, SOUND]


def test_whoever_wrote_a_version_cannot_agree_to_it(by, officer, reviewer, client_for):
    colleague = colleague_of(by)
    own = sound(by)
    change(viewer_of(reviewer), own, purpose="Get every key back.")
    ask(by, own)

    for writer in (officer, reviewer):
        with pytest.raises(service.ClauseNotAgreed):
            agree(own, writer)
    assert queries.ready_clauses(by.organisation_id) == []
    page = client_for(officer).get(f"/clauses/own/{own.token}").text
    assert f"has to agree: {colleague.name}." in page
    assert 'name="decision"' not in page
    assert 'name="decision"' in client_for(colleague).get(f"/clauses/own/{own.token}").text

    agree(own, colleague)
    assert [one["id"] for one in queries.ready_clauses(by.organisation_id)] == ["HOL-C01"]
    # The next version counts its own writers.
    change(viewer_of(colleague), own, purpose="Get the keys back.")
    ask(viewer_of(colleague), own)
    with pytest.raises(service.ClauseNotAgreed):
        agree(own, colleague)
    agree(own, reviewer)
    assert own.version == 2


def test_a_clause_that_is_sent_back_or_changed_is_a_draft_again(by, reviewer, client_for):
    own, client = sound(by), client_for(reviewer)
    ask(by, own)
    at = f"/clauses/own/{own.token}"
    typed = {"decision": "back", "based_on": based_on(client.get(at))}

    refused = client.post(f"{at}/decision", data=typed)
    assert refused.status_code == 422
    assert "Enter what has to change first" in refused.text
    assert client.post(f"{at}/decision", data=typed | {"reason": "Say which"}).status_code == 302
    assert (own.status, queries.saves_of(own)[0].words) == ("draft", "Sent back: Say which")

    ask(by, own)
    change(by, own, title="Keys and fobs")
    assert (own.status, own.version) == (OwnClauseStatus.DRAFT, 1)
    with pytest.raises(service.ClauseNotAgreed):
        agree(own, reviewer)
    ask(by, own)
    # Who sent it back wrote nothing of it.
    agree(own, reviewer)
    assert own.status is OwnClauseStatus.READY


def test_nobody_agrees_to_words_that_changed_while_the_page_was_open(by, reviewer, client_for):
    own = sound(by)
    ask(by, own)
    at = f"/clauses/own/{own.token}"
    seen = based_on(client_for(reviewer).get(at))
    change(by, own, title="Other")
    ask(by, own)

    page = client_for(reviewer).post(f"{at}/decision", data={"decision": "agree", "based_on": seen})

    assert page.status_code == 422
    assert "somebody changed the clause" in page.text
    assert own.status is OwnClauseStatus.ASKED


def test_the_page_shows_defaults_and_minimum_positions_with_their_units(client, by):
    own = sound(by)
    change(
        by,
        own,
        variables=SOUND["variables"]
        | {"cover": {"label": "least cover", "kind": "money", "from": [{"default": 5000000}]}},
    )

    page = client.get(f"/clauses/own/{own.token}").text

    assert "From the council’s default, 5 Working Days." in page
    assert "<strong>Accepted:</strong> 10 Working Days at most." in page
    assert "From the council’s default, £5,000,000." in page


def test_a_ready_clause_says_when_it_no_longer_fits_what_stands_beside_it(client, by, reviewer):
    first, second = sound(by), sound(by, "Keys again")
    for own, meaning in ((first, "a box in a street"), (second, "a box in a park")):
        change(by, own, defines={"Cabinet": meaning}, text=[USING_CABINET, *SOUND["text"]])
    # Both were put to a reviewer before either was there to clash with.
    ready(by, first)
    with pytest.raises(service.ClauseNotSound):
        ask(by, second)
    page = client.get(f"/clauses/own/{first.token}").text
    assert "What no longer fits" not in page

    # What the library calls a Device since: a term that the clause defines too.
    change(by, first, defines={"Council Data": "keys"})
    with transaction():
        first.status = OwnClauseStatus.READY
    page = client.get(f"/clauses/own/{first.token}").text

    assert "What no longer fits" in page
    assert "‘Council Data’ is already defined in the library’s definitions" in page


USING_CABINET = {
    "text": "The Supplier must lock each Cabinet.",
    "depths": ["short", "standard", "enhanced"],
}
