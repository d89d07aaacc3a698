"""Pages of a template: how wide their text is, and the same page turned on its side."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from contract_clauses.word.template_package import (
    Element,
    R,
    Relations,
    parsed,
    say_type,
    w,
    written,
)
from contract_clauses.word.template_properties import set_child

REFERENCES = ("headerReference", "footerReference")
# A4 upright with an inch around, where a section says nothing.
WIDTH, HEIGHT, MARGIN = 11906, 16838, 1440
PART_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"


@dataclass
class Page:
    section: Element
    is_turned: bool


class Turner:
    """Gives a section turned on its side, and makes its headers once."""

    def __init__(
        self, parts: dict[str, bytes], main: str, relations: Relations,
        styles: Mapping[str, Element],
    ) -> None:  # fmt: skip
        self._parts, self._folder = parts, posixpath.dirname(main)
        self._relations, self._styles = relations, styles
        self._copies: dict[str, str] = {}

    def page(self, here: Element, *, is_wide: bool) -> Page:
        width, height = _size(here)
        if not is_wide or width > height:
            return Page(here, is_turned=False)
        turned = deepcopy(here)
        for columns in turned.findall(w("cols")):
            turned.remove(columns)
        size = turned.find(w("pgSz"))
        if size is None:
            size = etree.Element(w("pgSz"))
            turned.append(size)
        size.set(w("w"), str(height))
        size.set(w("h"), str(width))
        size.set(w("orient"), "landscape")
        size.attrib.pop(w("code"), None)
        factor = text_width(turned) / text_width(here)
        for reference in turned:
            if str(reference.tag).rpartition("}")[2] in REFERENCES:
                number = reference.get(f"{{{R}}}id", "")
                reference.set(f"{{{R}}}id", self._copy(number, factor))
        return Page(turned, is_turned=True)

    def _copy(self, number: str, factor: float) -> str:
        """Return the relationship to a copy of a header or footer, fit for the turned page."""
        if number in self._copies:
            return self._copies[number]
        source = self._relations.part_of_id(number)
        if source not in self._parts:
            return number
        root = parsed(self._parts[source])
        kind = "header" if root.tag == w("hdr") else "footer"
        widen(root, factor, self._styles)
        base = f"schedule-{kind}-{len(self._copies) + 1}.xml"
        name = posixpath.join(self._folder, base)
        self._parts[name] = written(root)
        relations = Relations(self._parts, source)
        if relations.name in self._parts:
            self._parts[Relations(self._parts, name).name] = self._parts[relations.name]
        say_type(self._parts, name, PART_TYPE.format(kind=kind))
        self._copies[number] = self._relations.add(kind, base)
        return self._copies[number]


def widen(root: Element, factor: float, styles: Mapping[str, Element]) -> None:
    """Move the tab stops of a header, and draw out its tables, for a page of another width."""
    for paragraph in root.iter(w("p")):
        if not any(True for _ in paragraph.iter(w("tab"))):
            continue
        inherited = _tabs_of_style(_style_of(paragraph), styles)
        own = _tabs_in(paragraph.find(f"{w('pPr')}/{w('tabs')}"))
        stops = {pos: tab for pos, tab in (inherited | own).items() if tab.get(w("val")) != "clear"}
        if not stops:
            continue
        tabs = etree.Element(w("tabs"))
        moved = {round(position * factor): tab for position, tab in stops.items()}
        for position in sorted({*inherited} | {*moved}):
            if position in moved:
                made = deepcopy(moved[position])
                made.set(w("pos"), str(position))
            else:
                made = etree.Element(w("tab"), {w("val"): "clear", w("pos"): str(position)})
            tabs.append(made)
        properties = paragraph.find(w("pPr"))
        if properties is None:
            properties = etree.Element(w("pPr"))
            paragraph.insert(0, properties)
        set_child(properties, tabs)
    for table in root.iter(w("tbl")):
        scale(table, factor)


def scale(table: Element, factor: float) -> None:
    """Draw a table wider or narrower; widths in per cent stay."""
    for one in table.iter(w("gridCol"), w("tcW"), w("tblW")):
        if one.get(w("type"), "dxa") == "dxa" and one.get(w("w"), "").isdigit():
            one.set(w("w"), str(round(int(one.get(w("w"))) * factor)))


def _style_of(paragraph: Element) -> str:
    named = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if named is None else str(named.get(w("val"), ""))


def _tabs_of_style(name: str, styles: Mapping[str, Element]) -> dict[int, Element]:
    chain: list[Element] = []
    while name in styles and styles[name] not in chain:
        chain.append(styles[name])
        based = styles[name].find(w("basedOn"))
        name = "" if based is None else str(based.get(w("val"), ""))
    found: dict[int, Element] = {}
    for style in reversed(chain):
        found |= _tabs_in(style.find(f"{w('pPr')}/{w('tabs')}"))
    return {pos: tab for pos, tab in found.items() if tab.get(w("val")) != "clear"}


def _tabs_in(tabs: Element | None) -> dict[int, Element]:
    if tabs is None:
        return {}
    return {number_in(tab.get(w("pos"))): tab for tab in tabs.findall(w("tab"))}


def _size(section: Element) -> tuple[int, int]:
    size = section.find(w("pgSz"))
    if size is None:
        return WIDTH, HEIGHT
    return number_in(size.get(w("w"))) or WIDTH, number_in(size.get(w("h"))) or HEIGHT


def text_width(section: Element) -> int:
    """Return how wide the text is; of several columns, how wide each is."""
    width, _height = _size(section)
    margins, columns = section.find(w("pgMar")), section.find(w("cols"))
    left = right = MARGIN
    gutter = 0
    if margins is not None:
        left, right = number_in(margins.get(w("left"))), number_in(margins.get(w("right")))
        gutter = number_in(margins.get(w("gutter")))
    text = width - left - right - gutter
    if columns is not None and number_in(columns.get(w("num"))) > 1:
        count = number_in(columns.get(w("num")))
        text = (text - number_in(columns.get(w("space"))) * (count - 1)) // count
    return max(text, MARGIN)


def number_in(text: str | None) -> int:
    try:
        return int(float(text or 0))
    except (ValueError, OverflowError):
        return 0
