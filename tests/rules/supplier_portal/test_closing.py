import pytest

from supplier_portal.rules.closing import (
    AsItStands,
    NotOffered,
    closing_line,
    in_the_way,
    must_be_offered,
)
from supplier_portal.rules.stages import BidStage
from supplier_portal.rules.state import HandedIn, state_line

SENT = HandedIn(1, "4 December 2026, 9:00am (UK time)", unsent_changes=False)
CHANGED = HandedIn(1, "4 December 2026, 9:00am (UK time)", unsent_changes=True)
CLOCK = HandedIn(2, "4 December 2026, 9:00am (UK time)", unsent_changes=False, by_the_clock=True)
WILL = "It will be handed in as it stands at the closing time"


@pytest.mark.parametrize(
    ("stands", "expected"),
    [
        (AsItStands(0, 0, True), []),
        (AsItStands(1, 0, True), ["1 required answer is missing"]),
        (AsItStands(2, 0, True), ["2 required answers are missing"]),
        (AsItStands(0, 1, True), ["1 answer is still to be confirmed"]),
        (
            AsItStands(3, 2, False),
            [
                "3 required answers are missing",
                "2 answers are still to be confirmed",
                "the answers as they stand are not signed off by a certifier",
            ],
        ),
        (
            AsItStands(0, 0, True, refused=2, terms_answered=False),
            [
                "the scanner found malicious software in a file that is attached",
                "your company has not answered about the contract terms as they stand",
            ],
        ),
    ],
    ids=["complete", "one missing", "two missing", "one to confirm", "everything", "the rest"],
)
def test_what_keeps_a_bid_from_being_complete_is_named(stands, expected):
    assert in_the_way(stands) == expected


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (None, "The last complete version will be handed in at the closing time"),
        ([], WILL),
        (["a", "b"], "It will not be handed in at the closing time, because a and b"),
    ],
    ids=["not looked at", "complete", "not complete"],
)
def test_what_happens_at_the_closing_time_is_said(reasons, expected):
    assert closing_line(reasons) == expected


def test_what_a_tender_does_not_offer_cannot_be_chosen():
    with pytest.raises(NotOffered, match="only what is submitted counts"):
        must_be_offered(False)


@pytest.mark.parametrize(
    ("stage", "handed_in", "closed", "expected"),
    [
        (BidStage.DRAFT, None, False, f"Not submitted. {WILL}"),
        (
            BidStage.SUBMITTED,
            CHANGED,
            False,
            f"Submitted {CHANGED.arrived}, version 1, with unsent changes. {WILL}",
        ),
        (BidStage.SUBMITTED, SENT, False, f"Submitted {SENT.arrived}, version 1"),
        (BidStage.DRAFT, None, True, "Not submitted, and the tender is closed"),
        (
            BidStage.SUBMITTED,
            CLOCK,
            True,
            f"Handed in as it stood at the closing time, saved {CLOCK.arrived}, version 2",
        ),
    ],
    ids=["draft", "changed since", "all handed in", "closed", "by the clock"],
)
def test_the_line_says_what_the_closing_time_will_do(stage, handed_in, closed, expected):
    assert state_line(stage, handed_in, closed=closed, at_closing=WILL) == expected
