"""What the workbook of a register holds beside its rows: where risks lead, what bids rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.queries import Viewer
from question_bank.rules.questions import Kind, Part
from scoring.queries import EvaluatedBid
from scoring.queries.ranked import EVALUATED_AT
from scoring.queries.scales import scale_of
from scoring.risk_links import clauses_to_name, links_of_a_risk
from scoring.rules.register import RegisterRow
from scoring.rules.register_report import Kept, Lasting, LeadsTo, RegisterMore, Upload
from supplier_portal.rules.library import expiries_in
from tenders.models import Tender

# Up to so many bids, every risk is led on through the schedule of its bid; with more, the trace
# has the clauses that are expected of each risk.
LED_ON = 12


def more_of_bids(
    viewer: Viewer,
    tender: Tender,
    bids: Sequence[EvaluatedBid],
    rows: Mapping[str, Sequence[RegisterRow]],
) -> RegisterMore:
    """Return what a workbook of the evaluation holds more. ``rows``: by token of the bid."""
    numbers = {risk.row.token: risk.number for bid in bids for risk in bid.risks}
    upload = None
    if tender.stage in EVALUATED_AT:
        upload = Upload(tender.token, viewer.organisation_token, Kept.EVALUATION, numbers)
    return _more(viewer, tender, bids, rows, upload)


def more_of_contract(
    viewer: Viewer,
    tender: Tender,
    bids: Sequence[EvaluatedBid],
    rows: Mapping[str, Sequence[RegisterRow]],
    numbers: Mapping[str, int],
) -> RegisterMore:
    """Return what a workbook of the register of a contract holds more."""
    upload = Upload(tender.token, viewer.organisation_token, Kept.CONTRACT, numbers)
    return _more(viewer, tender, bids, rows, upload)


def _more(
    viewer: Viewer,
    tender: Tender,
    bids: Sequence[EvaluatedBid],
    rows: Mapping[str, Sequence[RegisterRow]],
    upload: Upload | None,
) -> RegisterMore:
    led_on = bids if len(bids) <= LED_ON else ()
    leads_to = {
        row.token: [
            LeadsTo(link.kind, link.name, link.words, link.state)
            for link in links_of_a_risk(viewer, bid, row)
        ]
        for bid in led_on
        for row in rows[bid.token]
    }
    return RegisterMore(
        scale=scale_of(tender),
        leads_to=leads_to,
        titles=dict(clauses_to_name(bids[0])) if bids else {},
        lasting=[one for bid in bids for one in _lasting(bid)],
        upload=upload,
    )


def _lasting(bid: EvaluatedBid) -> Iterable[Lasting]:
    """Return the certificates a bid names with their last day, and the files that go with it."""
    for part_id, value in bid.opened.answers.items():
        part = bid.questionnaire.parts.get(part_id)
        if part is None:
            continue
        for what, until in expiries_in(part, value):
            yield Lasting(bid.name, part_id, part.label, what, until=until)
        yield from _files(bid, part, value)


def _files(bid: EvaluatedBid, part: Part, value: Any) -> Iterable[Lasting]:
    if part.kind is not Kind.FILE or not isinstance(value, list | tuple):
        return
    named = {entry.get("evidence") for entry in value if isinstance(entry, Mapping)}
    for one in bid.opened.evidence:
        if one.token in named:
            what = f"File: {one.title or one.name}"
            yield Lasting(bid.name, part.id, part.label, what, one.issued)
