"""Rows to invite: whatever is typed, every row is either wanted or told of, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenders.rules.inviting import (
    MOST_ROWS,
    TooManyRows,
    as_file,
    as_lines,
    cells_of,
    read_rows,
)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("Mara@Larkfield.Example", ("mara@larkfield.example", "")),
        ("mara@larkfield.example, Larkfield", ("mara@larkfield.example", "Larkfield")),
        ("Larkfield; mara@larkfield.example", ("mara@larkfield.example", "Larkfield")),
        ("Larkfield\tmara@larkfield.example\t", ("mara@larkfield.example", "Larkfield")),
        ('"Lark, field", mara@larkfield.example', ("mara@larkfield.example", "Lark, field")),
        ("Larkfield <mara@larkfield.example>", ("mara@larkfield.example", "Larkfield")),
        ("Acme, Ltd, mara@acme.example", ("mara@acme.example", "Acme, Ltd")),
    ],
)
def test_a_row_is_read_in_whatever_order_its_cells_stand(line, cells):
    assert cells_of(line) == cells


def test_headings_and_empty_lines_do_not_count_and_lines_keep_their_numbers():
    read = read_rows("Company,E-mail\n\nA,a@x.example\n \nB,b@x\n", invited=set())

    assert [(row.number, row.email) for row in read.wanted] == [(3, "a@x.example")]
    assert [str(row) for row in read.wrong] == [
        "Line 5: “b@x” is no address like name@company.co.uk"
    ]
    assert read.left == "B,b@x"


@given(st.text(), st.sets(st.text()))
def test_whatever_is_typed_every_row_is_wanted_or_told_of(text, invited):
    read = read_rows(text, invited=invited)

    numbers = [row.number for row in (*read.wanted, *read.wrong)]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
    assert len(numbers) == len(set(numbers))
    assert set(filled[1:]) <= set(numbers) <= set(filled)
    for row in read.wanted:
        assert row.email.count("@") == 1
        assert f"{row.email}{row.company}".isprintable()
        assert not {"\r", "\n", "<", ">", ",", " "} & set(row.email)
        assert row.email not in invited
    as_file(read.wrong)


@given(st.lists(st.lists(st.text(), max_size=4), max_size=6))
def test_a_row_of_a_file_stays_one_line(rows):
    assert as_lines(rows).count("\n") == max(0, len(rows) - 1)


def test_more_rows_than_one_look_can_take_are_refused():
    rows = "\n".join(f"c{n}@x.example" for n in range(MOST_ROWS + 1))

    with pytest.raises(TooManyRows):
        read_rows(rows, invited=set())
    with pytest.raises(TooManyRows):
        read_rows("x" * 2_000_001, invited=set())
