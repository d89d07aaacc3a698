import pytest
from openpyxl import Workbook

from foundation.cells import as_stored, fit_for_cell
from foundation.spreadsheets import write_text
from supplier_portal.workbook.cells import unescaped


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2+5", "@SUM(A1)", "\t=1", "＝1", "plain"])
def test_text_from_outside_stays_text(text):
    cell = Workbook().active.cell(1, 1)

    write_text(cell, text)

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_characters_a_workbook_cannot_hold_are_visibly_replaced():
    assert fit_for_cell("a\x0bb\x00c\ud800d\uffff") == "a\ufffdb\ufffdc\ufffdd\ufffd"


def test_a_text_too_long_for_a_cell_says_that_it_was_cut():
    assert len(fit_for_cell("x" * 40_000)) == 32_767
    assert fit_for_cell("x" * 40_000).endswith("(cut: a cell holds no more)")


@pytest.mark.parametrize(
    "text", ["_x0041_", "_x005F_", "_x005F_x0041_x0042_", "__x000a__", "_x41_", "a_x0041", "_"]
)
def test_a_text_that_looks_like_a_character_is_read_back_as_that_text(text):
    cell = Workbook().active.cell(1, 1)

    write_text(cell, text)

    assert unescaped(cell.value) == unescaped(as_stored(text)) == text
