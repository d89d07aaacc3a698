"""What is typed is kept while it is typed: answers as versions, other forms as drafts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation import clock
from foundation.database import db
from supplier_portal import queries
from supplier_portal.models import TypedDraft
from supplier_portal.queries.typed import typed_before
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

WRONG_DATE = {"SLP-07.g-day": "31", "SLP-07.g-month": "2", "SLP-07.g-year": "2026"}


@pytest.fixture
def tender(app):
    # Soon enough that whoever is signed in now still is when it closes.
    return make_open_tender(closes_at=clock.now() + timedelta(hours=2))


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def colleague(client_for, supplier):
    return client_for(make_person(Role.CONTRIBUTOR, supplier, name="Ada Hill"))


@pytest.fixture
def url(bid):
    return f"/bids/{bid.token}"


@pytest.fixture
def type_into(url):
    """Send a question as the script does while somebody types."""

    def send(client, typed, question="SLP-07", **versions):
        based_on = {f"v-{name.replace('_', '.')}": number for name, number in versions.items()}
        parts = {f"v-{re.split(r'-(?=day|month|year|exception)', name)[0]}": 0 for name in typed}
        sent = parts | {"then": "as-typed"} | typed | based_on
        return client.post(f"{url}/questions/{question}", data=sent)

    return send


def boxes(page):
    """What stands in the boxes of a page, by name."""
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page.text, re.S)
    inputs = [
        (name, text)
        for tag, name, text in re.findall(
            r'<input([^>]*name="([^"]+)"[^>]*) value="([^"]*)"', page.text
        )
        if "radio" not in tag and "checkbox" not in tag
    ]
    return {name: unescape(text) for name, text in areas + inputs}


def drafts():
    return db.session.scalars(select(TypedDraft.page).order_by(TypedDraft.page)).all()


def test_an_answer_is_saved_as_it_is_typed_and_every_version_is_kept(client, bid, type_into):
    first = type_into(client, {"SLP-07.a": "Nightly"}).json
    second = type_into(client, {"SLP-07.a": "Nightly copies"}, **{"SLP-07_a": 1}).json

    assert (first["versions"], second["versions"]) == ({"SLP-07.a": 1}, {"SLP-07.a": 2})
    assert second["said"] == f"Draft saved {second['at']}"
    assert [one.value for one in queries.versions_of(bid, "SLP-07.a")] == [
        "Nightly copies",
        "Nightly",
    ]


def test_the_same_text_sent_twice_is_one_version_and_tells_its_number(client, bid, type_into):
    type_into(client, {"SLP-07.a": "Nightly"})

    again = type_into(client, {"SLP-07.a": "Nightly"}).json

    assert (again["versions"], again["notes"]) == ({"SLP-07.a": 1}, {})
    assert len(queries.versions_of(bid, "SLP-07.a")) == 1


def test_what_will_not_do_is_said_and_kept_and_the_rest_is_saved(client, url, bid, type_into):
    answer = type_into(client, {"SLP-07.a": "Nightly"} | WRONG_DATE).json

    assert answer["versions"] == {"SLP-07.a": 1}
    assert list(answer["notes"]) == ["SLP-07.g"]
    assert answer["said"] == f"Draft saved {answer['at']}. 1 answer on this page not saved yet"
    offered = client.get(f"{url}/questions/SLP-07")
    assert "You typed something here that was not saved" in offered.text
    assert boxes(offered)["SLP-07.g-day"] == ""
    used = boxes(client.get(f"{url}/questions/SLP-07?typed=use"))
    assert [used[name] for name in WRONG_DATE] == ["31", "2", "2026"]
    assert used["SLP-07.a"] == "Nightly"


def test_what_was_kept_is_gone_once_it_is_saved(client, url, type_into):
    type_into(client, WRONG_DATE)
    right = WRONG_DATE | {
        "SLP-07.g-day": "1",
        "then": "list",
        "v-SLP-07.g": 0,
        "typed_here": "mine",
    }

    client.post(f"{url}/questions/SLP-07", data=right)

    assert drafts() == []
    assert "You typed something here" not in client.get(f"{url}/questions/SLP-07").text


def test_what_the_page_itself_kept_and_cleared_is_not_offered(client, url, type_into):
    here = type_into(client, WRONG_DATE).json["here"]
    cleared = dict.fromkeys(WRONG_DATE, "")

    again = type_into(client, cleared | {"typed_here": here}).json

    assert (here, again["here"], drafts()) == ("mine", "", [])


def test_typing_on_without_deciding_loses_nothing_of_what_was_kept(client, url, type_into):
    type_into(client, WRONG_DATE)

    here = re.search(
        r'name="typed_here" value="(\w+)"', client.get(f"{url}/questions/SLP-07").text
    ).group(1)
    answer = type_into(client, {"SLP-07.a": "Something else", "typed_here": here}).json

    assert (here, answer["here"]) == ("offered", "offered")
    used = boxes(client.get(f"{url}/questions/SLP-07?typed=use"))
    assert (used["SLP-07.a"], used["SLP-07.g-day"]) == ("Something else", "31")


def test_a_page_left_with_a_mistake_keeps_it_without_javascript(client, url):
    client.post(f"{url}/questions/SLP-07", data=WRONG_DATE | {"v-SLP-07.g": 0, "then": "next"})

    assert boxes(client.get(f"{url}/questions/SLP-07?typed=use"))["SLP-07.g-day"] == "31"


def test_a_clash_is_said_and_neither_text_is_lost(client, colleague, url, bid, type_into):
    type_into(colleague, {"SLP-07.a": "Ada's"})

    answer = type_into(client, {"SLP-07.a": "Mara's"}).json

    assert answer["versions"] == {}
    assert re.fullmatch(
        r"Ada Hill saved another answer at [^.]+\. Yours is kept, and not saved: press “Save "
        r"draft” to compare both",
        answer["notes"]["SLP-07.a"],
    )
    assert queries.answers_of(bid) == {"SLP-07.a": "Ada's"}
    compare = client.post(
        f"{url}/questions/SLP-07", data={"v-SLP-07.a": 0, "SLP-07.a": "Mara's", "then": "stay"}
    )
    assert compare.status_code == 409
    assert (unescape(compare.text).count("Ada's"), boxes(compare)["v-SLP-07.a"]) == (1, "1")


def test_an_answer_left_alone_is_told_to_have_changed_and_never_undone(
    client, colleague, url, bid, type_into
):
    type_into(client, {"SLP-07.a": "first"})
    type_into(colleague, {"SLP-07.a": "second"}, **{"SLP-07_a": 1})
    wrong = {"SLP-07.a": "first", "v-SLP-07.a": 1, "v-SLP-07.g": 0} | WRONG_DATE

    shown = client.post(f"{url}/questions/SLP-07", data=wrong)
    client.post(f"{url}/questions/SLP-07", data=boxes(shown) | {"then": "list"})
    told = type_into(client, {"SLP-07.a": "first"}, **{"SLP-07_a": 1}).json

    assert queries.answers_of(bid) == {"SLP-07.a": "second"}
    assert told["notes"]["SLP-07.a"].startswith("A colleague has saved another answer here")


def test_colleagues_type_into_parts_of_one_question_at_once(client, colleague, bid, type_into):
    one = type_into(client, {"SLP-07.a": "Mara's"}).json
    other = type_into(colleague, {"SLP-07.f": "offline"}).json

    assert (one["notes"], other["notes"]) == ({}, {})
    assert queries.answers_of(bid) == {"SLP-07.a": "Mara's", "SLP-07.f": "offline"}


def test_more_that_is_asked_is_told_until_the_page_shows_it(client, url, type_into):
    page = client.get(f"{url}/questions/SLP-07")
    asked = re.search(r'name="asked" value="([^"]+)"', page.text).group(1)
    day = {"SLP-07.g-day": "1", "SLP-07.g-month": "2", "SLP-07.g-year": "2026", "asked": asked}

    first = type_into(client, day).json
    again = type_into(client, day, **{"SLP-07_g": 1}).json

    assert first["more"] == again["more"] == "1 more answer asked for on this page now"


def test_after_the_closing_time_typing_is_refused_and_kept(client, url, type_into, after_closing):
    after_closing()

    answer = type_into(client, {"SLP-07.a": "Too late"}).json

    assert answer["message"].startswith("You cannot save answers because this tender closed on")
    assert drafts() == ["questions/SLP-07"]


@pytest.mark.parametrize("then", ["as-typed", "list"])
def test_saving_one_answer_takes_at_most_8_statements(
    client, url, type_into, statements_counted, then
):
    type_into(client, {"SLP-07.a": "one"})
    client.get(f"{url}/questions/SLP-07")

    with statements_counted() as statements:
        type_into(client, {"SLP-07.a": "two", "then": then}, **{"SLP-07_a": 1})

    assert len(statements) <= 8


def test_keeping_a_wrong_answer_takes_at_most_4_statements_more(
    client, type_into, statements_counted
):
    with statements_counted() as statements:
        type_into(client, {"SLP-07.a": "one"} | WRONG_DATE)

    assert len(statements) <= 12


ROW = "questions/SLP-13/SLP-13.b/rows/0"
FORMS = {
    ROW: {"row.name": "Hourly counts", "version": "0"},
    "questions/SLP-13/SLP-13.b/paste": {"text": "Name of the dataset\tWhy\nCounts\tPlanning"},
    "work/SLP-07": {"text": "Who knows the date of the last test?"},
    "sign-off": {"decision": "no", "text": "The hosting country is missing"},
}
PAGES = {"work/SLP-07": "questions/SLP-07/work"}


@pytest.mark.parametrize("page", FORMS)
def test_a_form_is_kept_as_typed_offered_used_and_thrown_away(
    client, client_for, supplier, url, page
):
    if page == "sign-off":
        client = client_for(make_person(Role.CERTIFIER, supplier))
    here, typed = f"{url}/{PAGES.get(page, page)}", FORMS[page]
    kept = client.post(f"{url}/typed/{page}", data=typed | {"csrf_token": "x", "password": "y"})

    offered, used = client.get(here), client.get(f"{here}?typed=use")

    assert kept.json["said"] == f"Kept as you type, {kept.json['at']}. Not saved yet"
    assert "You typed something here that was not saved" in offered.text
    assert f"{url}/typed/{page}" not in offered.text.split("<form")[-1].split("csrf")[0]
    assert "What you typed here and did not save stands below" in used.text
    assert boxes(used) | typed | {"decision": ""} == boxes(used) | {"decision": ""}
    gone = client.post(f"{url}/typed/{page}/throw-away", data={"back": here})
    assert (gone.location, drafts()) == (here, [])


def test_nothing_but_what_was_typed_is_kept(client, url, bid, lead):
    client.post(
        f"{url}/typed/work/SLP-07",
        data={"text": "A word", "csrf_token": "x", "password": "y", "then": "z"},
    )

    kept = typed_before(bid, "work/SLP-07", by=viewer_of(lead))
    assert kept.fields == (("text", "A word"),)
    assert b"A word" not in db.session.scalars(select(TypedDraft.sealed)).one()


def test_a_form_not_taken_is_kept_and_one_taken_is_forgotten(client, url, made_dataset):
    here, page = f"{url}/{ROW}", {"typed_page": ROW, "version": "0"}

    client.post(here, data=page | {"row.name": "Half a row"})
    assert drafts() == [ROW]
    assert boxes(client.get(f"{here}?typed=use"))["row.name"] == "Half a row"

    client.post(f"{url}/questions/SLP-07/work/comments", data={"text": "x", "typed_page": ROW})
    assert drafts() == []


def test_too_much_to_keep_is_told(client, url):
    answer = client.post(f"{url}/typed/work/SLP-07", data={"text": "x" * 600_000})

    assert (answer.status_code, answer.json["message"]) == (
        422,
        "More than 500,000 characters are not kept as you type: save them",
    )


def test_what_one_types_no_colleague_and_no_other_company_sees(client, colleague, client_for, url):
    client.post(f"{url}/typed/work/SLP-07", data={"text": "A word"})
    stranger = client_for(make_person(Role.BID_LEAD, make_supplier("Another")))

    assert "A word" not in colleague.get(f"{url}/questions/SLP-07/work?typed=use").text
    assert stranger.post(f"{url}/typed/work/SLP-07", data={"text": "x"}).status_code == 404


def test_a_sign_in_that_is_over_says_so_and_keeps_the_row(client, url, app):
    client.delete_cookie(cookie_name())

    kept = client.post(f"{url}/typed/{ROW}", data={"row.name": "Hourly counts"})
    saved = client.post(f"{url}/{ROW}", data={"row.name": "Hourly counts", "version": "0"})

    assert (kept.status_code, saved.status_code) == (401, 401)
    assert "Hourly counts" in saved.text


@pytest.mark.parametrize("page", ["questions/SLP-07", ROW])
def test_a_new_secret_loses_nothing_that_was_typed(client, url, app, page):
    """The service was set up anew while somebody typed: its tokens no longer fit."""
    app.config["WTF_CSRF_ENABLED"] = True
    form = client.get(f"{url}/{page}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form).group(1)
    app.secret_key = app.config["SECRET_KEY"] = "another secret, also 32 letters long"
    typed = {"csrf_token": token, "row.name": "An hour of work", "SLP-07.a": "An hour of work"}

    page = client.post(f"{url}/{page}", data=typed | {"v-SLP-07.a": "0", "version": "0"})

    assert page.status_code == 400
    assert "Check what you typed and send it again" in page.text
    assert "An hour of work" in page.text
