"""Draws docs/answer-file.md: the two formats, and an example of each kind that is checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from question_bank.loader import shipped_bank
from question_bank.rules.answer_file import FILE_KEYS, FORMAT, SUPPLIER_KEYS
from question_bank.rules.questions import Kind
from records.rules.json_text import DEEPEST, LARGEST_FILE
from records.rules.tender_file import FORMAT as TENDER_FORMAT


@dataclass(frozen=True)
class Example:
    """How a kind is written: in words, and as the value of one part (or fact)."""

    kind: Kind
    written: str
    id: str
    value: Any


ROW = {
    "component": "Data platform",
    "rto": "4h",
    "rpo": "15min",
    "backup_interval": "5min",
    "backup_country": "GB",
    "backup_provider": "Stillwater Vaults Ltd",
    "copies": 2,
    "isolation": "immutable-separate",
    "last_restore": "2026-05-14",
    "result": "passed",
}
CERTIFICATE = {
    "scheme": "iso-27001",
    "edition": "2022",
    "number": "ALB-27-40811",
    "body": "Albion Certification Ltd",
    "accreditation": "ukas",
    "holder": "bidder",
    "holder_name": "Larkmead Sensing Ltd",
    "scope": "Hosting and support of the Larkmead Streets platform",
    "covers_solution": "yes",
    "issued": "2025-11-10",
    "expires": "2028-11-09",
}
EXAMPLES = (
    Example(
        Kind.COMMITMENT,
        '`"yes"`, or an object with `answer` (`yes`, `yes-with-exception`, `no`) and, unless it is '
        "yes, the `exception` in words",
        "SLP-07.b",
        {"answer": "yes-with-exception", "exception": "Footage is not recovered"},
    ),
    Example(Kind.CHOICE, "the value of one option", "SLP-07.f", "immutable-separate"),
    Example(Kind.CHOICES, "a list of values of options", "SLP-04.c", ["csv", "geojson"]),
    Example(Kind.SHORT_TEXT, "text up to the part’s number of characters", "SLP-01.f", "AB12-CD34"),
    Example(
        Kind.NARRATIVE,
        "text up to the part’s number of words; `\\n` begins a new line",
        "SLP-07.e",
        "The service moves to the second region within ten minutes.",
    ),
    Example(Kind.NUMBER, "a number, or a number as text", "SLP-11.e2", 12),
    Example(Kind.DURATION, "a length of time: `4h`, `90min`, `30d`, `1d 6h`", "SLP-12.f", "30d"),
    Example(Kind.DATE, "a date as year-month-day", "SLP-07.g", "2026-05-14"),
    Example(
        Kind.URL, "an address that starts with `https://`", "SLP-11.d", "https://example.com/api"
    ),
    Example(Kind.CERTIFICATE, "an object of columns and cells", "SLP-05.c", CERTIFICATE),
    Example(
        Kind.RECORD,
        "an object of columns and cells",
        "SLP-08.j",
        {"status": "met", "protocol": "aes-256", "key_custody": "cloud-kms"},
    ),
    Example(
        Kind.TABLE,
        "a list of such objects; `[]` says that there are none",
        "SLP-07.i",
        [ROW],
    ),
    Example(
        Kind.FILE,
        "a list of files by `name`, with a `title` and the date it was `issued` if you like; the "
        "files themselves travel apart from the answer file",
        "SLP-13.f",
        [{"name": "data-flow-v7.pdf", "title": "Data flow, version 7", "issued": "2026-08-10"}],
    ),
)
# Kinds that only cells of tables and tender facts have.
FACT_EXAMPLES = (
    Example(Kind.MONEY, "pounds, as a number", "value", 480000),
    Example(Kind.COUNTRIES, "a list of two-letter codes", "permitted_countries", ["GB", "IE"]),
    Example(Kind.LINES, "a list of texts", "price_schedule_lines", ["P7 API calls"]),
)
COUNTRY = '| country | a two-letter code (ISO 3166), as a cell of a table | `"GB"` |'
SUPPLIER = {"name": "Larkmead Sensing Ltd", "company_number": "99000101"}


def answer_file_page() -> str:
    """Return docs/answer-file.md."""
    example = {
        "format": FORMAT,
        "pack": "slp-full",
        "supplier": SUPPLIER,
        "answers": {entry.id: entry.value for entry in EXAMPLES},
    }
    return f"""<!-- Drawn from the code by `make docs`. Change the code, not this page. -->

