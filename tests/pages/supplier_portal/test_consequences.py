"""What a question's page says an answer leads to: never of a question nobody has begun."""

from __future__ import annotations

import re
from html import unescape

import pytest

NEVER_TESTED = "Recovery has not been tested with the third parties it depends on"
OF_THIS_ONE = "The copies could be destroyed in the same attack as the live service"


@pytest.fixture
def said(client_for, lead, bid):
    def on_the_page(question):
        page = client_for(lead).get(f"/bids/{bid.token}/questions/{question}")
        shown = re.findall(
            r'<div class="app-consequence">.*?<p class="govuk-body">(.*?)\.</p>', page.text, re.S
        )
        assert page.status_code == 200
        return [unescape(words) for words in shown]

    return on_the_page


def test_a_question_that_nobody_has_begun_leads_to_nothing(said):
    assert said("SLP-07") == []


def test_leaving_an_answer_empty_has_consequences_once_the_question_is_begun(said, save):
    save({"SLP-07.b": {"answer": "yes"}})

    assert said("SLP-07") == [NEVER_TESTED]


def test_an_answer_to_another_question_begins_only_its_own(said, save):
    save({"SLP-08.a": {"status": "met"}})

    assert said("SLP-07") == []


def test_what_an_answer_itself_leads_to_is_shown(said, save):
    save({"SLP-07.f": "online-replica"})

    assert said("SLP-07") == [OF_THIS_ONE, NEVER_TESTED]
