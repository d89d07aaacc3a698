"""The contract schedules of all bids of a tender, in one archive: read and written part by part.

A part is the schedules of a few bids, kept encrypted as soon as it is made, under a key of its own.
Whoever takes an abandoned job up again goes on after the last part, so that a framework of 5,000
suppliers is finished however often the machine stops; the archive is put together of the parts, in
the order of the bids and with fixed times, so its bytes depend on what is in it alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from accounts.queries import Viewer
from contract_clauses.models import IssuedSchedule, WordTemplateChoice
from contract_clauses.queries.decided import decided_on
from contract_clauses.queries.issuing import (
    Issue,
    approval_of,
    issues_of,
    last_approved,
    schedule_in,
)
from contract_clauses.queries.schedules import ScheduledBid, as_scheduled
from contract_clauses.queries.templates import choices_of, template_at
from contract_clauses.rules.parts import Schedule
from contract_clauses.service.drawing import draw_on
from foundation import clock, files, keys
from foundation.canonical import sha256_hex
from foundation.database import db
from records.pack.zipping import FIXED_TIME, Sink
from records.rules.schedule_register import (
    DRAFT,
    HELD_BACK,
    Registered,
    file_of,
    read_registered,
    register_csv,
)
from scoring.queries import bids_in_evaluation
from scoring.queries.excluded import disregarded
from scoring.queries.low_prices import disregarded_for_price
from scoring.service.evaluating import EVALUATED_AT
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender

# How many bids are read at a time: the most that a stopped machine does twice.
BIDS_A_PART = 20
# How many workers can make one archive at once.
MOST_LANES = 4
REGISTER, README = "register.csv", "README.txt"
HELD = "Held back by a check: {}"


@dataclass(frozen=True)
class Wished:
    """What was asked for. ``day`` stands on the covers, and drafts are on the template that was in
    use ``at`` a moment, whenever a part is made."""

    day: date
    notes: bool = False
    departures: bool = False
    at: datetime | None = None

    @classmethod
    def read(cls, options: Mapping[str, Any], at: datetime) -> Wished:
        switches = {name: bool(options.get(name)) for name in ("notes", "departures")}
        return cls(date.fromisoformat(options["day"]), at=at, **switches)


@dataclass(frozen=True)
class Part:
    """The schedules of a few bids as kept on disk; ``last``: the id of the last bid in it,
    ``held``: how many of them a check holds back, so that no schedule is written."""

    name: str
    wrapped_key: str
    last: int
    bids: int
    held: int = 0

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "name": self.name, "key": self.wrapped_key, "last": self.last,
            "bids": self.bids, "held": self.held,
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Part:
        return cls(plain["name"], plain["key"], plain["last"], plain["bids"], plain.get("held", 0))


def bids_to_make(tender: Tender) -> int:
    """Return how many schedules the archive of a tender holds."""
    wanted = _wanted(tender).with_only_columns(func.count(Bid.id))
    return db.session.scalar(wanted) or 0


def next_bids(
    tender: Tender, after: int, most: int | None = None, *, until: int | None = None
) -> list[int]:
    """Return the ids of the bids of the next part, ``until`` with the last; empty at the end."""
    wanted = _wanted(tender).where(Bid.id > after).order_by(Bid.id).limit(most or BIDS_A_PART)
    return list(db.session.scalars(wanted if until is None else wanted.where(Bid.id <= until)))


def ends_of_lanes(tender: Tender) -> list[int]:
    """Return the last bid of each lane but the last: stretches of the bids, of one length."""
    ids = list(db.session.scalars(_wanted(tender).order_by(Bid.id)))
    lanes = min(MOST_LANES, -(-len(ids) // BIDS_A_PART)) or 1
    return [ids[len(ids) * lane // lanes - 1] for lane in range(1, lanes)]


def _wanted(tender: Tender) -> Any:
    out = disregarded(tender) | disregarded_for_price(tender)
    return select(Bid.id).where(
        Bid.tender_id == tender.id, Bid.stage.in_(READABLE), Bid.id.not_in(out)
    )


def kept_part(tender: Tender, viewer: Viewer, ids: Sequence[int], wished: Wished) -> Part:
    """Make the schedules of some bids and keep them. As many statements for few as for many."""
    made = list(_made(tender, viewer, ids, wished))
    heading = json.dumps([row.plain for row, _ in made], ensure_ascii=False).encode()
    sizes = json.dumps([len(heading), *(len(document) for _, document in made)]).encode()
    key = keys.new_data_key()
    stored = files.store(
        b"".join([sizes, b"\n", heading, *(document for _, document in made)]),
        key=key,
        context=_purpose(tender),
    )
    wrapped = keys.wrap(key, purpose=_purpose(tender))
    held = sum(not row.file for row, _ in made)
    return Part(stored.name, wrapped, max(ids), len(made), held)


def _purpose(tender: Tender) -> str:
    return f"schedules:{tender.token}"


def _made(
    tender: Tender, viewer: Viewer, ids: Sequence[int], wished: Wished
) -> Iterator[tuple[Registered, bytes]]:
    """Yield each bid with its document, in the order of ``ids``; empty for one held back."""
    decided = decided_on(ids)
    # Until the results are released an issue tells which bid is recommended.
    counts = tender.stage not in EVALUATED_AT
    issued = {bid_id: last_approved(of) for bid_id, of in issues_of(ids).items() if counts}
    _read_ahead(issue for issue in issued.values() if issue is not None)
    found = {one.opened.bid.id: one for one in bids_in_evaluation(viewer, tender, only=ids)}
    choices = choices_of(tender.authority_id)
    for bid_id in ids:
        evaluated = found[bid_id]
        bid = as_scheduled(evaluated, decided[bid_id])
        yield _document(bid, issued.get(bid_id), wished, choices)


def _read_ahead(issues: Iterable[Issue]) -> None:
    """Read the texts of several issues at once, which are otherwise read one by one."""
    ids = [issue.request.id for issue in issues]
    if ids:
        db.session.scalars(
            select(IssuedSchedule)
            .options(undefer(IssuedSchedule.sealed_text))
            .where(IssuedSchedule.id.in_(ids))
        ).all()


def _document(
    bid: ScheduledBid,
    issue: Issue | None,
    wished: Wished,
    choices: Sequence[WordTemplateChoice],
) -> tuple[Registered, bytes]:
    schedule = _of_day(bid.schedule, wished.day)
    if issue is not None:
        schedule = schedule_in(issue, bid_seals.opened_key(bid.evaluated.opened.bid))
    about: dict[str, Any] = {
        "bid": bid.token,
        "supplier": bid.evaluated.name,
        "brackets": len(schedule.brackets),
        "deviations": len(schedule.deviations),
    }
    if issue is None and bid.is_held:
        checks = ", ".join(hold.check for hold in bid.holds if hold.stands)
        held = Registered(version=HELD_BACK, file="", sha256="", note=HELD.format(checks), **about)
        return held, b""
    # What was issued stays on the template that counted when it was approved.
    at = issue.answer.done_at if issue and issue.answer else wished.at or clock.now()
    document = draw_on(
        template_at(choices, at),
        schedule,
        approval_of(issue) if issue else None,
        notes=wished.notes,
        departures=wished.departures,
        bid=bid.token,
    ).document
    name = file_of(bid.evaluated.name, bid.token)
    version = str(issue.version) if issue else DRAFT
    made = Registered(version=version, file=name, sha256=sha256_hex(document), **about)
    return made, document


def _of_day(schedule: Schedule, day: date) -> Schedule:
    return replace(schedule, parties=replace(schedule.parties, prepared_on=day))


def _opened(tender: Tender, part: Part) -> Iterator[tuple[Registered, bytes]]:
    key = keys.unwrap(part.wrapped_key, purpose=_purpose(tender))
    sizes, _, rest = files.read(part.name, key=key, context=_purpose(tender)).partition(b"\n")
    heading, *documents = json.loads(sizes)
    place = heading
    for plain, size in zip(json.loads(rest[:heading]), documents, strict=True):
        yield read_registered(plain), rest[place : place + size]
        place += size


def archive(tender: Tender, parts: Sequence[Part], wished: Wished) -> Iterator[bytes]:
    """Return the archive piece by piece, never more than one part in memory."""
    sink, registered = Sink(), []
    with ZipFile(sink, "w") as zipped:
        zipped.writestr(_entry(README, ZIP_DEFLATED), readme(tender, wished))
        for part in parts:
            for row, document in _opened(tender, part):
                registered.append(row)
                if row.file:
                    # A document is packed already.
                    zipped.writestr(_entry(row.file, ZIP_STORED), document)
                    yield sink.taken()
        zipped.writestr(_entry(REGISTER, ZIP_DEFLATED), register_csv(registered))
    yield sink.taken()


def _entry(name: str, packed: int) -> ZipInfo:
    entry = ZipInfo(name, FIXED_TIME)
    entry.compress_type = packed
    entry.external_attr = 0o644 << 16
    return entry


def readme(tender: Tender, wished: Wished) -> str:
    beside = [
        words
        for words, shown in (
            ("drafting notes as comments", wished.notes),
            ("what departs from the clause library as tracked changes", wished.departures),
        )
        if shown
    ]
    return (
        f"Contract schedules: {tender.reference}, {tender.title}\n\n"
        f"One Word document for each bid that stays, as asked for on {wished.day.isoformat()}"
        f"{' with ' + ' and '.join(beside) if beside else ''}. {REGISTER} lists them with the "
        "version, the SHA-256, the brackets still to be filled and the places where the bid falls "
        "short of the minimum. A schedule that a check holds back is listed without a file.\n"
    )
