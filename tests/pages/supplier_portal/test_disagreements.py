"""Answers that disagree, as the supplier sees them: both sides, each with its question."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.factories import make_open_tender


@pytest.fixture
def tender(app):
    return make_open_tender(facts={"permitted_countries": ["GB"]})


@pytest.fixture
def check(client_for, lead, bid):
    """The words of the check page."""

    def read():
        page = client_for(lead).get(f"/bids/{bid.token}/check").text
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())

    return read


def test_both_answers_stand_there_with_their_questions_and_what_was_asked(
    check, save, made_dataset
):
    datasets = [made_dataset | {"personal": "personal"}]
    save({"SLP-01.c": "no-personal-data", "SLP-13.b": datasets})

    page = check()

    assert (
        "Data protection law: Role under data protection law (SLP-01.c) "
        "What is your role for the data in this solution? None: the solution handles no personal"
    ) in page
    assert "Data storage and data flow: List of datasets (SLP-13.b) Which datasets" in page
    assert "row 1: personal data is “Personal data”" in page


def test_what_the_tender_asks_for_is_the_other_side_of_an_answer(check, save, made_dataset):
    save({"SLP-13.b": [made_dataset | {"country": "US"}]})

    page = check()

    assert "row 1: country where it is stored is “United States”" in page
    assert "The tender: Permitted countries United Kingdom" in page


def test_answers_that_agree_are_not_named(check, save, made_dataset):
    save({"SLP-01.c": "processor", "SLP-13.b": [made_dataset | {"personal": "personal"}]})

    assert "yet lists datasets that hold it" not in check()
