"""Everybody in the demonstration finds every sort of page fit for a phone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from records.demonstration.build import build
from records.demonstration.people import LARKMEAD, OFFICER, PASSWORD, PEOPLE
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.walk

# Pages of one sort differ only in the token, the question and the row; two of each are enough.
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}|SLP-\d\d(\.[a-z0-9]+)?|R\d\d|C\d\d|\d+|(?<=values/)\w+")
OF_EACH = 2
LEAD = next(person for person in PEOPLE if person.organisation == LARKMEAD)
LINKS = """[...document.querySelectorAll('main a[href^="/"]:not([download])')]
  .map((link) => link.getAttribute("href").split("#")[0])"""
FILES = re.compile(r"\.(json|xlsx|docx|ics|csv|txt|md|zip)$|/evidence/|/files/[A-Za-z0-9_-]{22}$")


@pytest.fixture
def demonstration(server, records):
    app = server.app
    app.extensions["settings"] = replace(app.extensions["settings"], demonstration=True)
    with records():
        build(app.extensions["frozen_libraries"])


@pytest.mark.parametrize(
    "who", [pytest.param(OFFICER, marks=pytest.mark.slow), LEAD], ids=lambda person: person.role
)
def test_every_sort_of_page_fits_on_a_phone(demonstration, visitor, who):
    reader = visitor(window=PHONE)
    reader.sign_in(who.email, PASSWORD)
    waiting, seen, sorts = [reader.path()], set(), Counter()

    while waiting:
        address = waiting.pop(0)
        sort = TOKEN.sub("…", address)
        if address in seen or sorts[sort] == OF_EACH or FILES.search(address):
            continue
        seen.add(address)
        sorts[sort] += 1
        reader.go(address)
        waiting.extend(reader.page.evaluate(LINKS))

    assert len(sorts) > 5
