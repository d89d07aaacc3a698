"""The shipped figures of law, and the shipped questions held against them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from question_bank.loader import shipped_bank, shipped_packs
from tenders.law import shipped_law
from tenders.rules.findings import Urgency
from tenders.rules.law import read_law
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


def test_every_procedure_of_the_facts_has_its_stages():
    options = shipped_bank().facts["procedure"].spec.options

    assert set(shipped_law().procedures) == {option.value for option in options}
