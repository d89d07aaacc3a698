"""Every version of an answer is shown to its company, and can stand again."""

import pytest

from accounts.rules.roles import Role
from supplier_portal import queries
from tests.factories import make_person, make_supplier


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def here(bid):
    return f"/bids/{bid.token}/questions/SLP-07/SLP-07.a/versions"


@pytest.fixture
def two_versions(save, supplier):
    save({"SLP-07.a": "The first words."})
    colleague = make_person(Role.CONTRIBUTOR, supplier, name="Tomas Reed")
    save({"SLP-07.a": "Other <b>words</b>."}, version=1, by=colleague)


def test_versions_are_listed_with_who_saved_them(client, here, two_versions):
    page = client.get(here)

    assert page.status_code == 200
    first, second = page.text.index("Other &lt;b&gt;words"), page.text.index("The first words.")
    assert first < second
    assert "Saved by Tomas Reed" in page.text


@pytest.mark.both_databases
def test_an_earlier_version_stands_again_as_the_newest(client, here, bid, two_versions):
    restored = client.post(f"{here}/1", data={"version": "2"})

    assert restored.location == f"/bids/{bid.token}/questions/SLP-07#part-SLP-07-a"
    assert queries.answers_of(bid)["SLP-07.a"] == "The first words."
    assert [version.version for version in queries.versions_of(bid, "SLP-07.a")] == [3, 2, 1]


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(client, here, bid, save, two_versions):
    save({"SLP-07.a": "Saved while you looked."}, version=2)

    page = client.post(f"{here}/1", data={"version": "2"})

    assert page.status_code == 409
    assert queries.answers_of(bid)["SLP-07.a"] == "Saved while you looked."


def test_a_version_that_never_was_and_a_part_of_files_are_not_found(
    client, bid, here, two_versions
):
    assert client.post(f"{here}/9", data={"version": "2"}).status_code == 404
    files = f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/versions"
    assert client.get(files).status_code == 404


def test_another_company_and_the_buying_side_find_no_versions(client_for, here, two_versions):
    stranger = make_person(Role.BID_LEAD, make_supplier("Oakmere Data"))

    assert client_for(stranger).get(here).status_code == 404
    assert client_for(make_person(Role.OFFICER)).get(here).status_code in (403, 404)


def test_the_question_leads_to_earlier_versions_once_there_are_any(client, bid, here, save):
    save({"SLP-07.a": "The first words."})
    assert here not in client.get(f"/bids/{bid.token}/questions/SLP-07").text

    save({"SLP-07.a": "Other words."}, version=1)
    assert here in client.get(f"/bids/{bid.token}/questions/SLP-07").text


def test_after_closing_versions_are_shown_but_none_can_stand_again(
    client_for, lead, here, two_versions, after_closing
):
    after_closing()
    client = client_for(lead)

    page = client.get(here)

    assert "The first words." in page.text
    assert "Use this version again" not in page.text
    assert client.post(f"{here}/1", data={"version": "2"}).status_code == 409
