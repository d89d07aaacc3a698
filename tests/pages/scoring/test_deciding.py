"""From the agreed marks to the release: recommended, agreed to, letters read, all sent at once."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from scoring import queries, service
from scoring.models import BidResult, OutcomeLetter, Recommendation
from scoring.queries.deciding import deciding
from scoring.queries.letters import outbox_of
from scoring.rules.letters import Exemption, ReviewRefused, State, Withheld
from scoring.rules.recommending import SUCCESSFUL, UNSUCCESSFUL
from supplier_portal.rules.barriers import KeptAway
from tenders.rules.approvals import NotEntitled, Overtaken, SamePerson
from tenders.rules.lifecycle import Stage
from tests import deciding as steps
from tests.evaluating import agree, agree_all, agree_quality
from tests.factories import make_person, viewer_of

pytestmark = pytest.mark.slow

SHARED = "The tender documents say that the two areas are shared out"
SECRET = Withheld("SLP-05", "", Exemption.COMMERCIAL, "It describes how the network is built")


@pytest.fixture
def bids(make_bid, opened, evaluated, officer):
    """Larkfield has the better marks; every requirement is passed."""
    made = {name: make_bid(name) for name in ("Larkfield", "Rook")}
    opened()
    by = viewer_of(officer)
    for number, bid in zip((5, 3), made.values(), strict=True):
        agree_all(bid, number, by=by, words=lambda _: {"feedback": "The plan names the cables"})
        for entry in evaluated(bid).waiting:
            passed = service.GivenDecision(
                passed=True, reason="Passed, as the answer shows it", based_on=0
            )
            service.decide_requirement(evaluated(bid), entry, passed, by=by)
    return made


@pytest.fixture
def outcomes(bids):
    return {bids["Larkfield"].token: True, bids["Rook"].token: False}


@pytest.fixture
def second(tender):
    return steps.colleague(tender)


@pytest.fixture
def approved(tender, officer, outcomes, second):
    steps.recommend(tender, officer, outcomes)
    steps.approve(tender, second)
    return tender


def now(tender, person):
    return deciding(viewer_of(person), tender)


def page_of(tender, rest="recommendation"):
    return f"/evaluation/tenders/{tender.token}/{rest}"


def letter_of(bid, rest=""):
    return f"/evaluation/bids/{bid.token}/letter{rest}"


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def test_an_officer_recommends_on_the_page_and_another_agrees(
    client_for, officer, second, tender, bids
):
    agree_quality(tender, by=viewer_of(officer))
    mine, theirs = client_for(officer), client_for(second)
    typed = {
        "read": hidden(mine.get(page_of(tender)).text, "read"),
        "nothing": "award",
        "reason": steps.REASON,
        f"result-{bids['Larkfield'].token}": SUCCESSFUL,
        f"result-{bids['Rook'].token}": UNSUCCESSFUL,
    }

    incomplete = mine.post(page_of(tender), data=typed | {f"result-{bids['Rook'].token}": ""})
    saved = mine.post(page_of(tender), data=typed)
    start = theirs.get("/tenders/")
    token = hidden(theirs.get(page_of(tender)).text, "approval")
    own = mine.post(
        page_of(tender, "recommendation/decision"), data={"approval": token, "decision": "agree"}
    )
    agreed = theirs.post(
        page_of(tender, "recommendation/decision"), data={"approval": token, "decision": "agree"}
    )

    assert incomplete.status_code == 422
    assert "Select the result of Rook" in incomplete.text
    assert steps.REASON in incomplete.text
    assert (saved.status_code, agreed.status_code) == (302, 302)
    assert "Agree or refuse, as the second person, to decide as recommended" in start.text
    assert f'href="{page_of(tender)}"' in start.text
    assert own.status_code == 422
    assert "because you asked for it: another person must" in own.text
    assert now(tender, officer).stands
    assert tender.stage is Stage.EVALUATING
    (row,) = db.session.scalars(select(Recommendation)).all()
    assert row.outcomes == {
        bids["Larkfield"].token: SUCCESSFUL,
        bids["Rook"].token: UNSUCCESSFUL,
    }
    asked = db.session.scalars(
        select(Message.recipient).where(Message.kind == "tender.award_asked")
    ).all()
    assert asked == [second.email]


def test_everything_wrong_with_a_recommendation_is_said_at_once(client_for, officer, tender, bids):
    agree_quality(tender, by=viewer_of(officer))
    desk = client_for(officer)
    typed = {
        "read": hidden(desk.get(page_of(tender)).text, "read"),
        "nothing": "award",
        "reason": "Because",
        "several": "yes",
        f"result-{bids['Larkfield'].token}": "",
        f"result-{bids['Rook'].token}": "",
    }
    page = desk.post(page_of(tender), data=typed)
    empty = desk.post(page_of(tender), data=typed | {"reason": ""}).text

    summary = page.text[: page.text.index("<h1")]
    assert page.status_code == 422
    assert [words in summary for words in (
        "Select the result of Larkfield", "Select the result of Rook",
        "you recommend fewer than two", "Enter the reason, in at least 40 characters",
    )] == [True] * 4  # fmt: skip
    assert "Select the result of Rook" in empty[: empty.index("<h1")]
    assert empty[: empty.index("<h1")].count("Enter the reason") == 1


def test_two_winners_of_one_contract_take_a_tick_and_a_reason(client_for, officer, tender, bids):
    agree_quality(tender, by=viewer_of(officer))
    desk = client_for(officer)
    typed = {
        "read": hidden(desk.get(page_of(tender)).text, "read"),
        "nothing": "award",
        "reason": steps.REASON,
    } | {f"result-{bid.token}": SUCCESSFUL for bid in bids.values()}

    silent = desk.post(page_of(tender), data=typed)
    unexplained = desk.post(page_of(tender), data=typed | {"several": "yes"})
    said = desk.post(
        page_of(tender), data=typed | {"several": "yes", "several_because": f" {SHARED} "}
    )
    shown = desk.get(page_of(tender)).text

    assert "Select that this contract goes to more than one supplier: 2 bids" in silent.text
    assert "Enter why this contract goes to more than one supplier" in unexplained.text
    assert (silent.status_code, unexplained.status_code, said.status_code) == (422, 422, 302)
    (row,) = db.session.scalars(select(Recommendation)).all()
    assert row.several_because == SHARED
    assert SHARED in shown
    report = desk.get(page_of(tender, "recommendation.docx")).data
    told = [one.text for one in Document(io.BytesIO(report)).paragraphs]
    assert f"Why it goes to more than one supplier: {SHARED}" in told


def test_recommending_anew_begins_with_what_was_said_of_several_winners(
    client_for, officer, tender, bids, outcomes
):
    desk, ticked = client_for(officer), r'name="several"[^>]*value="yes"[^>]* checked'
    steps.recommend(tender, officer, outcomes)
    of_one = desk.get(page_of(tender)).text
    steps.recommend(tender, officer, dict.fromkeys(outcomes, True))

    of_several = desk.get(page_of(tender)).text

    assert [re.search(ticked, page) is not None for page in (of_one, of_several)] == [False, True]
    words = re.findall(r'<textarea[^>]*name="several_because"[^>]*>\s*([^<]*)<', of_several)
    assert words == [steps.REASON]


def test_what_was_read_is_recommended_or_nothing(officer, tender, bids, outcomes):
    agree_quality(tender, by=viewer_of(officer))

    with pytest.raises(service.ChangedSinceRead):
        service.recommend(
            tender,
            dict.fromkeys(outcomes, SUCCESSFUL),
            steps.REASON,
            read="another record",
            by=viewer_of(officer),
            several=True,
            several_because=SHARED,
        )

    assert db.session.scalars(select(Recommendation)).all() == []


@pytest.mark.both_databases
def test_an_agreement_counts_no_longer_once_a_mark_moves(officer, second, tender, bids, outcomes):
    steps.recommend(tender, officer, outcomes)
    agree(bids_read(bids["Rook"], officer), "SLP-05", 4, by=viewer_of(officer), feedback="Better")

    with pytest.raises(Overtaken):
        steps.approve(tender, second)
    assert not now(tender, officer).stands

    agree_quality(tender, by=viewer_of(officer))
    steps.recommend(tender, officer, outcomes)
    steps.approve(tender, second)
    assert now(tender, officer).stands
    agree(bids_read(bids["Rook"], officer), "SLP-05", 3, by=viewer_of(officer), feedback="Worse")
    assert (now(tender, officer).is_approved, now(tender, officer).stands) == (True, False)
    with pytest.raises(service.NotReady, match="changed after it was approved"):
        service.prepare_letters(tender, by=viewer_of(officer))


def bids_read(bid, person):
    return queries.bid_in_evaluation(viewer_of(person), bid.token, to="mark:read")


def test_whoever_recommends_does_not_agree_and_neither_does_an_evaluator(
    officer, evaluator, tender, outcomes
):
    steps.recommend(tender, officer, outcomes)

    with pytest.raises(SamePerson):
        steps.approve(tender, officer)
    with pytest.raises(NotEntitled):
        steps.approve(tender, evaluator)
    denied = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "tender.approval_denied")
    ).all()
    assert len(denied) == 2


def test_a_new_recommendation_takes_the_place_of_the_one_before(
    officer, second, tender, outcomes, approved, client_for
):
    steps.recommend(tender, officer, dict.fromkeys(outcomes, True))

    assert not now(tender, officer).is_approved
    page = client_for(second).get(page_of(tender)).text
    assert "Recommendation 2" in page
    assert "Number 1" in page
    with pytest.raises(service.NotReady, match="no second person has agreed"):
        service.prepare_letters(tender, by=viewer_of(officer))


def test_to_award_nothing_leads_to_cancelling(officer, second, tender, bids, client_for):
    steps.recommend(tender, officer, {})
    steps.approve(tender, second)

    page = client_for(officer).get(page_of(tender)).text

    assert "To award nothing" in page
    assert f'href="/tenders/{tender.token}/cancel"' in page
    with pytest.raises(service.NotReady, match="nothing is to be awarded"):
        service.prepare_letters(tender, by=viewer_of(officer))


def test_the_report_tells_who_did_what_and_on_which_record(
    officer, second, approved, bids, client_for
):
    answer = client_for(officer).get(page_of(approved, "recommendation.docx"))

    document = Document(io.BytesIO(answer.data))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    words = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert [heading.partition(". ")[2] for heading in headings] == [
        "Recommendation",
        "Process followed",
        "People and interests",
        "Requirements and exclusions",
        "Questions to bidders",
        "Marks",
        "Moderation",
        "Price, ranking and ties",
        "How safe the result is",
        "What this report rests on",
    ]
    sha256 = now(approved, officer).sha256
    for told in (
        "award the contract to Larkfield",
        steps.REASON,
        officer.name,
        second.name,
        " ".join(sha256[start : start + 8] for start in range(0, 64, 8)),
    ):
        assert told in words


def test_nothing_is_prepared_before_a_second_person_agreed(officer, tender, outcomes):
    steps.recommend(tender, officer, outcomes)

    with pytest.raises(service.NotReady, match="no second person has agreed"):
        service.prepare_letters(tender, by=viewer_of(officer))


@pytest.mark.both_databases
def test_all_letters_are_read_before_any_goes_and_all_go_at_once(
    officer, second, approved, bids, client_for
):
    tender, by = approved, viewer_of(officer)
    steps.write_letters(tender, officer, {bids["Rook"].token: "The other bid earned more"})
    first = outbox_of(now(tender, second))[0]
    service.review_letter(
        bids_read(first.bid, second),
        based_on=first.last.row.number,
        shown=first.shown,
        by=viewer_of(second),
    )

    with pytest.raises(service.NotReady, match="nobody has read and approved .*: Rook"):
        service.release_results(tender, by=by)
    assert db.session.scalars(select(BidResult)).all() == []
    assert tender.stage is Stage.EVALUATING
    assert not db.session.scalars(
        select(Message).where(Message.kind == "bid.result_released")
    ).all()

    steps.read_letters(tender, second)
    web = client_for(officer)
    unsure = web.post(page_of(tender, "results"), data={})
    assert unsure.status_code == 422
    assert "Select that every bidder may be told now" in unsure.text
    assert db.session.scalars(select(BidResult)).all() == []
    released = web.post(page_of(tender, "results"), data={"sure": "yes"})

    assert released.status_code == 302
    of_rook = web.get(letter_of(bids["Rook"]))
    assert of_rook.headers["Location"] == f"/evaluation/bids/{bids['Rook'].token}/result"
    assert web.get(of_rook.headers["Location"]).status_code == 200
    rows = db.session.scalars(select(BidResult)).all()
    assert len(rows) == 2
    assert len({row.released_at for row in rows}) == 1
    assert tender.stage is Stage.DECIDED
    closed = web.get(f"/evaluation/bids/{bids['Rook'].token}/questions/SLP-05/agree").text
    assert "Marks are no longer agreed because the tender is at the decided stage." in closed
    assert "prices could be seen since" not in closed


def test_a_letter_that_changed_is_read_again(officer, second, approved, bids):
    tender = approved
    steps.write_letters(tender, officer, {})
    steps.read_letters(tender, second)
    rook = bids_read(bids["Rook"], officer)
    one = next(e for e in outbox_of(now(tender, officer)) if e.bid.token == rook.token)

    service.write_letter(
        rook,
        "Dear Rook, with other words",
        one.letter.why,
        "",
        based_on=one.last.row.number,
        by=viewer_of(officer),
    )

    states = {e.bid.name: e.state for e in outbox_of(now(tender, officer))}
    assert states == {"Larkfield": State.READ, "Rook": State.TO_READ}
    with pytest.raises(service.LetterChanged, match="changed the letter"):
        service.write_letter(
            rook, "Dear", "why", "", based_on=one.last.row.number, by=viewer_of(officer)
        )
    with pytest.raises(service.NotReady, match="Rook"):
        service.release_results(tender, by=viewer_of(officer))


def test_what_is_withheld_of_one_letter_makes_the_others_be_read_again(
    officer, second, approved, bids
):
    tender = approved
    steps.write_letters(tender, officer, {})
    steps.read_letters(tender, second)
    winner = bids_read(bids["Larkfield"], officer)
    one = next(e for e in outbox_of(now(tender, officer)) if e.successful)

    service.withhold(winner, SECRET, based_on=one.last.row.number, by=viewer_of(officer))

    states = {e.bid.name: e.state for e in outbox_of(now(tender, officer))}
    assert states == {"Larkfield": State.TO_READ, "Rook": State.CHANGED}
    one = next(e for e in outbox_of(now(tender, officer)) if e.successful)
    with pytest.raises(ReviewRefused, match="a second officer must"):
        service.review_letter(
            winner, based_on=one.last.row.number, shown=one.shown, by=viewer_of(officer)
        )
    steps.read_letters(tender, second)
    service.release_results(tender, by=viewer_of(officer))


def test_letters_are_changed_withheld_and_read_on_their_pages(
    officer, second, approved, bids, client_for
):
    mine, theirs, lark = client_for(officer), client_for(second), bids["Larkfield"]
    prepared = mine.post(page_of(approved, "letters"), data={})
    page = mine.get(letter_of(lark)).text
    bad = mine.post(letter_of(lark), data={"based_on": hidden(page, "based_on"), "opening": ""})
    saved = mine.post(
        letter_of(lark),
        data={
            "based_on": hidden(page, "based_on"),
            "opening": "Dear Larkfield, well done",
            "address": "1 Wharf Road",
        },
    )
    page = mine.get(letter_of(lark)).text
    withheld = mine.post(
        letter_of(lark, "/withheld"),
        data={
            "based_on": hidden(page, "based_on"),
            "question": "SLP-05",
            "passage": "the cables",
            "exemption": "commercial",
            "withheld_because": SECRET.reason,
        },
    )
    nowhere = mine.post(
        letter_of(lark, "/withheld"),
        data={
            "based_on": hidden(mine.get(letter_of(lark)).text, "based_on"),
            "question": "SLP-05",
            "passage": "a submarine",
            "exemption": "commercial",
            "withheld_because": SECRET.reason,
        },
    )
    rook = theirs.get(letter_of(bids["Rook"])).text
    page = theirs.get(letter_of(lark)).text
    read = theirs.post(
        letter_of(lark, "/approval"),
        data={"based_on": hidden(page, "based_on"), "shown": hidden(page, "shown")},
    )

    assert [one.status_code for one in (prepared, saved, withheld, read)] == [302] * 4
    assert bad.status_code == 422
    assert "Enter the opening words of the letter" in bad.text
    assert nowhere.status_code == 422
    assert "Enter words as they stand in the explanation of SLP-05" in nowhere.text
    assert "The plan names [left out]" in rook
    assert SECRET.reason in rook
    assert "I have read it and it is right" not in mine.get(letter_of(lark)).text
    outbox = mine.get(page_of(approved, "letters")).text
    assert "Read and found right" in outbox
    assert "To be read" in outbox


def test_whoever_wrote_a_letter_does_not_find_it_right(officer, second, approved, bids, client_for):
    mine, theirs, rook = client_for(officer), client_for(second), letter_of(bids["Rook"])
    mine.post(page_of(approved, "letters"), data={})
    prepared, offered = mine.get(rook).text, theirs.get(rook).text
    read = {"based_on": hidden(offered, "based_on"), "shown": hidden(offered, "shown")}
    by_preparer = mine.post(f"{rook}/approval", data=read)

    theirs.post(rook, data={"based_on": read["based_on"], "opening": "Dear Rook", "why": "Less"})
    written, page = theirs.get(rook).text, mine.get(rook).text
    read = {"based_on": hidden(page, "based_on"), "shown": hidden(page, "shown")}
    by_writer = theirs.post(f"{rook}/approval", data=read)
    by_other = mine.post(f"{rook}/approval", data=read)

    for refused in (by_preparer, by_writer):
        assert refused.status_code == 422
        assert "because you wrote it, or a part of it" in refused.text
    for seen in (prepared, written):
        assert "I have read it and it is right" not in seen
        assert "You wrote this letter, or a part of it" in seen
    assert by_other.status_code == 302
    assert f"changed nothing of it: {second.name}." in prepared
    assert f"changed nothing of it: {officer.name}." in written


def test_the_missing_address_of_the_successful_bidder_is_told_before_anybody_reads(
    officer, second, approved, bids, client_for
):
    mine, theirs = client_for(officer), client_for(second)
    mine.post(page_of(approved, "letters"), data={})
    lark = letter_of(bids["Larkfield"])

    assert mine.get(page_of(approved, "letters")).text.count("Address missing") == 1
    page = theirs.get(lark).text
    assert page.count("The contact address of Larkfield is missing") == 1
    assert "I have read it and it is right" not in page
    assert "is missing" not in theirs.get(letter_of(bids["Rook"])).text


def test_somebody_kept_from_a_bid_sees_and_does_nothing_of_it(
    officer, approved, bids, client_for, kept_away
):
    other = kept_away(bids["Rook"])
    web = client_for(other)

    paths = ["results", "recommendation", "recommendation.docx", "letters"]
    assert [web.get(page_of(approved, path)).status_code for path in paths] == [403] * 4
    for path in paths:
        assert "Larkfield" not in web.get(page_of(approved, path)).text
    for act in (service.prepare_letters, service.release_results):
        with pytest.raises(KeptAway):
            act(approved, by=viewer_of(other))


def test_whoever_is_kept_from_a_bid_is_not_named_as_a_reader_of_letters(
    officer, approved, bids, client_for, kept_away
):
    mine, rook = client_for(officer), letter_of(bids["Rook"])
    mine.post(page_of(approved, "letters"), data={})
    mine.post(rook, data={"based_on": hidden(mine.get(rook).text, "based_on"),
                          "opening": "Dear Rook", "why": "Less"})  # fmt: skip
    other = kept_away(bids["Larkfield"])
    other.name = "Hugo Larkin"
    db.session.commit()
    page = mine.get(rook).text

    assert "changed nothing of it" in page
    assert "Hugo Larkin" not in page


@pytest.fixture
def kept_away(tender, officer):
    """Somebody of the authority who is kept away from a bid."""
    from scoring.models import InterestDecision

    def away(bid):
        person = make_person(Role.OFFICER, tender.authority)
        db.session.add(
            InterestDecision(
                tender_id=tender.id,
                person_id=person.id,
                bid_id=bid.id,
                number=1,
                barred=True,
                reason="A brother works there",
                decided_by_id=officer.id,
                decided_at=clock.now(),
            )
        )
        db.session.commit()
        return person

    return away


def test_letters_are_sealed_and_only_added(officer, approved, bids):
    steps.write_letters(approved, officer, {bids["Rook"].token: "Sapphire-Why"}, (SECRET,))

    rows = db.session.scalars(select(OutcomeLetter)).all()

    assert len(rows) == 5
    assert not any(b"Sapphire" in row.sealed_text for row in rows)
    assert not any(SECRET.reason.encode() in row.sealed_text for row in rows)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "bid")).all()
    assert not any("Sapphire" in entry.details for entry in entries)


def test_the_pages_take_as_many_statements_for_many_bids(
    officer, tender, make_bid, opened, client_for, statements_counted
):
    for number in range(4):
        make_bid(f"Supplier {number}")
    opened()
    web = client_for(officer)
    counts = []
    for path in ("recommendation", "letters"):
        web.get(page_of(tender, path))
        with statements_counted() as statements:
            web.get(page_of(tender, path))
        counts.append(len(statements))

    assert [count for count in counts if count > 25] == []
