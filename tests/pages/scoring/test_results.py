"""Results: previewed, released to all at once, and each bidder reads its own."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from scoring import service
from scoring.models import AgreedMark, BidResult
from scoring.rules.letters import Exemption, Withheld
from supplier_portal.models import Bid
from tenders.rules.lifecycle import Stage
from tests import deciding
from tests.evaluating import agree_all
from tests.factories import make_authority, make_person, viewer_of

pytestmark = pytest.mark.slow

INTERNAL = "Hidden-Remark-0815"
REASONS = "Secret-Reason-4711"


@pytest.fixture
def bids(make_bid, opened):
    """Larkfield is good, Rook is not; each wrote words of its own."""
    made = {
        "Larkfield": make_bid("Larkfield", text="Larkfield-Answer-1"),
        "Rook": make_bid("Rook", text="Rook-Answer-2"),
    }
    opened()
    return made


@pytest.fixture
def mark(evaluated, officer):
    def marked(bid, number, *, feedback=True):
        read, by = evaluated(bid), viewer_of(officer)
        agree_all(
            bid,
            number,
            by=by,
            words=lambda question_id: {
                "reason": f"{question_id} rests on {REASONS} and nothing else",
                "feedback": f"Feedback-{read.name}-{question_id}" if feedback else "",
                "internal_comment": INTERNAL,
            },
        )
        for entry in evaluated(bid).waiting:
            given = service.GivenDecision(
                passed=True, reason="Passed, as the answer shows it", based_on=0
            )
            service.decide_requirement(evaluated(bid), entry, given, by=by)

    return marked


@pytest.fixture
def assessed(bids, mark):
    mark(bids["Larkfield"], 5)
    mark(bids["Rook"], 3)
    return bids


WHY = "The other bid earned more"


def outcomes(bids):
    return {bids["Larkfield"].token: True, bids["Rook"].token: False}


@pytest.fixture
def release(tender, assessed, officer):
    def released(**more):
        deciding.release(
            tender, officer, outcomes(assessed), why={assessed["Rook"].token: WHY}, **more
        )
        return assessed

    return released


def member(bid, role=Role.BID_LEAD):
    return make_person(role, db.session.get_one(Bid, bid.id).supplier)


def page_of(tender):
    return f"/evaluation/tenders/{tender.token}/results"


def mine(bid, rest):
    return f"/evaluation/my-bids/{bid.token}/{rest}"


def test_before_the_opening_there_is_no_such_page(client_for, officer, tender, make_bid):
    make_bid("Larkfield")
    web = client_for(officer)

    assert web.get(page_of(tender)).status_code == 404
    assert web.post(page_of(tender)).status_code == 404


def test_what_is_missing_is_listed_and_nothing_is_recommended(
    client_for, officer, tender, bids, mark
):
    mark(bids["Larkfield"], 5, feedback=False)
    web = client_for(officer)

    page = web.get(page_of(tender)).text

    questions = list(dict.fromkeys(re.findall(r"/questions/([A-Z]+-\d+)", page)))
    listed = " ".join(re.sub(r"<[^>]*>", " ", page.partition('id="missing"')[2]).split())
    count = len(questions)
    assert count > 5
    assert "The quality of every bid is not agreed yet" in listed
    assert f"Larkfield: {count} to do {count} questions have no feedback for the bidder:" in listed
    of_rook = listed.partition("Rook: ")[2]
    assert re.match(r"\d+ to do ", of_rook)
    assert f"{count} questions have no mark:" in of_rook
    assert page.count("<h3") == 2
    with pytest.raises(service.NotReady, match="something is missing"):
        service.recommend(tender, {}, deciding.REASON, read="", by=viewer_of(officer))
    assert tender.stage is Stage.EVALUATING
    assert db.session.scalars(select(BidResult)).all() == []


def test_a_mark_below_the_top_says_why_not_higher(client_for, officer, tender, assessed, evaluated):
    # As a mark from before there was such a field.
    row = evaluated(assessed["Rook"]).marks["SLP-05"]
    with transaction():
        db.session.add(
            AgreedMark(
                bid_id=row.bid_id,
                question_id="SLP-05",
                number=row.number + 1,
                mark=3,
                reason=row.reason,
                feedback=row.feedback,
                why_not_higher="",
                internal_comment="",
                why_moved="",
                suggested=3,
                points={},
                present=[],
                considered=[],
                warned=[],
                reopened_because="It was read again",
                signed_by_id=officer.id,
                signed_at=clock.now(),
            )
        )

    page = client_for(officer).get(page_of(tender)).text

    listed = " ".join(re.sub(r"<[^>]*>", " ", page.partition('id="missing"')[2]).split())
    assert "Rook: 1 to do 1 question does not say why not higher: SLP-05" in listed


def test_a_question_to_a_bidder_that_waits_stands_in_the_way(
    client_for, officer, tender, assessed, evaluated
):
    service.ask_bidder(
        evaluated(assessed["Rook"]),
        "",
        "What do you mean?",
        clock.now() + timedelta(days=2),
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )

    page = client_for(officer).get(page_of(tender)).text

    listed = " ".join(re.sub(r"<[^>]*>", " ", page.partition('id="missing"')[2]).split())
    assert "Rook: 1 to do A question to the bidder: waiting for the bidder" in listed


def test_a_bidder_reads_its_own_result_and_the_successful_bids_marks(client_for, release):
    bids = release()
    rook = client_for(member(bids["Rook"]))

    after = rook.get(mine(bids["Rook"], "after")).text
    result = rook.get(mine(bids["Rook"], "result")).text
    data = json.loads(rook.get(mine(bids["Rook"], "result.json")).text)

    assert "Your bid was not successful" in after
    assert "The council has decided" in after
    assert "The other bid earned more" in result
    assert "Feedback-Rook-SLP-05" in result
    assert "Feedback-Larkfield-SLP-05" in result
    (question,) = [
        entry
        for section in data["sections"]
        for entry in section["questions"]
        if entry["id"] == "SLP-05"
    ]
    assert (question["mark"], question["feedback"]) == (3, "Feedback-Rook-SLP-05")
    assert question["means"] in result
    assert data["quality"] == "60.00"
    assert [winner["quality"] for winner in data["successful_bids"]] == ["100.00"]
    decided = re.findall(r'data-label="Points of quality">(Pass or fail[^<]*)<', result)
    assert set(decided) == {"Pass or fail: passed"}
    assert len({section["score"] for section in data["sections"]}) == 1


@pytest.mark.parametrize("name", ["result", "result.json", "result.docx"])
def test_no_summary_tells_more_than_the_law_wants(name, client_for, release):
    """In no form: no answer of anybody, no colleague's remark or reason, nothing of the others."""
    bids = release()
    seen = {}
    for company, bid in bids.items():
        answer = client_for(member(bid)).get(mine(bid, name))
        assert answer.status_code == 200
        seen[company] = every_text(answer.data)

    for words in (INTERNAL, REASONS, "Larkfield-Answer-1", "Rook-Answer-2"):
        assert [words in shown for shown in seen.values()] == [False, False]
    assert "Rook" not in seen["Larkfield"]
    assert "Feedback-Larkfield-SLP-05" in seen["Rook"]


