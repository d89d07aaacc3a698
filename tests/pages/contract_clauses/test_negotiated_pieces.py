"""A clause that came back is decided in parts: some accepted, others not, each by somebody."""

# ruff: noqa: F811  (fixtures, as they are asked for)

from __future__ import annotations

import html
import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.models import NegotiatedDecision
from contract_clauses.service.issuing import ways_in
from foundation.audit import AuditEntry
from foundation.database import db
from scoring.models import Reopening, ReopeningSettled
from scoring.service.reopening import settle
from tests import contracting
from tests.beginnings import step
from tests.documents.contract_clauses.coming_back import Edited
from tests.factories import make_authority, make_person, viewer_of
from tests.pages.contract_clauses.test_negotiated import (  # noqa: F401  (fixtures)
    bid,
    decide,
    facts,
    issued,
    page,
    reviewer,
    send,
    tender,
    version_of,
)

OURS = "The Supplier tells the Council by telephone first."
SECOND = "It says who called."


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def part(client, bid, version, clause, ref, decision="accept", **more):
    return decide(client, bid, version, f"{clause}/{ref}", decision, **more)


@pytest.fixture
def sent(client_for, bid, issued, officer):
    """A file with four changes in one clause: two reworded, one out, two in."""
    return step(
        "four changes", bid, officer, make=lambda: changed(client_for, bid, issued, officer)
    )


def changed(client_for, bid, issued, officer):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    edited.say("SA_C13_8", "must report its cause", "should report its cause")
    edited.take_out("SA_C13_5")
    edited.add_after("SA_C13_4", SECOND)
    edited.add_after("SA_C13_4", OURS)
    return version_of(send(client_for(officer), bid, edited.saved()))


def redraft(bid, officer):
    return contracting.read(bid, officer).redrafts.get("C13")


def waits(bid, officer):
    return [way for way in ways_in(contracting.read(bid, officer)) if way.kind == "negotiated"]


@pytest.mark.both_databases
def test_some_of_a_clause_is_accepted_and_the_rest_is_not(client_for, bid, sent, officer, reviewer):
    client = client_for(officer)
    seen = words(client.get(page(bid, sent)))
    assert "Decide on the whole clause" in seen

    done = part(client, bid, sent, "C13", "7", reason="Clearer so")

    assert done.status_code == 302
    assert list(redraft(bid, officer).changed) == ["7"]
    assert (redraft(bid, officer).removed, redraft(bid, officer).added) == (frozenset(), ())
    # The rest of the clause waits, and so does the issue.
    assert len(waits(bid, officer)) == 1
    assert "1 waits for a decision" in words(client.get(page(bid, sent)))

    refused = part(client, bid, sent, "C13", "8", "refuse", based_on="1", reason="A duty stays one")
    rest = decide(client, bid, sent, "C13", "accept", based_on="2", reason="Agreed on Monday")

    assert (refused.status_code, rest.status_code) == (302, 302)
    stands = redraft(bid, officer)
    assert (list(stands.changed), stands.removed) == (["7"], {"5"})
    assert [(one.after, one.words.text) for one in stands.added] == [("4", OURS), ("4", SECOND)]
    assert waits(bid, officer) == []
    after = words(client.get(page(bid, sent)))
    assert "Everything is decided." in after
    for said in ("Clearer so", "A duty stays one", "Agreed on Monday", "by Ines Roy"):
        assert said in after
    kept = db.session.scalars(select(NegotiatedDecision).order_by(NegotiatedDecision.number)).all()
    assert [(one.clause, one.number, one.accepted, one.reason) for one in kept] == [
        ("C13:7", 1, True, "Clearer so"),
        ("C13:8", 2, False, "A duty stays one"),
        ("C13", 3, True, "Agreed on Monday"),
    ]
    # The record names what was decided on, and holds hashes of the words alone.
    noted = [
        json.loads(entry.details)
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if entry.action.startswith("schedule.negotiated_")
    ]
    assert [one["clause"] for one in noted] == ["C13:7", "C13:8", "C13"]
    assert "Clearer so" not in str(noted)


def test_what_was_accepted_in_parts_goes_to_word_as_tracked_changes_and_comes_back_as_ours(
    client_for, bid, sent, officer
):
    client = client_for(officer)
    part(client, bid, sent, "C13", "7")
    part(client, bid, sent, "C13", "new1", based_on="1")

    data = client.get(f"/schedules/{bid.token}/schedule.docx?with=departures").data

    with ZipFile(BytesIO(data)) as package:
        body = package.read("word/document.xml").decode()
    put_in = "".join(re.findall(r"<w:ins .*?</w:ins>", body, re.S))
    taken_out = "".join(re.findall(r"<w:del .*?</w:del>", body, re.S))
    assert (OURS in put_in, "inform" in put_in, SECOND in body) == (True, True, False)
    assert ("tell" in taken_out, "should" in put_in) == (True, False)
    # Sent back untouched, nothing of it is a change of theirs.
    again = version_of(send(client, bid, data))
    assert "Every clause says what it said" in words(client.get(page(bid, again)))


def test_parts_put_in_one_after_another_stand_in_the_order_of_the_file(
    client_for, bid, sent, officer
):
    client = client_for(officer)

    part(client, bid, sent, "C13", "new2")
    part(client, bid, sent, "C13", "new1", based_on="1")

    assert [one.words.text for one in redraft(bid, officer).added] == [OURS, SECOND]


