"""What everybody may read: only what an officer published, of what each authority published."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.rules.roles import Role
from records.service import public as open_service
from tenders.planning import history, latest
from tenders.service.planning import save_sheet
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of
from tests.open_data_made import FACTS, publish_page, record_notice
from tests.pages.scoring.conftest import CLOSES_AT

ASSESSMENT = {
    "dpia_state": "published",
    "dpia_title": "DPIA of the street sensors",
    "dpia_link": "https://hollowmere.example/dpia",
    "dpia_done_on": "2026-10-01",
    "dpia_review_on": "2027-10-01",
    "dpia_owner": "Information governance",
    "eqia_state": "done",
    "eqia_title": "Equality, kept inside",
}


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=CLOSES_AT, facts=FACTS)


def page_of(tender):
    return f"/tenders/{tender.token}/open-data/pages"


def test_nothing_is_listed_before_anything_is_published(tender, client):
    assert "No council has published anything" in client.get("/open").text
    assert client.get(f"/open/authorities/{tender.authority.token}").status_code == 404


@pytest.mark.both_databases
def test_what_is_saved_becomes_public_only_by_publishing(tender, officer, client, client_for):
    buyer = client_for(officer)
    words = {
        "what": "First words",
        "why": "Cleaner air",
        "collected": "Counts",
        "used_for": "Planning",
        "who_sees": "All",
        "ask": "The street team",
    }

    saved = buyer.post(f"{page_of(tender)}/text", data={**words, "based_on": "0"})
    assert (saved.status_code, client.get(f"/open/{tender.token}").status_code) == (302, 404)
    buyer.post(f"/tenders/{tender.token}/open-data/publish", data={"version": "1"})
    assert "First words" in client.get(f"/open/{tender.token}").text

    buyer.post(f"{page_of(tender)}/text", data={**words, "what": "Second", "based_on": "2"})
    page = client.get(f"/open/{tender.token}").text
    assert ("First words" in page, "Second" in page) == (True, False)

    buyer.post(f"/tenders/{tender.token}/open-data/hide", data={"version": "3"})
    assert client.get(f"/open/{tender.token}").status_code == 404


def test_what_was_saved_in_between_is_not_published_unread(tender, officer, client_for):
    by = viewer_of(officer)
    save_sheet(tender, "public", {"what": "One"}, version=0, by=by)
    save_sheet(tender, "public", {"what": "Two"}, version=1, by=by)

    answer = client_for(officer).post(
        f"/tenders/{tender.token}/open-data/publish", data={"version": "1"}
    )

    assert answer.status_code == 422
    assert latest(tender, "public").value == {"what": "Two"}


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "１"])
def test_a_version_nobody_saved_publishes_nothing(version, tender, officer, client_for):
    save_sheet(tender, "public", {"what": "One"}, version=0, by=viewer_of(officer))

    answer = client_for(officer).post(
        f"/tenders/{tender.token}/open-data/publish", data={"version": version}
    )

    assert answer.status_code == 422
    assert len(history(tender, "public")) == 1


def test_the_page_of_a_draft_cannot_be_published(officer, client_for, client):
    draft = make_tender(officer)
    save_sheet(draft, "public", {"what": "Sensors"}, version=0, by=viewer_of(officer))

    answer = client_for(officer).post(
        f"/tenders/{draft.token}/open-data/publish", data={"version": "1"}
    )

    assert answer.status_code == 422
    assert "because the tender is a draft" in answer.text
    assert client.get(f"/open/{draft.token}").status_code == 404


def test_two_colleagues_writing_at_once_see_both_texts(tender, officer, client_for):
    save_sheet(tender, "public", {"what": "Theirs"}, version=0, by=viewer_of(officer))

    answer = client_for(officer).post(
        f"{page_of(tender)}/text", data={"what": "Mine", "based_on": "0"}
    )

    assert answer.status_code == 422
    assert [words in answer.text for words in ("Theirs", "Mine")] == [True, True]


def test_only_assessments_marked_as_published_are_in_the_register(tender, officer, client):
    publish_page(tender, officer, **ASSESSMENT)
    address = f"/open/authorities/{tender.authority.token}/assessments"

    rows = list(csv.DictReader(io.StringIO(client.get(address + ".csv").text)))

    assert [(row["assessment"], row["date"], row["review"], row["owner"]) for row in rows] == [
        ("DPIA of the street sensors", "2026-10-01", "2027-10-01", "Information governance")
    ]
    assert client.get(address + ".json").json["assessments"] == rows
    assert "Equality, kept inside" not in client.get(address).text
    assert "DPIA of the street sensors" in client.get(f"/open/{tender.token}").text


def test_an_authority_lists_only_its_own(tender, officer, client):
    other = make_person(Role.OFFICER, make_authority("Elsewhere Council"))
    theirs = make_open_tender(other, title="Gritting lorries", closes_at=CLOSES_AT)
    publish_page(tender, officer, **ASSESSMENT)
    publish_page(theirs, other)

    page = client.get(f"/open/authorities/{theirs.authority.token}")

    assert ("Gritting lorries" in page.text, tender.title in page.text) == (True, False)
    register = client.get(f"/open/authorities/{theirs.authority.token}/assessments.json")
    assert register.json["assessments"] == []
    assert [name in client.get("/open").text for name in ("Elsewhere", "Hollowmere")] == [True] * 2


def test_the_award_is_shown_once_its_notice_is_recorded(tender, decided, officer, client):
    publish_page(tender, officer)
    before = client.get(f"/open/{tender.token}").text

    record_notice(tender, officer, "UK6")

    after = client.get(f"/open/{tender.token}").text
    assert ("Larkfield" in before, "Bids assessed" in before) == (False, False)
    assert ("Larkfield Limited" in after, "Rook" in after) == (True, False)


def test_pages_take_as_many_statements_for_many_tenders_as_for_one(
    tender, officer, client, statements_counted
):
    publish_page(tender, officer, **ASSESSMENT)
    addresses = ["/open", f"/open/authorities/{tender.authority.token}"]
    addresses.append(f"{addresses[1]}/assessments")

    def counted():
        found = []
        for address in addresses:
            with statements_counted() as statements:
                client.get(address)
            found.append(len(statements))
        return found

    few = counted()
    for _ in range(3):
        publish_page(make_open_tender(officer, closes_at=CLOSES_AT), officer, **ASSESSMENT)

    assert counted() == few
    assert max(few) <= 15


def test_the_page_about_a_tender_takes_few_statements(
    tender, decided, officer, client, statements_counted
):
    publish_page(tender, officer, **ASSESSMENT)
    for kind in ("UK4", "UK6", "UK7"):
        record_notice(tender, officer, kind)

    with statements_counted() as statements:
        client.get(f"/open/{tender.token}")

    assert len(statements) <= 15


def test_words_of_officers_are_words_on_the_page(tender, officer, client):
    publish_page(tender, officer, what="<script>alert(1)</script>")

    page = client.get(f"/open/{tender.token}").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_link_is_an_address_people_can_follow(tender, officer, client_for):
    answer = client_for(officer).post(
        f"{page_of(tender)}/text", data={"more": "javascript:alert(1)", "based_on": "0"}
    )

    assert answer.status_code == 422
    assert "Enter an address that begins with https:// or http://" in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("cpv", "3834400"),
        ("authority_ppon", "ABCD"),
        ("value_net", "about 400"),
        ("value_net", "NaN"),
        ("value_net", "-1"),
        ("value_net", "1" * 13),
    ],
)
def test_a_figure_that_cannot_be_one_is_refused_at_its_box(
    field, typed, tender, officer, client_for
):
    answer = client_for(officer).post(
        f"{page_of(tender)}/details", data={field: typed, "based_on": "0"}
    )

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert latest(tender, "notices").version == 0


def test_who_wants_to_bid_is_led_on_while_a_tender_is_open(tender, officer, client, at):
    publish_page(tender, officer)
    during = client.get(f"/open/{tender.token}").text
    at(CLOSES_AT)
    after = client.get(f"/open/{tender.token}").text

    assert [words.count("How a company can bid") for words in (during, after)] == [1, 0]


def test_a_person_who_only_reads_cannot_write_or_publish(tender, authority, client_for):
    reader = client_for(make_person(Role.AUDITOR, authority))

    answers = [
        reader.get(f"/tenders/{tender.token}/open-data"),
        reader.post(f"{page_of(tender)}/text", data={"what": "Mine", "based_on": "0"}),
        reader.post(f"/tenders/{tender.token}/open-data/publish", data={"version": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_a_page_of_a_form_that_does_not_exist_is_not_found(tender, officer, client_for):
    assert client_for(officer).get(f"{page_of(tender)}/nothing").status_code == 404


def test_pages_about_the_award_do_not_exist_before_the_opening(
    tender, officer, client_for, make_bid
):
    make_bid("Larkfield")
    client = client_for(officer)

    assert [client.get(f"{page_of(tender)}/{name}").status_code for name in ("award", "chain")] == [
        404,
        404,
    ]
    assert client.get(f"/tenders/{tender.token}/open-data/drafts").status_code == 404


def test_publishing_writes_what_is_due(tender, officer):
    publish_page(tender, officer)

    assert open_service.write_releases(tender) == 0