# The answer file

One supplier’s answers as JSON, for councils that run the tender elsewhere:

    flask assess --pack slp-full --answers a.json b.json --tender tender.json --out results

This makes `scores.xlsx`, `risk-register.xlsx`, a Word schedule for each supplier and
`trace.json`, which says of every level, risk and clause which rule made it and which answers it
rests on. Marks are the suggested levels, labelled “highest possible”: what only a person can
read is listed as “needs an evaluator”. A rule whose tender fact is missing is reported as “not
checked”.

A file with a mistake gets a line for each, naming the part and what was expected. The exit
status is then 2 and nothing is written. Files of an earlier run are replaced; a file somebody
has worked on since is not.

`--answers` also takes a folder, for the answer files and workbooks in it, and a file of JSON
Lines (`.jsonl`) with one answer file in each line.

For very many bids there is `--no-documents`: bids are assessed one at a time, in the same memory
for 5,000 as for 5. It writes `assessed.xlsx` (a row for each bid and for each risk) and
`assessed.jsonl` (first what was assessed by, then a line for each bid as in `trace.json`, without
rank, clauses and contract). With a mistake in any bid neither is written, and neither replaces
a file that is there.

`flask bank answer-schema --pack slp-full` prints the JSON Schema of the file. Three complete
bids and their tender stand in `records/content/demonstration/`.

## A small example

One part of every kind. A real file answers every part that is asked.

```json
{_json(example)}
```

The keys are {_listed(FILE_KEYS)}; those of `supplier` are {_listed(SUPPLIER_KEYS)}.
`bank_version` may be left out; where it is given, it must be the version that is assessed.
Parts left out count as unanswered. An answer to a part that an earlier answer makes unnecessary
does not count, and is listed.

## How each kind is written

| Kind | Written as | Example |
|---|---|---|
{_kinds()}

Text is UTF-8. NUL and half characters (lone surrogates) are refused; everything else is kept as
it is. A file may be {LARGEST_FILE // 1024 // 1024} MB, nested {DEEPEST} levels deep, and gives
each key once.

## The tender file

What the rules need to know about the tender. Every fact may be left out; then the rules that
need it are not checked.

```json
{_json(_tender_example())}
```

| Fact | Kind | What it is |
|---|---|---|
{_facts()}
"""


def _tender_example() -> dict[str, Any]:
    facts = {entry.id: entry.value for entry in FACT_EXAMPLES}
    return {
        "format": TENDER_FORMAT,
        "pack": "slp-full",
        "authority": {"name": "London Borough of Marlwick", "address": "Town Hall, Marlwick"},
        "reference": "MW-2026-014",
        "title": "Air-quality and traffic-counting sensors around school streets",
        "quality_weight": 60,
        "facts": {"closes_at": "2026-09-18", "target_rto": "24h", "personal_data": "yes", **facts},
    }


def _kinds() -> str:
    rows = [
        f"| {entry.kind} | {entry.written} | {_cell(entry)} |"
        for entry in (*EXAMPLES, *FACT_EXAMPLES)
    ]
    return "\n".join([*rows, COUNTRY])


def _cell(entry: Example) -> str:
    text = json.dumps(entry.value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= 90 else f"see `{entry.id}` above"


def _facts() -> str:
    rows = []
    for name, fact in shipped_bank().facts.items():
        options = ", ".join(f"`{option.value}`" for option in fact.spec.options)
        rows.append(
            f"| `{name}` | {fact.spec.kind}{f': {options}' if options else ''} | {fact.ask} |"
        )
    return "\n".join(rows)


def _listed(names: tuple[str, ...]) -> str:
    shown = [f"`{name}`" for name in names]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
