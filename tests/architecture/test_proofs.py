"""What is said of proofs is what was found, and every fault of `sabotage/` can still be made."""

from __future__ import annotations

from tests.proofs import figures, sabotage
from tests.proofs.parts import PARTS


def test_the_table_of_figures_is_the_one_that_was_written_with_them():
    page = figures.PAGE.read_text(encoding="utf-8")

    assert page == figures.page_with(figures.kept(), PARTS, page), "run: make prove"
    # The heading, and a row for each part.
    assert page.count("\n| `") == 1 + len(PARTS)


def test_every_fault_still_applies_and_names_tests_that_are_there():
    faults = sabotage.faults()

    assert len(faults) >= sabotage.FEWEST
    assert sabotage.that_do_not_apply(faults) == []
    assert [fault.name for fault in faults if not fault.what or not fault.red] == []
    assert [test for fault in faults for test in fault.red if not sabotage.is_there(test)] == []
