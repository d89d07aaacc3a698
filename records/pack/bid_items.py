"""What the authority holds of one bid once the bids are opened: what was handed in, and what
people made of it. Read bid by bid, so that thirty take no more memory than one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries import NoLibrary, scheduled_bid
from contract_clauses.service.drawing import draw_up
from foundation.canonical import canonical_json
from foundation.chunks import CHUNK_BYTES
from foundation.database import db
from question_bank.rules.answers import show_answer
from records.pack import bid_decisions, outcome, price_items
from records.pack.items import Item, Section, Sections, Whole, fields, file_name, section, slug
from scoring.models import ConfidentialityDecision
from scoring.queries import EvaluatedBid, bid_in_evaluation
from scoring.queries.confidential import marks_to_decide
from supplier_portal.models import Bid, Submission
from supplier_portal.queries import opened_bids, opened_file
from supplier_portal.queries.confidential import marks_handed_in
from supplier_portal.rules.scanning import FileRefused
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.questionnaire import AskedQuestion

BidName = tuple[str, str]


def bid_names(tender: Tender) -> list[BidName]:
    """Return branch and token of each bid that can be read; none before the opening."""
    if tender.opened_at is None:
        return []
    rows = db.session.execute(
        select(Bid.token, Organisation.name)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .where(
            Bid.tender_id == tender.id,
            Bid.stage.in_(READABLE),
            select(Submission.id).where(Submission.bid_id == Bid.id).exists(),
        )
        .order_by(func.lower(Organisation.name), Bid.id)
    )
    return [(branch_of(name, token), token) for token, name in rows]


def branch_of(name: str, token: str) -> str:
    """Return the folder of a bid: readable, and never that of another of the same name."""
    return f"bids/{slug(name)}-{slug(token[:8])}"


def bid_items(viewer: Viewer, branch: str, token: str) -> Iterator[Item]:
    """Return everything about one opened bid, read once."""
    found = bid_in_evaluation(viewer, token, to=Permission.TENDER_READ)
    bid = found.opened.bid
    yield Sections(f"{branch}/about", f"{found.name}: how it was handed in", partial(_about, found))
    yield Whole(
        f"{branch}/submission.json",
        "Everything that was handed in, as it has its fingerprint",
        lambda: [canonical_json(dict(found.opened.content)).encode()],
        repeats=f"{branch}/answers",
    )
    for asked in found.questionnaire.questions:
        yield Sections(
            f"{branch}/answers/{asked.id}",
            f"{asked.id}: {asked.question.title}",
            partial(_answers, found, asked),
        )
    yield from _evidence(found, branch)
    for name, title, made in (
        ("confidential", "What the bidder asks to be kept back, and the decisions", _confidential),
        ("prices", "Its prices, and what was looked into of them", price_items.prices),
        ("questions", "Questions to the bidder, and what it answered", bid_decisions.questions),
        ("exclusions", "Exclusion checks", bid_decisions.exclusions),
        ("letters", "The letter to the bidder, in every version", outcome.letters),
        ("result", "The assessment summary as released", bid_decisions.result),
    ):
        yield Sections(f"{branch}/{name}", f"{found.name}: {title}", partial(made, found))
    yield from bid_decisions.kept(branch, found.name, bid)
    yield Whole(
        f"{branch}/schedule.docx",
        "The contract schedule as it stands",
        partial(_schedule, viewer, bid.token),
        repeats=branch,
    )


def items_kept(tender: Tender) -> Iterator[Item]:
    """Return what people wrote about the bids of a tender whose content was destroyed."""
    for branch, token in bid_names(tender):
        bid = db.session.scalars(
            select(Bid).options(joinedload(Bid.supplier)).where(Bid.token == token)
        ).one()
        yield from bid_decisions.kept(branch, bid.supplier.name, bid)


def _about(found: EvaluatedBid) -> list[Section]:
    opened = found.opened
    told = fields(
        supplier=opened.supplier.name,
        legal_name=opened.supplier.legal_name,
        company_number=opened.supplier.company_number,
        version=opened.number,
        arrived_at=opened.arrived_at,
        fingerprint=opened.content_hash,
        stage=opened.bid.stage,
        brought_in_from_another_portal=opened.bid.brought_by_id is not None,
    )
    commitments = db.session.execute(
        select(Submission.number, Submission.arrived_at, Submission.commitment)
        .where(Submission.bid_id == opened.bid.id)
        .order_by(Submission.number)
    )
    rest = {
        name: value
        for name, value in opened.content.items()
        if name not in ("answers", "evidence", "confidential")
    }
    return [
        section("bid", "The bid", told),
        section(
            "versions",
            "Every version handed in, by its commitment",
            [fields(version=n, arrived_at=at, commitment=c) for n, at, c in commitments],
        ),
        section("said", "What was said when it was handed in", rest),
    ]


def _answers(found: EvaluatedBid, asked: AskedQuestion) -> list[Section]:
    answers = found.opened.answers
    earlier = found.opened.earlier
    return [
        Section(
            part.id,
            f"{part.id} {part.ask}",
            show_answer(part, answers[part.id])
            if part.id in answers
            else f"Asked differently then: {earlier[part.id].text}"
            if part.id in earlier
            else "Not answered",
            answers.get(part.id, earlier[part.id].value if part.id in earlier else None),
        )
        for part in asked.question.parts
    ]


def _evidence(found: EvaluatedBid, branch: str) -> Iterator[Item]:
    for file in found.opened.evidence:
        yield Whole(
            f"{branch}/evidence/{_evidence_name(file.token, file.name)}",
            f"File: {file.title or file.name}",
            partial(_bytes_of, found, file.token),
        )


def _bytes_of(found: EvaluatedBid, token: str) -> Iterator[bytes]:
    try:
        _, stored = opened_file(found.opened, token)
    except FileRefused as refused:
        yield f"Not handed out: {refused}\n".encode()
        return
    with stored:
        while piece := stored.read(CHUNK_BYTES):
            yield piece


def _confidential(found: EvaluatedBid) -> list[Section]:
    return [
        section(
            one.mark.token,
            f"{one.mark.part_id}: {one.mark.ground}",
            fields(
                passage=one.mark.passage,
                reason=one.mark.reason,
                until=one.mark.until,
                agreed=one.decided.record.agreed if one.decided else None,
                decided_by=one.decided.by if one.decided else None,
                decided_because=one.decided.record.reason if one.decided else None,
            ),
        )
        for one in marks_to_decide(found)
    ]


def _schedule(viewer: Viewer, token: str) -> Iterable[bytes]:
    try:
        found = scheduled_bid(viewer, token, to=Permission.TENDER_READ)
    except NoLibrary as none:
        return [f"{none}\n".encode()]
    drawn = draw_up(found.schedule, None, authority_id=found.tender.authority_id)
    return [drawn.document]


def agreed_to_keep_back(viewer: Viewer, tender: Tender) -> list[tuple[str, str, str]]:
    """Return (place, what, why) of everything bidders marked and an officer agreed to.

    As many statements for thirty bids as for one.
    """
    decided = {
        (bid_id, mark): (agreed, reason)
        for bid_id, mark, agreed, reason in db.session.execute(
            select(
                ConfidentialityDecision.bid_id,
                ConfidentialityDecision.mark,
                ConfidentialityDecision.agreed,
                ConfidentialityDecision.reason,
            )
            .join(Bid, Bid.id == ConfidentialityDecision.bid_id)
            .where(Bid.tender_id == tender.id)
            .order_by(ConfidentialityDecision.number)
        )
    }
    if not any(agreed for agreed, _reason in decided.values()):
        return []
    questionnaire, places = questionnaire_of(tender), []
    for opened in opened_bids(viewer, tender):
        branch = branch_of(opened.supplier_name, opened.bid.token)
        names = {file.token: file.name for file in opened.evidence}
        for mark in marks_handed_in(opened.content):
            agreed, reason = decided.get((opened.bid.id, mark.token), (False, ""))
            if not agreed:
                continue
            asked = questionnaire.question_of_part(mark.part_id)
            place = f"{branch}/answers/{asked.id if asked else '?'}/{mark.part_id}"
            if mark.file in names:
                place = f"{branch}/evidence/{_evidence_name(mark.file, names[mark.file])}"
            places.append((place, f"{opened.supplier_name}: {mark.part_id}", reason))
    return places


def _evidence_name(token: str, name: str) -> str:
    return f"{slug(token[:6])}-{file_name(name)}"