def test_a_value_that_stands_twice_becomes_one_with_the_last_part_that_has_it(
    client_for, bid, issued, officer
):
    edited, found = Edited(issued), contracting.read(bid, officer).schedule.clause("C13")
    keys = [p.key for p in found.paragraphs if "4 hours" in p.text]
    for key in keys:
        edited.say(f"SA_C13_{key}", "4 hours", "6 hours")
    client = client_for(officer)
    version = version_of(send(client, bid, edited.saved()))

    if len(keys) == 1:
        decide(client, bid, version, "C13")
    for number, key in enumerate(keys if len(keys) > 1 else ()):
        part(client, bid, version, "C13", key, based_on=str(number))

    assert contracting.read(bid, officer).values["C13", "notify_hours"].value == "6"


def test_a_part_is_not_accepted_twice_and_not_without_a_reason_or_over_somebody(
    client_for, bid, sent, officer
):
    client = client_for(officer)
    assert part(client, bid, sent, "C13", "7", reason=" ").status_code == 422
    # Somebody decides on the whole clause meanwhile.
    decide(client, bid, sent, "C13", "refuse")
    late = part(client, bid, sent, "C13", "7")
    assert (late.status_code, "Somebody decided on this while you were reading" in words(late)) == (
        422,
        True,
    )

    assert part(client, bid, sent, "C13", "7", based_on="1").status_code == 302
    again = part(client, bid, sent, "C13", "7", "refuse", based_on="2")
    assert "its words are in the draft already" in words(again)
    assert len(db.session.scalars(select(NegotiatedDecision)).all()) == 2


@pytest.mark.parametrize("ref", ["99", "C13", "7%3A7", "heading", "new3", "x" * 400])
def test_a_part_there_is_not_is_not_found(client_for, bid, sent, officer, ref):
    client = client_for(officer)

    assert client.get(page(bid, sent, "clauses", "C13", ref)).status_code == 404
    assert part(client, bid, sent, "C13", ref).status_code == 404
    assert redraft(bid, officer) is None


def test_others_decide_on_no_part(client_for, bid, sent, officer, authority):
    stranger = client_for(make_person(Role.OFFICER, make_authority()))
    auditor = client_for(make_person(Role.AUDITOR, authority))

    assert part(stranger, bid, sent, "C13", "7").status_code == 404
    assert part(auditor, bid, sent, "C13", "7").status_code == 403
    assert redraft(bid, officer) is None


@pytest.fixture
def held(bid, officer, monkeypatch):
    """Two risks of the register, as if the clause held them down."""
    standing = sorted(r.risk_id for r in contracting.read(bid, officer).evaluated.risks if r.stands)
    risks = tuple(standing[:2])
    for room in ("service", "views"):
        place = f"contract_clauses.{room}.negotiated.risks_held_down"
        monkeypatch.setattr(place, lambda found: {"C13": risks})
    return risks


def test_the_page_names_the_risks_that_reopen_before_and_the_record_after(
    client_for, held, bid, sent, officer
):
    client, by = client_for(officer), viewer_of(officer)
    titles = contracting.read(bid, officer).evaluated.questionnaire.bank.risks
    tokens = {r.risk_id: r.row.token for r in contracting.read(bid, officer).evaluated.risks}
    before = client.get(page(bid, sent, "clauses", "C13"))
    for risk in held:
        link = rf'href="[^"]*{tokens[risk]}[^"]*">{risk} {re.escape(titles[risk].title)}'
        assert re.search(link, html.unescape(before.text))
    assert "If you accept, each of them has to be looked at again" in words(before)
    assert "since" in words(before)

    # Somebody looks at them before the clause is accepted: accepting reopens them.
    for one in db.session.scalars(select(Reopening)):
        settle(one, "Still held down", by=by)
    asked = words(client.get(page(bid, sent, "clauses", "C13", "7")))
    assert "will be reopened" in asked
    assert "Looked at before: Still held down" in asked
    part(client, bid, sent, "C13", "7")

    opened = db.session.scalars(
        select(Reopening.subject)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .where(ReopeningSettled.id.is_(None))
        .order_by(Reopening.subject)
    ).all()
    assert opened == list(held)
    after = words(client.get(page(bid, sent)))
    assert after.count("to be looked at again since") == len(held)


def test_a_refused_part_beside_an_accepted_one_leaves_its_risks_open(
    client_for, held, bid, sent, officer
):
    client = client_for(officer)
    part(client, bid, sent, "C13", "7")
    decide(client, bid, sent, "C13", "refuse", based_on="1")
    assert db.session.scalars(select(ReopeningSettled)).all() == []


def test_when_every_part_is_refused_by_itself_its_risks_are_settled(
    client_for, held, bid, sent, officer
):
    client = client_for(officer)
    for number, ref in enumerate(("7", "8", "5", "new1", "new2")):
        assert db.session.scalars(select(ReopeningSettled)).all() == []
        done = part(client, bid, sent, "C13", ref, "refuse", based_on=str(number))
        assert done.status_code == 302, words(done)

    assert len(db.session.scalars(select(ReopeningSettled)).all()) == len(held)
    whole = decide(client, bid, sent, "C13", "accept", based_on="5")
    assert "each part of it is decided by itself" in words(whole)
