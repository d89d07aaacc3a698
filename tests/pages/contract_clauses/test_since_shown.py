"""How a schedule differs from what its supplier was shown, with all that people wrote and took."""

# ruff: noqa: F811  (fixtures, as they are asked for)

from __future__ import annotations

from html import unescape
from io import BytesIO

import docx

from contract_clauses.rules.library import Depth
from contract_clauses.rules.redrafting import Added, Redraft, Words
from contract_clauses.service.redrafting import redraft_clause
from tests import contracting
from tests.factories import viewer_of
from tests.pages.contract_clauses.test_deviations import (  # noqa: F401  (fixtures)
    bid,
    decide,
    facts,
    tender,
    words,
)

REASON = "Agreed with the operations team"
NEW = "The Supplier tells the Council by telephone first."


def said(client, bid):
    page = words(client.get(f"/schedules/{bid.token}"))
    start = page.index("How this schedule differs from what the supplier was shown")
    return page[start:]


def redrafted(bid, officer, clause, redraft):
    found = contracting.read(bid, officer)
    redraft_clause(found, clause, redraft, REASON, based_on=0, by=viewer_of(officer))


def test_untouched_it_does_not_differ(client_for, officer, bid):
    assert "the same clauses, in the same words and with the same values." in said(
        client_for(officer), bid
    )


def test_words_somebody_wrote_took_out_and_put_in_are_named_with_who_and_why(
    client_for, officer, bid
):
    before = contracting.read(bid, officer).schedule.clause("C13")
    old = {part.key: part.text for part in before.paragraphs}
    redraft = Redraft(
        changed={"7": Words("The Supplier keeps silent.")},
        removed=frozenset({"5"}),
        added=(Added("own1", "4", Words(NEW)),),
    )
    redrafted(bid, officer, "C13", redraft)

    seen = said(client_for(officer), bid)

    assert "(C13) says something else" in seen
    assert f"Changed by Ines Roy: {REASON}" in seen
    for text in ("The Supplier keeps silent.", NEW):
        assert f"New: {text}" in seen
    for key in ("5", "7"):
        assert f"Gone: {old[key][:40]}" in seen
    assert f"Gone: {old['4'][:40]}" not in seen
    assert "It does not: the same clauses" not in seen
    # Back to the library's words, nothing differs.
    found = contracting.read(bid, officer)
    redraft_clause(found, "C13", Redraft(), "Not agreed", based_on=1, by=viewer_of(officer))
    assert "It does not: the same clauses" in said(client_for(officer), bid)


def test_a_clause_in_another_depth_is_named_on_the_page_in_word_and_in_the_preview(
    client_for, officer, bid
):
    client = client_for(officer)
    plain = words(client.get(f"/schedules/{bid.token}"))
    assert "which the bidders saw before they bid." in plain
    redrafted(bid, officer, "C13", Redraft(depth=Depth.ENHANCED))
    clause = contracting.read(bid, officer).schedule.clause("C13")
    exception = f"clause {clause.number}, {clause.title}: enhanced"

    page = words(client.get(f"/schedules/{bid.token}"))
    document = docx.Document(BytesIO(client.get(f"/schedules/{bid.token}/schedule.docx").data))
    preview = words(client.get(f"/schedules/{bid.token}/preview"))

    assert f"but for {clause.title} (C13) in the enhanced depth" in page
    assert "says something else, in the enhanced depth" in said(client, bid)
    cover = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["Depth of the clauses", f"Standard, but {exception}"] in cover
    assert exception in preview


def test_the_bids_own_figure_that_was_accepted_is_named_and_so_is_a_value_somebody_entered(
    client_for, officer, bid
):
    client = client_for(officer)

    decide(client, bid, "accepted")

    seen = said(client, bid)
    assert "“48” instead of “24”" in seen
    assert "It does not: the same clauses" not in unescape(seen)
