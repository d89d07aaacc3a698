"""Tables of forty rows: filled from other answers, what they lack named by row and column."""

from __future__ import annotations

import re
from html import unescape

import pytest

from foundation import clock
from supplier_portal import queries, service
from tenders.queries import questionnaire_of
from tests.answers_made import made_row, typed_fields
from tests.factories import viewer_of
from tests.work_counted import calls_counted

HERE = "questions/SLP-12/SLP-12.c"
# What the page may cost with forty-one rows: a third more than it does.
MOST_CALLS = 280_000


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


@pytest.fixture
def parts(tender):
    return questionnaire_of(tender).parts


@pytest.fixture
def hosts(save, parts):
    """Save datasets stored by two other companies, and that data is subcontracted."""
    rows = [made_row(parts["SLP-13.b"], number) for number in range(1, 4)]
    for row, provider in zip(
        rows, ("Northgate Hosting", "Eastgate", "Larkfield Sensors"), strict=True
    ):
        row |= {"provider": provider, "country": "GB"}
    save({"SLP-12.a": "yes", "SLP-13.b": rows})
    return rows


def lacking(page):
    """What the list of rows says is left, with where each leads."""
    found = re.findall(r'value="row:([^"]+)">([^<]+)<span', page.text)
    return [(unescape(words), place) for place, words in found if place.count(":") == 2]


def test_a_table_offers_what_other_answers_name(client, url, hosts):
    page = unescape(client.get(f"{url}/questions/SLP-12").text)

    assert (
        "Your list of datasets names companies that store data. 2 are not listed here: "
        "Northgate Hosting and Eastgate." in page
    )


def test_rows_offered_are_ticked_added_and_shown_to_be_incomplete(client, url, bid, hosts):
    offered = client.get(f"{url}/{HERE}/offered")
    first, _second = re.findall(r'name="row" type="checkbox" value="(\w+)" checked', offered.text)

    added = client.post(f"{url}/{HERE}/offered", data={"row": first})
    page = client.get(added.location)

    assert queries.answers_of(bid)["SLP-12.c"] == [
        {
            "name": "Northgate Hosting",
            "data": hosts[0]["name"],
            "hosting": "yes",
            "country": "GB",
        }
    ]
    assert lacking(page)[:2] == [
        ("Enter what the subcontractor does", "SLP-12.c:1:service"),
        ("Select whether the subcontractor handles personal data", "SLP-12.c:1:personal"),
    ]
    assert "1 is not listed here: Eastgate." in unescape(page.text)


def test_what_is_missing_leads_to_its_box(client, url, hosts):
    offered = client.get(f"{url}/{HERE}/offered")
    rows = re.findall(r'name="row" type="checkbox" value="(\w+)"', offered.text)
    client.post(f"{url}/{HERE}/offered", data={"row": rows})

    there = client.post(f"{url}/questions/SLP-12", data={"then": "row:SLP-12.c:2:personal"})

    assert there.location == f"{url}/{HERE}/rows/2#row-personal-0"
    assert 'id="row-personal-0"' in client.get(there.location).text


def test_a_row_is_completed_beside_rows_that_are_not(client, url, bid, hosts, parts):
    offered = client.get(f"{url}/{HERE}/offered")
    rows = re.findall(r'name="row" type="checkbox" value="(\w+)"', offered.text)
    client.post(f"{url}/{HERE}/offered", data={"row": rows})
    table = parts["SLP-12.c"]
    whole, typed = made_row(table, 1), {"version": "1", "then": "list"}
    for column in table.schema.columns:
        typed |= typed_fields(column, f"row.{column.id}", whole.get(column.id))

    saved = client.post(f"{url}/{HERE}/rows/1", data=typed)

    assert saved.status_code == 302
    first, second = queries.answers_of(bid)["SLP-12.c"]
    assert (first, second["name"]) == (whole, "Eastgate")
    check = unescape(client.get(f"{url}/check").text)
    assert "Row 2: Enter what the subcontractor does, and 5 more cells" in check


def test_nothing_ticked_and_rows_that_changed_meanwhile_are_told(client, url, hosts, save):
    none = client.post(f"{url}/{HERE}/offered", data={})
    other = client.post(f"{url}/{HERE}/offered", data={"row": "0123456789abcdef"})

    assert (none.status_code, other.status_code) == (422, 422)
    assert "Select the rows to add" in none.text
    assert "have changed: look at the rows again" in other.text


def test_an_incomplete_version_can_stand_again(client, url, bid, hosts):
    offered = client.get(f"{url}/{HERE}/offered")
    rows = re.findall(r'name="row" type="checkbox" value="(\w+)"', offered.text)
    client.post(f"{url}/{HERE}/offered", data={"row": rows})
    client.post(f"{url}/{HERE}/rows/1/remove", data={"version": "1"})

    client.post(f"{url}/{HERE}/versions/1", data={"version": "2"})

    assert len(queries.answers_of(bid)["SLP-12.c"]) == 2


def test_forty_rows_of_sixteen_columns_take_the_statements_of_one_and_no_more_work_each(
    client, url, bid, lead, parts, statements_counted
):
    table, by = parts["SLP-12.c"], viewer_of(lead)
    rows = [made_row(table, number) for number in range(1, 42)]
    for row in rows[21:]:
        del row["service"], row["transfer"]
    counts, works = [], []
    for shown in (rows[:1], rows[1:21], rows[21:]):
        service.save_answers(bid, {"SLP-12.a": (len(counts), "yes")}, by=by, arrived_at=clock.now())
        service.add_rows(bid, table, shown, by=by, arrived_at=clock.now())
        client.get(f"{url}/questions/SLP-12")
        with statements_counted() as statements:
            page = client.get(f"{url}/questions/SLP-12")
        with calls_counted() as work:
            client.get(f"{url}/questions/SLP-12")
        counts.append(len(statements))
        works.append(work.calls)

    assert len(lacking(page)) == 40
    assert counts[0] == counts[1] == counts[2] <= 15
    # The second twenty rows, each with two cells to name, cost little more than the first twenty.
    assert works[2] - works[1] <= 1.5 * (works[1] - works[0])
    assert works[2] <= MOST_CALLS


def test_the_paste_page_lists_every_country_and_choice_that_is_taken(client, url, hosts, parts):
    page = unescape(client.get(f"{url}/{HERE}/paste").text)

    assert "Austria; Azerbaijan" in page
    for option in parts["SLP-12.c"].schema.column("replaceable").options:
        assert option.label in page


def test_words_used_are_counted_without_javascript(client, url, save):
    save({"SLP-07.a": "Nightly copies, twice"})

    page = client.get(f"{url}/questions/SLP-07").text

    assert re.findall(r"You have written (\d+)", page) == ["3"]


def test_a_question_held_complete_says_on_the_task_list_that_answers_are_missing(client, url):
    client.post(f"{url}/questions/SLP-07/work/complete", data={"complete": "yes"})

    page = client.get(url).text

    missing = re.search(r"Marked complete by Mara Voss, although (\d+) required answers are", page)
    assert int(missing.group(1)) > 5