def every_text(data):
    """Return all of a file, and of a Word document every member of it."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(
            package.read(name).decode("utf-8", "replace") for name in package.namelist()
        )


def test_an_explanation_left_out_says_why_and_stays_for_its_own_bidder(
    release, assessed, client_for
):
    entry = Withheld("SLP-05", "", Exemption.COMMERCIAL, "It describes how the network is built")
    release(withheld=(entry,))

    own = client_for(member(assessed["Larkfield"])).get(mine(assessed["Larkfield"], "result")).text
    other = client_for(member(assessed["Rook"])).get(mine(assessed["Rook"], "result")).text

    assert "Feedback-Larkfield-SLP-05" in own
    assert entry.reason not in own
    assert "Feedback-Larkfield-SLP-05" not in other
    assert "Feedback-Larkfield-SLP-06" in other
    assert entry.in_words in other


def test_nobody_reads_a_result_that_is_not_his(client_for, release, evaluator):
    bids = release()
    stranger, colleague = client_for(Role.BID_LEAD), client_for(member(bids["Rook"]))
    paths = ["after", "result", "result.json", "result.docx"]

    assert [stranger.get(mine(bids["Rook"], path)).status_code for path in paths] == [404] * 4
    assert [colleague.get(mine(bids["Larkfield"], path)).status_code for path in paths] == [404] * 4
    elsewhere = client_for(make_person(Role.OFFICER, make_authority("Elsewhere Council")))
    assert elsewhere.get(f"/evaluation/bids/{bids['Rook'].token}/result").status_code == 404


def test_before_the_release_a_bidder_reads_no_result(client_for, assessed, tender):
    web = client_for(member(assessed["Rook"]))

    page = web.get(mine(assessed["Rook"], "after")).text

    assert "There is no result yet" in page
    assert "The council is evaluating the bids" in page
    paths = ["result", "result.json", "result.docx"]
    assert [web.get(mine(assessed["Rook"], path)).status_code for path in paths] == [404] * 3


def test_everybody_of_each_company_is_told_at_once_and_nothing_of_the_outcome(release, assessed):
    people = {name: member(bid, Role.SUPPLIER_READER).email for name, bid in assessed.items()}
    release()

    told = {
        message.recipient: message.text
        for message in db.session.scalars(
            select(Message).where(Message.kind == "bid.result_released")
        )
    }

    assert set(people.values()) <= set(told)
    shown = [re.sub(r"[\w-]{22}", "", told[address]) for address in people.values()]
    assert shown[0] == shown[1]
    assert "successful" not in shown[0]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement", ["UPDATE bid_result SET successful = 1 = 1", "DELETE FROM bid_result"]
)
def test_a_released_result_is_sealed_recorded_and_never_changed(release, statement):
    release()

    rows = db.session.scalars(select(BidResult)).all()
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "bid.result_released")
    ).all()

    assert not any(b"Feedback" in row.sealed_summary for row in rows)
    assert len({row.released_at for row in rows}) == 1
    assert len(entries) == 2
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()


def test_results_are_released_once_and_marks_stay(release, assessed, evaluated, officer):
    release()
    bid_tender = db.session.get_one(Bid, assessed["Rook"].id).tender

    with pytest.raises(service.DecidedBefore):
        service.release_results(bid_tender, by=viewer_of(officer))
    bid = evaluated(assessed["Rook"])
    given = service.GivenMark(
        mark=5,
        reason="A second thought, much too late",
        feedback="",
        internal_comment="",
        based_on=1,
    )
    with pytest.raises(service.NotInEvaluation):
        service.save_mark(bid, "SLP-05", given, by=viewer_of(officer))
    with pytest.raises(service.NotInEvaluation):
        service.agree_mark(
            bid,
            "SLP-05",
            service.GivenAgreed(mark=5, reason="A second thought, much too late", based_on=1),
            by=viewer_of(officer),
        )


def test_an_evaluator_reads_results_and_releases_none(client_for, evaluator, tender, assessed):
    web = client_for(evaluator)

    assert "An officer of your authority releases the results" in web.get(page_of(tender)).text
    assert web.post(page_of(tender), data={}).status_code == 403


def test_a_supplier_keeps_its_own_copies(client_for, assessed):
    bid = assessed["Rook"]

    page = client_for(member(bid)).get(mine(bid, "after")).text

    for path in (
        f"/bids/{bid.token}/submissions/1",
        f"/bids/{bid.token}/submissions/1/bid.json",
        f"/bids/{bid.token}/submissions/1/receipt.json",
        f"/bids/{bid.token}/answers.docx",
    ):
        assert f'href="{path}"' in page


def test_the_task_list_leads_there_once_bids_are_closed(client_for, assessed):
    bid = assessed["Rook"]

    page = client_for(member(bid)).get(f"/bids/{bid.token}").text

    assert mine(bid, "after") in page


def test_the_page_takes_as_many_statements_for_many_bids(
    client_for, officer, tender, make_bid, opened, statements_counted
):
    for number in range(4):
        make_bid(f"Supplier {number}")
    opened()
    web = client_for(officer)
    web.get(page_of(tender))

    with statements_counted() as statements:
        web.get(page_of(tender))

    assert len(statements) <= 25


def test_the_list_of_bids_says_that_the_result_is_there_once_it_is(client_for, assessed, release):
    bid = assessed["Rook"]
    web = client_for(member(bid))
    link = f'href="{mine(bid, "result")}">The result is there</a>'
    before = web.get("/opportunities").text.count(link)

    release()

    assert (before, web.get("/opportunities").text.count(link)) == (0, 1)
