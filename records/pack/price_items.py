"""What the record says of the prices of one bid: that they are shut, or each line and total."""

from __future__ import annotations

from records.pack.items import Section, fields, section
from scoring.queries import EvaluatedBid
from scoring.queries.low_prices import case_of
from scoring.queries.price_opening import SHUT, OpenedPrices, last_opening, prices_of_one
from supplier_portal.rules.prices import pounds
from tenders.price_schedule import schedule_of


def prices(found: EvaluatedBid) -> list[Section]:
    """Return nothing for a tender that asks for no prices."""
    if not schedule_of(found.tender):
        return []
    one = prices_of_one(found.opened)
    if one is None:
        return [section("shut", SHUT, "Nobody on the buying side has seen them.")]
    return [_found(one), _lines(one), *_low_price(found)]


def _found(one: OpenedPrices) -> Section:
    opening = last_opening(one.opened.bid.tender)
    told = fields(
        found=one.state.value,
        total=pounds(one.total) if one.total is not None else None,
        version=one.saved.number if one.saved else None,
        hash_of_the_prices=one.commitment,
        entered_because=one.saved.offer.entered_because if one.saved else None,
        entered_by=one.saved.author if one.saved and one.saved.offer.entered_because else None,
        opened_by=opening.opened_by.name if opening else None,
        opened_at=opening.opened_at if opening else None,
        charges_and_answers_that_disagree=[entry.says for entry in one.contradictions] or None,
    )
    return section("found", "How the prices were found", told)


def _lines(one: OpenedPrices) -> Section:
    listed = []
    for line in one.schedule.lines:
        price, total = one.prices.get(line.id), one.line_total(line)
        listed.append(
            fields(
                line=line.id,
                what=line.what,
                quantity=f"{line.quantity:f} × {line.unit}{', each year' if line.yearly else ''}",
                kind=line.kind_words,
                price_for_one_unit=pounds(price) if price is not None else "No price",
                line_total=pounds(total) if total is not None else None,
            )
        )
    return section("lines", "Lines", listed)


def _low_price(found: EvaluatedBid) -> list[Section]:
    return [
        section(
            f"low-price-{step.number}",
            f"Abnormally low price, step {step.number}: {step.step}",
            fields(
                text=step.text,
                decision=step.decision,
                reply_before=step.due_at,
                recorded_by=step.recorded_by,
                recorded_at=step.recorded_at,
            ),
        )
        for step in case_of(found.opened.bid).steps
    ]
