"""The shipped figures of law, and the shipped questions held against them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from question_bank.loader import read_yaml, shipped_bank, shipped_packs
from question_bank.rules.reading import ContentError
from tenders.law import LAW, shipped_law
from tenders.rules.findings import Urgency
from tenders.rules.law import Force, read_law
from tenders.rules.lint import knock_outs, lint
from tenders.rules.questionnaire import choose

NOW = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/London"))
TODAY = NOW.date()


def findings(pack_id):
    questionnaire = choose(shipped_bank(), shipped_packs()[pack_id])
    return lint(questionnaire, {}, shipped_law(), moment=NOW, closes_at=NOW + timedelta(days=60))


@pytest.mark.parametrize("pack_id", shipped_packs())
def test_no_shipped_pack_needs_mending_before_it_is_published(pack_id):
    assert [f.message for f in findings(pack_id) if f.urgency is Urgency.MUST] == []


def test_the_pack_of_everything_is_worth_no_second_thought():
    assert findings("slp-full") == []


def test_what_fails_a_bid_is_the_same_in_the_essentials_as_in_everything():
    essential, full = (
        {found.rule for found in knock_outs(choose(shipped_bank(), shipped_packs()[pack_id]))}
        for pack_id in ("slp-essential", "slp-full")
    )

    assert essential == full
    assert len(full) == 7


def test_the_figures_are_those_from_the_first_of_january_2026():
    assert shipped_law().figures(TODAY) == {
        "sub-central": "£207,720",
        "central": "£135,018",
        "works": "£5,193,000",
        "light-touch": "£663,540",
        "notifiable": "£30,000",
    }
    assert shipped_law().time_limit("tendering", TODAY).days == 25


def test_a_figure_counts_from_its_day_and_the_earlier_one_until_then():
    entry = {"id": "sub-central", "label": "Goods", "source": "s"}
    law = read_law(
        {
            "checked": "2026-01-01",
            "thresholds": [
                {**entry, "amount": 2, "from": "2026-01-01"},
                {**entry, "amount": 1, "from": "2025-02-24"},
            ],
            "time_limits": [
                {"id": "t", "days": 1, "from": "2026-01-01", "says": "s", "source": "s"}
            ],
            "procedures": [{"id": "open", "participation": True, "source": "s"}],
            "rules": {"weights": "s"},
        }
    )

    days = (date(2025, 12, 31), date(2026, 1, 1))
    assert [law.threshold("sub-central", day).amount for day in days] == [1, 2]
    with pytest.raises(LookupError):
        law.threshold("sub-central", date(2025, 2, 23))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("standstill", "8 working days"),
        ("standstill-voluntary", "8 working days"),
        ("contract-details", "30 days"),
        ("contract-details-light-touch", "120 days"),
        ("contract-copy", "90 days"),
        ("contract-copy-light-touch", "180 days"),
        ("performance", "12 months"),
        ("performance-breach", "30 days"),
        ("exclusion-notification", "30 days"),
        ("exclusion-look-back", "5 years"),
        ("payments", "30 days"),
        ("records", "3 years"),
        ("planned-notice-latest", "40 days"),
        ("planned-notice-earliest", "12 months"),
    ],
)
def test_a_period_of_the_law_is_as_long_as_its_section_says(name, words):
    assert shipped_law().period(name, date(2026, 11, 2)).words == words


def test_the_time_for_bids_grows_where_bids_or_documents_do_not_come_electronically():
    names = ("tendering", "tendering-partly", "tendering-neither", "tendering-shortened")
    found = [shipped_law().time_limit(name, TODAY) for name in names]
    assert [(limit.days, limit.force) for limit in found] == [
        (25, Force.MUST),
        (30, Force.MUST),
        (35, Force.MUST),
        (10, Force.MAY),
    ]


def test_what_the_law_demands_what_it_allows_and_what_is_ours_are_told_apart():
    law = shipped_law()
    forces = {name: duty.force for name, duty in law.duties.items()}
    assert [name for name, force in forces.items() if force is Force.MAY] == [
        "planned-notice",
        "engagement",
        "reserved",
        "light-touch",
        "framework",
    ]
    assert Force.PRACTICE not in forces.values()
    assert {p.source for p in law.periods if p.force is Force.PRACTICE} == {"our practice"}


def test_payments_are_published_from_april_2026_and_not_before():
    assert shipped_law().amount("payments", date(2026, 4, 1)).words == "£30,000"
    with pytest.raises(LookupError):
        shipped_law().amount("payments", date(2026, 3, 31))
    with pytest.raises(LookupError):
        shipped_law().period("payments", date(2026, 3, 31))


def test_only_where_the_law_demands_it_a_standstill_is_a_stage_of_a_procedure():
    procedures = shipped_law().procedures.values()
    assert {p.id for p in procedures if p.standstill} == {"open", "competitive-flexible", "direct"}
    assert all(("standstill" in p.stages) == p.standstill for p in procedures)
    assert [p.id for p in procedures if "participation" in p.stages] == ["competitive-flexible"]


@pytest.mark.parametrize(
    ("section", "entry", "says"),
    [
        (
            "periods",
            {"id": "p", "count": 8, "unit": "weeks", "from": "2026-01-01", "says": "s"},
            "law.yml, p: ‘weeks’ is not a unit of time; write one of days, working-days, months, "
            "years",
        ),
        (
            "duties",
            {"id": "d", "force": "should", "applies": ["above"], "says": "s", "source": "s"},
            "law.yml, d: ‘should’ is not a word for how strictly it binds; write one of must, may, "
            "practice",
        ),
        (
            "duties",
            {"id": "d", "applies": ["abov"], "says": "s", "source": "s"},
            "law.yml, d: ‘abov’ is not a group of contracts; did you mean ‘above’?",
        ),
    ],
)
def test_a_slip_in_the_figures_is_named_with_its_place(section, entry, says):
    with pytest.raises(ContentError) as wrong:
        read_law({**read_yaml(LAW), section: [entry]})
    assert str(wrong.value) == says


def test_every_procedure_of_the_facts_has_its_stages():
    options = shipped_bank().facts["procedure"].spec.options

    assert set(shipped_law().procedures) == {option.value for option in options}
