"""The assurance profile: standing answers, written in it or kept from a bid, offered to all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from supplier_portal import queries, service
from supplier_portal.queries.profile import standing_answers
from supplier_portal.service.profile import ProfileChanged
from tenders.queries import questionnaire_of
from tests.answers_made import made_row
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def kept(supplier):
    """What stands in the company's profile now, by part."""
    return lambda: {
        part_id: stands.value for part_id, stands in standing_answers(supplier.id).items()
    }


def test_a_standing_answer_is_written_in_the_profile(client, kept):
    sent = client.post(
        "/profile/questions/SLP-07",
        data={"v-SLP-07.a": "0", "SLP-07.a": "Nightly copies, kept apart."},
    )

    assert sent.location == "/profile"
    assert kept() == {"SLP-07.a": "Nightly copies, kept apart."}
    assert "Nightly copies, kept apart." in client.get("/profile/questions/SLP-07").text


def test_a_wrong_answer_saves_nothing_and_is_shown_again(client, kept):
    sent = client.post(
        "/profile/questions/SLP-07",
        data={
            "v-SLP-07.a": "0",
            "SLP-07.a": "word " * 5000,
            "v-SLP-07.f": "0",
            "SLP-07.f": "offline",
        },
    )

    assert sent.status_code == 422
    assert "word word word" in sent.text
    assert kept() == {}


def test_an_emptied_answer_is_taken_out(client, kept):
    client.post("/profile/questions/SLP-07", data={"v-SLP-07.a": "0", "SLP-07.a": "Nightly"})

    client.post("/profile/questions/SLP-07", data={"v-SLP-07.a": "1", "SLP-07.a": ""})

    assert kept() == {}


def test_a_colleagues_newer_answer_is_not_written_over(client, lead, kept):
    client.post("/profile/questions/SLP-07", data={"v-SLP-07.a": "0", "SLP-07.a": "First"})

    sent = client.post("/profile/questions/SLP-07", data={"v-SLP-07.a": "0", "SLP-07.a": "Second"})

    assert sent.status_code == 422
    assert "Second" in sent.text
    assert kept() == {"SLP-07.a": "First"}


@pytest.mark.both_databases
def test_what_was_shown_at_another_version_is_refused_by_the_service(lead):
    by = viewer_of(lead)
    service.keep_standing({"SLP-07.a": (0, "First")}, by=by, arrived_at=clock.now())

    with pytest.raises(ProfileChanged) as error:
        service.keep_standing({"SLP-07.a": (0, "Second")}, by=by, arrived_at=clock.now())

    assert error.value.field == "SLP-07.a"


def test_promises_and_requirements_are_not_in_the_profile(client):
    page = client.get("/profile/questions/SLP-07")

    assert 'name="v-SLP-07.b"' not in page.text
    assert client.get("/profile/questions/SLP-99").status_code == 404


@pytest.mark.both_databases
def test_answers_of_a_bid_are_kept_and_offered_to_the_next(client, save, bid, lead, kept):
    row = made_row(questionnaire_of(bid.tender).parts["SLP-07.i"], 1)
    save({"SLP-07.a": "Nightly", "SLP-07.i": [row], "SLP-07.b": {"answer": "yes"}})

    client.post(
        f"/bids/{bid.token}/keep-answers", data={"part": ["SLP-07.a", "SLP-07.i", "SLP-07.b"]}
    )

    assert kept() == {"SLP-07.a": "Nightly", "SLP-07.i": [row]}
    other = make_open_tender(title="Parking sensors")
    new = service.start_bid(other, by=viewer_of(lead), arrived_at=clock.now())
    offered = queries.earlier_answers(viewer_of(lead), new, parts_of(new, "SLP-07.a"))
    assert [(one.value, one.origin) for one in offered.values()] == [
        ("Nightly", "your assurance profile")
    ]


def parts_of(bid, *ids):
    parts = questionnaire_of(bid.tender).parts
    return [parts[part_id] for part_id in ids]


def test_a_standing_answer_is_taken_over_to_be_confirmed_like_any_other(client, bid, lead):
    service.keep_standing({"SLP-07.a": (0, "Nightly")}, by=viewer_of(lead), arrived_at=clock.now())

    client.post(f"/bids/{bid.token}/earlier-answers", data={"part": ["SLP-07.a"]})

    assert queries.answers_of(bid) == {"SLP-07.a": "Nightly"}
    assert [one.origin for one in queries.unconfirmed(bid).values()] == ["your assurance profile"]
    page = client.get(f"/bids/{bid.token}/questions/SLP-07")
    assert "Taken over from your assurance profile and not confirmed yet" in page.text


@pytest.mark.parametrize(("days", "expected"), [(-1, "Of the bid"), (1, "Of the profile")])
def test_of_an_earlier_bid_and_the_profile_the_later_one_is_offered(
    save, bid, lead, at, days, expected
):
    save({"SLP-07.a": "Of the bid"})
    service.keep_standing(
        {"SLP-07.a": (0, "Of the profile")},
        by=viewer_of(lead),
        arrived_at=clock.now() + timedelta(days=days),
    )
    new = service.start_bid(make_open_tender(), by=viewer_of(lead), arrived_at=clock.now())

    offered = queries.earlier_answers(viewer_of(lead), new, parts_of(new, "SLP-07.a"))

    assert [one.value for one in offered.values()] == [expected]


def test_another_company_sees_none_of_it(client_for, lead):
    service.keep_standing({"SLP-07.a": (0, "Nightly")}, by=viewer_of(lead), arrived_at=clock.now())
    other = make_person(Role.BID_LEAD, make_supplier("Brindle"))

    page = client_for(other).get("/profile/questions/SLP-07")

    assert "Nightly" not in page.text


def test_the_pages_take_few_statements_however_much_is_kept(client, lead, statements_counted):
    parts = ["SLP-07.a", "SLP-07.f", "SLP-13.a"]
    with statements_counted() as for_none:
        client.get("/profile")
    service.keep_standing(
        {part_id: (0, "offline" if part_id == "SLP-07.f" else "Words") for part_id in parts[:2]},
        by=viewer_of(lead),
        arrived_at=clock.now(),
    )

    with statements_counted() as for_some:
        client.get("/profile")

    assert len(for_some) <= len(for_none) + 1 <= 15
