"""Nothing that goes to one bidder holds a byte of another's bid, or of what colleagues wrote."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from foundation.mail import Message
from scoring import service
from scoring.rules.letters import Exemption, Withheld
from supplier_portal.models import Bid
from tests import deciding as steps
from tests.evaluating import agree_all
from tests.factories import make_person, viewer_of
from tests.pages.scoring.conftest import (  # noqa: F401 (fixtures)
    authority,
    evaluated,
    evaluator,
    make_bid,
    officer,
    opened,
    tender,
)

pytestmark = pytest.mark.slow

NAMES = ("Larkfield", "Rook", "Wren")
HOW = "It describes how the bidder works"
MARKS = {"Larkfield": 5, "Rook": 3, "Wren": 2}
# What nobody outside reads, by where it is written.
INSIDE = {
    "reason": "Inside-Reason-4711",
    "internal": "Inside-Comment-0815",
    "decision": "Inside-Decision-1234",
    "recommendation": "Inside-Recommendation-5678",
    "refused": "Inside-Draft-9876",
}


def canary(name, where):
    return f"Canary-{name}-{where}-Xq"


def words(name):
    """Return what is written about each mark of a bid."""

    def of(question_id):
        return {
            "reason": f"{question_id} rests on {INSIDE['reason']} for {name}",
            "feedback": f"{canary(name, 'feedback')} on {question_id}, {canary(name, 'withheld')}",
            "internal_comment": INSIDE["internal"],
        }

    return of


@pytest.fixture
def decided(tender, make_bid, opened, evaluated, officer):  # noqa: F811
    """Three bids with a canary in every free text; each was asked something; Larkfield won."""
    by = viewer_of(officer)
    bids = {name: make_bid(name, text=canary(name, "answer")) for name in NAMES}
    opened()
    for name, bid in bids.items():
        agree_all(bid, MARKS[name], by=by, words=words(name))
        asked = service.ask_bidder(
            evaluated(bid),
            "",
            canary(name, "asked"),
            clock.now() + timedelta(days=2),
            by=by,
            arrived_at=clock.now(),
        )
        service.answer_council(
            db.session.get_one(Bid, bid.id),
            asked.token,
            canary(name, "reply"),
            by=viewer_of(member(bid)),
            arrived_at=clock.now(),
        )
        because = f"{INSIDE['decision']}: it explains an answer"
        service.decide_answer(evaluated(bid), asked.token, True, because, by=by)
        for found in evaluated(bid).waiting:
            passed = service.GivenDecision(
                passed=True, reason=f"Passed: {INSIDE['decision']}", based_on=0
            )
            service.decide_requirement(evaluated(bid), found, passed, by=by)
    second = steps.colleague(tender)
    outcomes = {bid.token: name == "Larkfield" for name, bid in bids.items()}
    steps.recommend(
        tender, officer, outcomes, reason=f"{INSIDE['recommendation']}: the best of all three bids"
    )
    steps.approve(tender, second)
    why = {bid.token: f"{canary(name, 'why')} in the letter" for name, bid in bids.items()}
    # What a letter said in an earlier version goes to nobody.
    steps.write_letters(tender, officer, dict.fromkeys(why, INSIDE["refused"]))
    left_out = tuple(
        Withheld(question, canary("Larkfield", "withheld"), Exemption.COMMERCIAL, HOW)
        for question in evaluated(bids["Larkfield"]).to_mark
    )
    steps.write_letters(tender, officer, why, left_out)
    steps.read_letters(tender, second)
    service.release_results(tender, by=by)
    return bids


def member(bid):
    return make_person(Role.BID_LEAD, db.session.get_one(Bid, bid.id).supplier)


def every_byte(data):
    """Return all there is in a file: of a package every member, its name and its comment too."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.comment.decode("latin-1")]
        for info in package.infolist():
            text = package.read(info).decode("utf-8", "replace")
            # Word may cut a word into runs: read it without its tags too.
            parts += [info.filename, info.comment.decode("latin-1"), text]
            parts.append(re.sub(r"<[^>]*>", "", text))
        return "\n".join(parts)


def everything_for(bid, client_for):
    """Return all that reaches one bidder after the release, by where."""
    person = member(bid)
    web = client_for(person)
    mine = f"/evaluation/my-bids/{bid.token}"
    found = {
        page: every_byte(web.get(f"{mine}/{page}").data)
        for page in ("result", "result.json", "result.docx", "after")
    }
    found["list"] = web.get("/opportunities").text
    found["mails"] = "\n".join(
        f"{one.subject}\n{one.text}"
        for one in db.session.scalars(select(Message).where(Message.kind == "bid.result_released"))
    )
    return found


def test_what_one_bidder_gets_holds_nothing_of_another_bid(decided, client_for):
    others_told = {"feedback"}
    for name, bid in decided.items():
        told = everything_for(bid, client_for)
        for other in NAMES:
            if other == name:
                continue
            for where in ("answer", "asked", "reply", "why", "withheld", "feedback"):
                # The law wants the successful bid's explanations for the others.
                lawful = other == "Larkfield" and where in others_told
                found = {page for page, text in told.items() if canary(other, where) in text}
                expected = {"result", "result.json", "result.docx"} if lawful else set()
                assert (name, other, where, found) == (name, other, where, expected)
        losers = {other for other in NAMES if other not in (name, "Larkfield")}
        assert [other for other in losers for text in told.values() if other in text] == []


def test_what_bidders_get_holds_nothing_colleagues_wrote_for_themselves(decided, client_for):
    for bid in decided.values():
        told = everything_for(bid, client_for)
        found = {
            (page, where)
            for page, text in told.items()
            for where, words_inside in INSIDE.items()
            if words_inside in text
        }
        assert found == set()


def test_each_bidder_gets_its_own_words_whole(decided, client_for):
    for name, bid in decided.items():
        told = everything_for(bid, client_for)
        for page in ("result", "result.json", "result.docx"):
            assert canary(name, "feedback") in told[page]
            assert canary(name, "withheld") in told[page]
            assert (canary(name, "why") in told[page]) is (name != "Larkfield")


def test_the_document_holds_no_comment_no_hidden_text_and_no_author(decided, client_for):
    bid = decided["Rook"]
    data = client_for(member(bid)).get(f"/evaluation/my-bids/{bid.token}/result.docx").data

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        document = package.read("word/document.xml").decode()
        properties = package.read("docProps/core.xml").decode()

    assert [name for name in names if "comment" in name or "footnote" in name] == []
    assert "<w:vanish" not in document
    assert re.search(r"<dc:creator>([^<]*)</dc:creator>|<dc:creator/>", properties)[1] in (None, "")
