"""Everybody in the demonstration can follow every link they are shown, from both sides.

No page is too heavy for a slow line: packed, as a proxy before the service sends it.
"""

import gzip
import re
from html import unescape

import pytest
from sqlalchemy import select

from accounts.models import Person
from foundation.database import db
from records.demonstration.people import PEOPLE

pytestmark = pytest.mark.slow

LINK = re.compile(r'href="(/[^"#]*)')
# Pages of one kind differ only in the token, the question and the row; two of each are enough.
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}|place=[^&]*|[A-Z]{3}-\d\d(\.[a-z0-9]+)?|R\d\d|C\d\d|\d+")
OF_EACH = 2
HEAVIEST = 60_000
# All clauses and annexes at once, for who asks to print them; the page before it has them in parts.
WHOLE, HEAVIEST_WHOLE = "/schedule/all", 70_000


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE, ids=lambda person: person.email)
def test_every_link_shown_to_somebody_leads_to_a_page(demonstration_built, client_for, who):
    person = db.session.scalars(select(Person).where(Person.email == who.email)).one()
    client = client_for(person)
    waiting, seen, kinds, broken, heavy = [("/", "")], {"/"}, {}, [], []

    while waiting:
        address, shown_on = waiting.pop(0)
        page = client.get(address)
        if page.status_code not in (200, 302, 303):
            broken.append((address, page.status_code, shown_on))
            continue
        weight = len(gzip.compress(page.data)) if page.mimetype == "text/html" else 0
        if weight > (HEAVIEST_WHOLE if address.endswith(WHOLE) else HEAVIEST):
            heavy.append((address, weight))
        if page.location:
            found = [page.location]
        else:
            found = LINK.findall(page.text) if page.mimetype == "text/html" else []
        for link in map(unescape, found):
            kind = TOKEN.sub("…", link)
            if link in seen or link.startswith("/static/") or kinds.get(kind, 0) >= OF_EACH:
                continue
            seen.add(link)
            kinds[kind] = kinds.get(kind, 0) + 1
            waiting.append((link, address))

    assert (broken, heavy) == ([], [])
    assert len(seen) > 3
