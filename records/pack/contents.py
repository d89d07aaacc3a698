"""Everything a pack holds, in its order; and what the pack says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json
from foundation.errors import DomainError
from records.pack.bid_items import bid_items, bid_names, items_kept
from records.pack.chain_items import chain_items
from records.pack.items import Item, Section, Sections, Whole, fields, section
from records.pack.tender_items import tender_items
from records.rules.kinds import RecordKind
from records.rules.withholding import is_within
from scoring.queries import bids_in_evaluation, ranking
from scoring.queries.register_rows import rows_of
from scoring.queries.scales import scale_of
from scoring.rules.register_report import RegisterMore
from scoring.views.downloads import about_tender, for_workbook
from supplier_portal.queries import published_commitments
from supplier_portal.queries.late import handed_in_late, why_said_to_council
from tenders.models import Tender
from tenders.queries import questionnaire_of

EVALUATION = "evaluation"
BIDS = "bids"


def items(tender: Tender, viewer: Viewer) -> Iterator[Item]:
    """Return everything, one thing after the other; of bids nothing before the opening."""
    yield from tender_items(tender)
    bids = bid_names(tender)
    yield from chain_items(tender, bids)
    if tender.opened_at is None:
        return
    yield from _opening(tender)
    if tender.content_destroyed_at is not None:
        yield from items_kept(tender)
        return
    if bids:
        yield from _evaluation(tender, viewer)
    for branch, token in bids:
        yield from bid_items(viewer, branch, token)


def places(tender: Tender, viewer: Viewer, branch: str) -> list[Item]:
    """Return what lies within ``branch``; a bid is read only where the branch is within it."""
    found: list[Item] = []
    if not is_within(branch, BIDS):
        found = list(tender_items(tender)) + list(chain_items(tender, bid_names(tender)))
        if tender.opened_at is not None:
            found += list(_opening(tender))
        if tender.opened_at is not None and tender.content_destroyed_at is None:
            found += list(_evaluation(tender, viewer))
    elif tender.content_destroyed_at is not None:
        found = list(items_kept(tender))
    else:
        for own, token in bid_names(tender):
            if is_within(branch, own):
                found = list(bid_items(viewer, own, token))
    return [one for one in found if not branch or is_within(one.path, branch)]


def _opening(tender: Tender) -> Iterator[Item]:
    yield Whole(
        "opening/commitments.json",
        "The commitments of all bids, as published",
        lambda: [canonical_json({"commitments": published_commitments(tender)}).encode()],
    )
    if tender.content_destroyed_at is None:
        yield Sections("opening/late-bids", "Bids that came late", partial(_late, tender))


def _evaluation(tender: Tender, viewer: Viewer) -> Iterator[Item]:
    """Return the workbooks of the evaluation; they repeat what stands with each bid."""
    yield Whole(
        f"{EVALUATION}/scores.xlsx",
        "Scores of all bids, with reasons",
        partial(_scores, tender, viewer),
        repeats=BIDS,
    )
    yield Whole(
        f"{EVALUATION}/risk-register.xlsx",
        "The risk register of all bids",
        partial(_register, tender, viewer),
        repeats=BIDS,
    )


def _scores(tender: Tender, viewer: Viewer) -> Iterable[bytes]:
    from scoring.workbook import scores_workbook  # with the library for Excel

    bids = bids_in_evaluation(viewer, tender)
    by_token = {bid.token: bid for bid in bids}
    listed = [for_workbook(by_token[one.candidate.key], one) for one in ranking(bids)]
    about = about_tender(tender, f"Scores: {tender.title}")
    return [scores_workbook(about, listed, questionnaire_of(tender))]


def _register(tender: Tender, viewer: Viewer) -> Iterable[bytes]:
    from scoring.workbook import register_workbook  # with the library for Excel

    bids = bids_in_evaluation(viewer, tender)
    found = rows_of(tender.authority_id, bids)
    rows = [row for bid in bids for _, row in found[bid.token]]
    about = about_tender(tender, f"Risk register: {tender.title}")
    names = [bid.name for bid in bids]
    more = RegisterMore(scale=scale_of(tender))
    return [register_workbook(about, rows, questionnaire_of(tender), names, more)]


def _late(tender: Tender) -> list[Section]:
    """Return which bids came late, when, why they say so, and by which commitment; not what they
    say, which is with the bids once one is admitted."""
    found = []
    for late, bid in handed_in_late(tender):
        try:
            why = why_said_to_council(bid, late)
        except (DomainError, NoResultFound) as error:
            why = str(error)
        told = fields(arrived_at=late.arrived_at, commitment=late.commitment, why=why)
        found.append(section(late.token, bid.supplier.name, told))
    return found


def readme(tender: Tender, kind: RecordKind, made_at: datetime, asked_by: str) -> str:
    """Return what the pack is, in plain words."""
    whole = kind is RecordKind.AUDIT
    lines = [
        f"The record of {tender.reference}: {tender.title}",
        tender.authority.name,
        "",
        f"Made on {clock.show_moment(made_at)} for {asked_by}.",
        "",
        "This is the whole record, for auditors. It names people and holds what suppliers asked to "
        "be kept in confidence: do not pass it on."
        if whole
        else "This is what can be given out on request. Each part that is withheld is replaced by "
        "the exemption and the reason.",
        "",
        "Open index.html for a list with links, or index.csv in a spreadsheet. Both give the "
        "SHA-256 of every file, so that anybody can tell whether one was changed.",
        "",
        *_of_bids(tender),
        "",
        "audit/ holds the chains in which every change was written down as it was made. On any "
        "computer with Python: python audit/verify_audit.py audit/tender.jsonl",
        "",
        "Times are in UTC, to the microsecond. Who asked a question before the closing time is not "
        "in here: the council was never told. Of e-mails, those to companies that did not hand in "
        "a bid are left out for the same reason.",
    ]
    return "\n".join(lines) + "\n"


def _of_bids(tender: Tender) -> list[str]:
    if tender.content_destroyed_at is not None:
        when = clock.show_moment(tender.content_destroyed_at)
        return [
            f"What the bids said was destroyed on {when}, as decisions/retention.txt records. "
            "What people decided and wrote about each is in bids/; fingerprints, commitments and "
            "audit chains are kept."
        ]
    if tender.opened_at is None:
        return ["Bids, if there are any, are sealed: nothing of them is in here, nor how many."]
    return [
        "bids/ holds a folder for each bid that was opened: what was handed in, its files, and "
        "every mark and decision with its reason."
    ]
