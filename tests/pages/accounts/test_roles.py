"""The table of permissions on a page, and what it gives whoever looks at it."""

from __future__ import annotations

import re
from html import unescape

from accounts.rules.people import IN_WORDS, roles_of_kind
from accounts.rules.permissions_in_words import MAY, allowed_in_words
from accounts.rules.roles import KIND_OF, PERMISSIONS, Permission, Role
from tests.factories import make_person, make_supplier, make_tender

ROW = re.compile(r'<tr class="govuk-table__row"><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', re.S)
LINE = re.compile(r"<li>(.*?)</li>", re.S)
MAIN = re.compile(r"<main.*</main>", re.S)


def table_shown(page):
    """Return what the page says: for each permission the roles that have a tick, in words."""
    names = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)[1:]
    rows = {
        unescape(words): re.findall(r"(may not|may)</span></td>", cells)
        for words, cells in ROW.findall(page)
    }
    return {
        words: {name for name, cell in zip(names, cells, strict=True) if cell == "may"}
        for words, cells in rows.items()
    }


def table_meant(kind):
    roles = roles_of_kind(kind)
    held = {one: {IN_WORDS[role].name for role in roles if one in PERMISSIONS[role]} for one in MAY}
    return {MAY[one][0].upper() + MAY[one][1:]: names for one, names in held.items() if names}


def test_every_permission_has_words_of_its_own_and_in_the_order_of_the_table():
    assert list(MAY) == list(Permission)
    assert len(set(MAY.values())) == len(MAY)


def test_the_page_shows_the_table_that_the_pages_ask(client_for):
    shown = {
        role: client_for(role).get("/team/roles")
        for role in (Role.ADMINISTRATOR, Role.BID_LEAD, Role.SUPPLIER_READER)
    }

    for role, page in shown.items():
        assert table_shown(page.text) == table_meant(KIND_OF[role])
    assert client_for(Role.OFFICER).get("/team/roles").status_code == 403


def test_everybody_reads_what_he_may_do_himself(client_for):
    page = client_for(Role.EVALUATOR).get("/account/roles").text

    assert LINE.findall(MAIN.search(page).group()) == allowed_in_words([Role.EVALUATOR])
    assert "you work as evaluator" in page
    assert "/team/roles" not in MAIN.search(page).group()


def test_a_role_for_one_tender_stands_under_that_tender(app, client_for):
    company = make_supplier()
    lead = make_person(Role.BID_LEAD, company)
    tender = make_tender()
    guest = make_person(Role.CONTRIBUTOR, company, tender_id=tender.id)

    page = MAIN.search(client_for(guest).get("/account/roles").text).group()

    assert LINE.findall(page) == allowed_in_words([Role.CONTRIBUTOR])
    assert "For this tender you work as contributor" in page
    assert "You may:" not in page
    assert client_for(lead).get("/account/roles").text.count("<h2") == 0


def test_words_of_several_roles_are_said_once():
    both = allowed_in_words([Role.OFFICER, Role.EVALUATOR])

    assert len(both) == len(set(both))
    assert set(both) == set(allowed_in_words([Role.OFFICER])) | set(
        allowed_in_words([Role.EVALUATOR])
    )
    assert allowed_in_words([]) == []
