"""Where a schedule goes into a template: its sections, the page turned for wide annexes, headers.

The section the place is in stays as it is: size, margins, columns, headers, footers. Wide annexes
are on the same page turned on its side, with copies of the same headers and footers whose tab
stops and tables reach as far as the turned page does.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from contract_clauses.word.blocks import SIDEWAYS, UPRIGHT
from contract_clauses.word.template_package import (
    Element,
    w,
)
from contract_clauses.word.template_pages import REFERENCES, Page, Turner, scale, text_width
from contract_clauses.word.template_properties import set_child

ONLY_AT_THE_START = ("titlePg", "pgNumType", "type", "sectPrChange", "lnNumType")
AFTER_TYPE = ("footnotePr", "endnotePr", *REFERENCES)


@dataclass
class Chunk:
    """What stands on pages of one kind."""

    elements: list[Element]
    is_wide: bool


def chunks(body: Iterable[Element]) -> list[Chunk]:
    """Return our body cut where its pages turn; its own sections go, the template's count."""
    found: list[Chunk] = []
    current: list[Element] = []
    for element in body:
        section = _section_in(element)
        if section is None:
            current.append(element)
            continue
        size = section.find(w("pgSz"))
        wide = size is not None and size.get(w("orient")) == "landscape"
        if current and found and found[-1].is_wide == wide:
            found[-1].elements += current
        elif current:
            found.append(Chunk(current, wide))
        current = []
    if current:
        found.append(Chunk(current, is_wide=False))
    return found


def insert(place: Element, body: list[Chunk], turner: Turner) -> None:
    """Put the chunks where ``place`` is, each on its kind of page."""
    _end_apart(place)
    parent, holder = _parent(place), _holder_after(place)
    here, rest = _own(parent, holder), _rest(place, holder)
    pages = [turner.page(here, is_wide=chunk.is_wide) for chunk in body]
    for chunk, page in zip(body, pages, strict=True):
        _fit(chunk, text_width(page.section))
    groups = _grouped(body, pages)
    position = parent.index(place)
    for number, (elements, page) in enumerate(groups):
        for element in elements:
            parent.insert(position, element)
            position += 1
        if number == len(groups) - 1 and (not rest or number == 0):
            break
        section = deepcopy(here) if number == 0 else _continued(page.section)
        parent.insert(position, _end_of(section))
        position += 1
    parent.remove(place)
    if len(groups) > 1:
        _put_section(parent, holder, _continued(here if rest else groups[-1][1].section))


def _parent(place: Element) -> Element:
    parent = place.getparent()
    if parent is None:
        raise LookupError("The place is not in the text")
    return parent


def _end_apart(place: Element) -> None:
    """Give the end of a section that is in the place itself a paragraph of its own."""
    section = _section_in(place)
    if section is not None:
        place.addnext(_end_of(section))


def _fit(chunk: Chunk, width: int) -> None:
    """Make our tables as wide as the text of the page they come to stand on."""
    ours = SIDEWAYS.text_width if chunk.is_wide else UPRIGHT.text_width
    for element in chunk.elements:
        if element.tag == w("tbl"):
            scale(element, width / ours)


def _section_in(element: Element) -> Element | None:
    if element.tag == w("sectPr"):
        return element
    return element.find(f"{w('pPr')}/{w('sectPr')}") if element.tag == w("p") else None


def _holder_after(place: Element) -> Element | None:
    """Return the element that ends the section of the place: a paragraph, or w:sectPr itself."""
    for element in place.itersiblings():
        if _section_in(element) is not None:
            return element
    return None


def _own(parent: Element, holder: Element | None) -> Element:
    """Return the section of the place, with the headers it takes over from those before it."""
    found: dict[tuple[str, str], Element] = {}
    here = etree.Element(w("sectPr"))
    for element in parent:
        section = _section_in(element)
        if section is None:
            continue
        for reference in section:
            name = str(reference.tag).rpartition("}")[2]
            if name in REFERENCES:
                found[(name, reference.get(w("type"), "default"))] = reference
        if element is holder:
            here = deepcopy(section)
            break
    for reference in [one for one in here if str(one.tag).rpartition("}")[2] in REFERENCES]:
        here.remove(reference)
    for position, reference in enumerate(found.values()):
        here.insert(position, deepcopy(reference))
    return here


def _rest(place: Element, holder: Element | None) -> list[Element]:
    """Return what follows the place in its section; nothing where it is but blank paragraphs."""
    rest = []
    for element in place.itersiblings():
        if element is holder:
            rest += [] if _is_section(element) else [element]
            break
        rest.append(element)
    if all(_is_blank(element) for element in rest):
        for element in rest:
            if element is not holder:
                _remove(element)
        return []
    return rest


def _is_section(element: Element) -> bool:
    return bool(element.tag == w("sectPr"))


def _is_blank(element: Element) -> bool:
    if element.tag in (w("bookmarkStart"), w("bookmarkEnd"), w("proofErr")):
        return True
    shows = (w("t"), w("drawing"), w("pict"), w("object"), w("br"), w("sym"))
    return element.tag == w("p") and not any(True for _ in element.iter(*shows))


def _grouped(body: list[Chunk], pages: list[Page]) -> list[tuple[list[Element], Page]]:
    """Return the chunks with the page of each; one section for neighbours on the same page."""
    groups: list[tuple[list[Element], Page]] = []
    for chunk, page in zip(body, pages, strict=True):
        if groups and groups[-1][1].is_turned == page.is_turned:
            _on_a_new_page(chunk.elements)
            groups[-1][0].extend(chunk.elements)
        else:
            groups.append((list(chunk.elements), page))
    return groups


def _on_a_new_page(elements: list[Element]) -> None:
    first = next((one for one in elements if one.tag == w("p")), None)
    properties = None if first is None else first.find(w("pPr"))
    if properties is not None:
        set_child(properties, etree.Element(w("pageBreakBefore")))


def _put_section(parent: Element, holder: Element | None, section: Element) -> None:
    if holder is None:
        parent.append(section)
    elif holder.tag == w("sectPr"):
        parent.replace(holder, section)
    else:
        properties = holder.find(w("pPr"))
        old = holder.find(f"{w('pPr')}/{w('sectPr')}")
        if properties is not None and old is not None:
            properties.replace(old, section)


def _continued(section: Element) -> Element:
    """Return the section as one that goes on: numbers run on, and no first page is special."""
    made = deepcopy(section)
    for name in ONLY_AT_THE_START:
        for one in made.findall(w(name)):
            made.remove(one)
    kind = etree.Element(w("type"), {w("val"): "nextPage"})
    names = [str(one.tag).rpartition("}")[2] for one in made]
    made.insert(sum(name in AFTER_TYPE for name in names), kind)
    return made


def _end_of(section: Element) -> Element:
    """Return a paragraph of next to no height that ends a section."""
    paragraph = etree.Element(w("p"))
    properties = etree.SubElement(paragraph, w("pPr"))
    etree.SubElement(
        properties, w("spacing"),
        {w("before"): "0", w("after"): "0", w("line"): "20", w("lineRule"): "exact"},
    )  # fmt: skip
    properties.append(section)
    return paragraph


def section_of(place: Element) -> Element:
    """Return the section a place is in."""
    parent = place.getparent()
    return etree.Element(w("sectPr")) if parent is None else _own(parent, _holder_after(place))


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
