"""What a supplier sees at a glance: what is left, what is optional, what disagrees."""

from __future__ import annotations

import re
from html import unescape

import pytest

from supplier_portal import queries

NOT_SUBCONTRACTED = (
    "The bid says that nothing is subcontracted, yet names another company that holds the data"
)
DATASETS = "/questions/SLP-13/SLP-13.b/rows"


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


def words_of(html):
    """The words of a piece of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_answers_missing_stand_by_question_with_their_number(client, url, save):
    save({"SLP-12.a": "no"})

    page = client.get(f"{url}/check").text
    questions = re.findall(r'<div class="app-missing__head">(.*?)</div>', page, re.S)
    names = [words_of(question).partition(" about ")[0] for question in questions]

    assert "Subcontracting of data processing" not in " ".join(names)
    assert "Ownership of the data 7 answers," in names


def test_each_part_of_a_question_says_whether_it_is_left_to_answer(client, url, save):
    save({"SLP-07.a": "Nightly copies"})

    page = client.get(f"{url}/questions/SLP-07").text
    parts = re.search(r'<ol class="app-parts">(.*?)</ol>', page, re.S).group(1)
    states = [words_of(part) for part in re.findall(r"<li>(.*?)</li>", parts, re.S)]

    assert states[:2] == ["Approach to recovery Answered", "Full recovery To answer"]
    assert "Last test with third parties Optional" in states


def test_answers_that_disagree_are_named_by_part_with_their_values(client, url, save, made_dataset):
    datasets = [made_dataset | {"provider": "Tamarisk Cloud"}]
    save({"SLP-12.a": "no", "SLP-13.a2": "Larkfield", "SLP-13.b": datasets})

    check = words_of(client.get(f"{url}/check").text)
    question = words_of(client.get(f"{url}/questions/SLP-12").text)

    assert NOT_SUBCONTRACTED in check
    assert "List of datasets (SLP-13.b) names “Tamarisk Cloud”" in check
    assert NOT_SUBCONTRACTED in question


def test_saving_a_draft_stays_on_the_page(client, url, bid):
    page = client.post(
        f"{url}/questions/SLP-07", data={"v-SLP-07.a": "0", "SLP-07.a": "So far", "then": "stay"}
    )

    assert page.location == f"{url}/questions/SLP-07"
    assert queries.answers_of(bid) == {"SLP-07.a": "So far"}


def test_a_row_to_be_added_begins_as_a_copy_but_for_its_name(client, url, bid, save, made_dataset):
    save({"SLP-13.b": [made_dataset]})

    pressed = client.post(f"{url}/questions/SLP-13", data={"then": "copy-row:SLP-13.b:1"})
    page = client.get(pressed.location).text

    assert pressed.location == f"{url}{DATASETS}/0?copy=1"
    assert 'name="row.name" type="text" value=""' in page
    assert made_dataset["purpose"] in unescape(page)
    assert len(queries.answers_of(bid)["SLP-13.b"]) == 1


@pytest.mark.parametrize("copy", ["0", "2", "-1", "x", "9" * 30])
def test_a_copy_of_a_row_that_is_not_there_is_an_empty_one(client, url, save, made_dataset, copy):
    save({"SLP-13.b": [made_dataset]})

    page = client.get(f"{url}{DATASETS}/0?copy={copy}")

    assert page.status_code == 200
    assert "Copied from another" not in page.text


def test_the_task_list_says_when_changes_are_not_handed_in(client, url, save):
    client.post(
        f"{url}/check", data={"knows_missing": "yes", "agreed": "yes", "declared_by": "Mara Voss"}
    )
    before = "saved but not handed in" in client.get(url).text
    save({"SLP-07.a": "Changed since"})

    assert (before, "saved but not handed in" in client.get(url).text) == (False, True)
