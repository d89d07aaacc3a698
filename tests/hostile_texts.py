"""A thousand texts such as nobody should write into an answer, always the same ones."""

from __future__ import annotations

import random
from itertools import product

MARKUP = (
    "</w:t></w:r></w:p><w:p><w:r><w:t>",
    '<w:fldSimple w:instr="DATE"/>',
    "<w:hyperlink r:id='rId1'>",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "&amp;",
    "&#10;",
    "&#x202E;",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e 'boom'>]>&e;",
    "&",
    "<",
    ">",
    '"',
    "'",
)
FIELDS = (
    '{ HYPERLINK "http://example.test" }',
    "{ INCLUDETEXT c:\\\\secret.txt }",
    "{ REF _RefClause_C01 \\r \\h }",
    "\x13 DDEAUTO c:\\\\cmd.exe \x14result\x15",
    "=cmd|' /C calc'!A0",
    "http://example.test/?a=1&b=2",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{{r injected }}",
    "{C13}",
    "{clause:C01}",
    "[start date]",
)
BREAKS = ("\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\t", "\n\n\n")
ODD = (
    *map(chr, range(0x09)),
    *map(chr, range(0x0E, 0x20)),
    "\x7f",
    "\x9f",
    "\ud800",
    "\udfff",
    "\ud83d",
    "\ufffe",
    "\uffff",
    "\ufeff",
    "\u0000\u0000",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u200b",
    "\u00ad",
    "\u00a0",
    "שלום",
    "مرحبا",
    "中文",
    "😀",
    "e\u0301",
    "\U0010ffff",
    "\ufdd0",
)
PLAIN = ("We do this with care", " ", "  two spaces  ", "R&D", "a" * 300, "0", "")


def hostile_texts(wanted: int = 1000) -> list[str]:
    """Return texts that all differ: each part alone, pairs, then longer ones by chance."""
    chance = random.Random(8)  # noqa: S311
    parts = [*MARKUP, *FIELDS, *BREAKS, *ODD, *PLAIN]
    found = dict.fromkeys(part for part in parts if part)
    found |= dict.fromkeys(f"before{part}after" for part in parts)
    found |= dict.fromkeys(a + b for a, b in product(MARKUP[:6], BREAKS))
    found["long " + "x\u202e<&]]>\n" * 2_500] = None
    while len(found) < wanted:
        found["".join(chance.choice(parts) for _ in range(chance.randint(2, 12)))] = None
    return list(found)[:wanted]
