"""Lines of a price schedule, and how totals are worked out from them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tenders.rules.award import Award, Formula
from tenders.rules.price_schedule import (
    LineKind,
    PriceLine,
    PriceSchedule,
    ScheduleUnclear,
    advice,
    must_be_clear,
    next_reference,
    problems,
    read_schedule,
    with_ready_made,
    written,
)

DEVICES = PriceLine(id="L1", what="Sensor, fitted", unit="device", quantity=Decimal(40))
HOSTING = PriceLine(id="L2", what="Platform", unit="year", quantity=Decimal(1), yearly=True)
CALLS = PriceLine(
    id="L3", what="API calls", unit="1,000 calls", quantity=Decimal("2.5"), kind=LineKind.ZERO
)
TRAINING = PriceLine(
    id="L4", what="Training", unit="day", quantity=Decimal(3), kind=LineKind.OPTION
)
SCHEDULE = PriceSchedule((DEVICES, HOSTING, CALLS, TRAINING), 3)


def prices(*amounts):
    return {line.id: Decimal(amount) for line, amount in zip(SCHEDULE.lines, amounts, strict=False)}


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (("100", "5000", "0", "900"), "19000.00"),
        # 40 × 0.0001 = 0.004 goes down; 2.5 × 0.002 = 0.005 goes up, each before they are added.
        (("0.0001", "0", "0.002", "1"), "0.01"),
        (("0.0001", "0.0017", "0.0019", "0"), "0.01"),
        (("999999999.99", "999999999.99", "0", "0"), "42999999999.57"),
    ],
)
def test_a_total_is_the_sum_of_lines_each_rounded_half_up_to_the_penny(amounts, total):
    assert SCHEDULE.total(prices(*amounts)) == Decimal(total)


def test_an_option_is_not_in_the_total_and_a_line_without_price_leaves_none():
    assert SCHEDULE.total(prices("1", "1", "0")) == Decimal("43.00")
    assert SCHEDULE.total(prices("1", "1")) is None
    assert SCHEDULE.missing(prices("1", "1")) == (CALLS, TRAINING)


def test_what_is_written_is_read_again_and_has_one_fingerprint():
    assert read_schedule(written(SCHEDULE)) == SCHEDULE
    assert read_schedule({}) == PriceSchedule()
    changed = replace(SCHEDULE, lines=(replace(DEVICES, quantity=Decimal(41)), HOSTING))
    assert len({SCHEDULE.fingerprint, changed.fingerprint, PriceSchedule().fingerprint}) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "1"}, "id_1"),
        ({"id": "L2"}, "id_2"),
        ({"id": "l2"}, "id_2"),
        ({"id": "A" * 13}, "id_1"),
        ({"what": ""}, "what_1"),
        ({"what": "x" * 201}, "what_1"),
        ({"unit": ""}, "unit_1"),
        ({"quantity": Decimal(0)}, "quantity_1"),
    ],
)
def test_a_line_that_cannot_be_priced_is_refused_at_its_field(change, field):
    with pytest.raises(ScheduleUnclear) as refused:
        must_be_clear(PriceSchedule((replace(DEVICES, **change), HOSTING), 3))
    assert refused.value.field == field


def test_options_alone_and_too_many_lines_or_years_are_refused():
    for lines, years in [
        ((TRAINING,), 1),
        ((DEVICES,), 31),
        (tuple(replace(DEVICES, id=f"A{n}") for n in range(61)), 1),
    ]:
        with pytest.raises(ScheduleUnclear):
            must_be_clear(PriceSchedule(lines, years))
    must_be_clear(SCHEDULE)


def test_ready_made_lines_are_expected_at_zero_and_added_once():
    once = with_ready_made(PriceSchedule((DEVICES,), 3))

    assert [(line.id, line.kind) for line in once.lines] == [
        ("L1", "priced"),
        ("L2", "zero"),
        ("L3", "zero"),
        ("L4", "zero"),
    ]
    assert with_ready_made(once) == once
    must_be_clear(once)


def test_a_free_reference_is_found_whatever_its_case():
    assert next_reference({"l1", "L2", "P7"}) == "L3"


def test_a_formula_that_needs_a_price_needs_a_schedule_and_the_other_way_round():
    f6, elsewhere = Award(formula=Formula.BENCHMARK), Award()

    assert [len(list(problems(s, a, w))) for s, a, w in [
        (PriceSchedule(), f6, 60),
        (PriceSchedule(), f6, 100),
        (PriceSchedule(), elsewhere, 60),
        (SCHEDULE, f6, 60),
    ]] == [1, 0, 0, 0]  # fmt: skip
    assert [len(list(advice(SCHEDULE, a, 60))) for a in (f6, elsewhere)] == [0, 1]


def test_a_fact_that_names_lines_the_schedule_does_not_have_is_pointed_out():
    found = list(advice(SCHEDULE, Award(formula=Formula.BENCHMARK), 60, ["L3 API calls", "P7"]))

    assert [finding.details for finding in found] == [("P7",)]
