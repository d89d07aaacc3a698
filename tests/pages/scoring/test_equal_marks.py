"""Answers on which all marks are equal, signed several at once, each as agreed on its own."""

from __future__ import annotations

import html
import re

import pytest

from scoring import service
from scoring.forms import READ_BY
from scoring.rules.descriptors import points_of
from scoring.rules.interests import Nature
from tenders.queries import questionnaire_of
from tests.factories import viewer_of
from tests.pages.scoring.test_agreeing import REASON, agreed_for, alone
from tests.pages.scoring.test_moderation import chair, marked, queue, second

__all__ = ["chair", "marked", "queue", "second"]

WHY = "SLP-07.g does not say who watches the test"


@pytest.fixture
def page(tender):
    return f"/evaluation/tenders/{tender.token}/equal-marks"


def key_of(bid, question="SLP-07"):
    return f"{bid.token}.{question}"


def typed(chair, *bids, mark=4, why=WHY, reason=REASON, **more):
    """Return what is sent for SLP-07 of ``bids``, all of them ticked."""
    found = {"present": [chair.token], "signed": [key_of(bid) for bid in bids]}
    for number, bid in enumerate(bids):
        key = key_of(bid)
        found |= {f"mark-{key}": mark, f"why-{key}": why, f"feedback-{key}": "Well tested"}
        found[f"reason-{key}"] = f"{reason} {'Bid ' * number}"
    return found | more


def test_the_queue_offers_what_all_gave_the_same_mark_with_the_words_as_they_will_stand(
    client_for, marked, chair, queue, page
):
    bids = marked()
    client = client_for(chair)

    offered, shown = client.get(queue).text, client.get(page).text

    assert "Sign the 2 answers on which all marks are equal" in offered
    assert f'href="{page}"' in offered
    assert re.findall(r'name="signed" type="checkbox" value="([^"]+)"( checked)?', shown) == [
        (key_of(bid), "") for bid in bids
    ]
    for name in ("Tom Hale", "Uma Price"):
        assert shown.count(f"{REASON} Read by {name}.") == len(bids)
    assert READ_BY in shown
    assert [agreed_for(bid) for bid in bids] == [[], []]


def test_each_that_is_ticked_is_an_agreed_mark_of_its_own(client_for, marked, chair, page):
    bids = marked()

    answer = client_for(chair).post(page, data=typed(chair, *bids))

    assert answer.status_code == 302
    for bid in bids:
        [signed] = agreed_for(bid)
        assert (signed.question_id, signed.mark, signed.number) == ("SLP-07", 4, 1)
        assert signed.reason.startswith(REASON)
        assert (signed.why_not_higher, signed.feedback) == (WHY, "Well tested")
        assert (signed.present, signed.signed_by_id) == ([chair.token], chair.id)
        assert len(signed.considered) == 2
        assert (signed.why_moved, signed.warned) == ("", [])


def test_only_what_is_ticked_is_signed(client_for, marked, chair, page):
    first, other = marked()
    sent = typed(chair, first, other) | {"signed": [key_of(other)]}

    assert client_for(chair).post(page, data=sent).status_code == 302
    assert (len(agreed_for(first)), len(agreed_for(other))) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"signed": []}, "Select the answers you sign"),
        ({"present": []}, "Select who took part in the meeting"),
        ({"why": " "}, "SLP-07 of Larkfield: Enter what the answer lacks for a mark of 5"),
        ({"mark": 3}, "SLP-07 of Larkfield: The agreed mark is 3, and nobody gave less than 4"),
        ({"reason": "As before"}, "SLP-07 of Larkfield: The reason has fewer than 8 words"),
    ],
)
def test_nothing_is_signed_while_one_lacks_something(
    client_for, marked, chair, page, changed, says
):
    bids = marked()

    refused = client_for(chair).post(page, data=typed(chair, *bids, **changed))

    assert refused.status_code == 422
    assert says in refused.text
    assert "Well tested" in refused.text
    assert [agreed_for(bid) for bid in bids] == [[], []]


def test_one_reason_for_several_bids_is_pointed_out(client_for, marked, chair, page):
    first, other = marked()
    sent = typed(chair, first, other) | {f"reason-{key_of(other)}": f"{REASON} "}

    refused = client_for(chair).post(page, data=sent)

    assert refused.status_code == 422
    assert "SLP-07 of Quay: The same reason stands in another bid." in refused.text
    assert [agreed_for(bid) for bid in (first, other)] == [[], []]


def test_what_somebody_signed_meanwhile_is_said(client_for, marked, chair, page):
    bids = marked()
    client, sent = client_for(chair), typed(chair, *bids)
    client.post(page, data=sent)

    again = client.post(page, data=sent)

    assert again.status_code == 422
    assert "one of those you ticked is signed already" in again.text
    assert [len(agreed_for(bid)) for bid in bids] == [1, 1]


def test_what_a_guard_points_out_is_taken_up_by_itself(
    client_for, tender, chair, evaluator, second, make_bid, opened, page
):
    bid = make_bid("Larkfield", best=False)
    opened()
    people = [evaluator, second]
    service.allocate(tender, ["SLP-07"], [one.id for one in people], by=viewer_of(chair))
    for person in people:
        alone(bid, person, "SLP-07", 5)
        service.lock_marks(tender, by=viewer_of(person))

    shown = client_for(chair).get(page).text

    assert 'name="signed"' not in shown
    assert "Taken up by themselves" in shown
    assert f"/evaluation/bids/{bid.token}/questions/SLP-07/agree" in shown


def test_points_ticked_differently_stand_side_by_side(
    client_for, tender, chair, evaluator, second, make_bid, opened, page
):
    bid = make_bid("Larkfield")
    opened()
    people = [evaluator, second]
    service.allocate(tender, ["SLP-07"], [one.id for one in people], by=viewer_of(chair))
    for person, points in zip(
        people, ({"4.1": True, "4.2": True, "3.1": True}, {"4.1": False, "4.2": True}), strict=True
    ):
        alone(bid, person, "SLP-07", 4, points=points)
        service.lock_marks(tender, by=viewer_of(person))

    shown = client_for(chair).get(page).text

    asked = questionnaire_of(tender).question("SLP-07")
    apart = points_of(asked.question.levels)[4][0]
    [table] = re.findall(r"<caption>Ticked differently.*?</table>", shown, re.DOTALL)
    assert re.findall(r'scope="col">([^<]*)<', table) == [one.name for one in people]
    said = [html.unescape(one) for one in re.findall(r"<td>([^<]+)</td>", table)]
    assert said == ["Met", "Not met"]
    [words] = re.findall(r"font-weight-regular\">([^<]*)<", table)
    assert html.unescape(words) == f"4: {apart.words}"
    assert "1 point was ticked differently: the record says nothing of it" in shown


def test_a_bid_the_chair_is_kept_from_is_neither_shown_nor_signed(
    client_for, marked, chair, tender, page
):
    first, other = marked()
    connections = {first.id: service.Connection(Nature.FAMILY, "A cousin")}
    service.declare(tender, service.Declared(connections=connections), by=viewer_of(chair))
    client = client_for(chair)

    shown, refused = client.get(page).text, client.post(page, data=typed(chair, first, other))

    assert ("Larkfield" in shown, "Quay" in shown) == (False, True)
    assert refused.status_code == 422
    assert [agreed_for(bid) for bid in (first, other)] == [[], []]


def test_an_evaluator_signs_nothing_here(client_for, marked, evaluator, page):
    marked()

    assert client_for(evaluator).get(page).status_code == 403
