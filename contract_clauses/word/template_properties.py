"""The children of styles, paragraphs and lists of a template, each where the schema has it."""

from __future__ import annotations

from lxml import etree

from contract_clauses.word.template_package import Element, w

# The children of w:pPr in the order of the schema, as far as a style has them.
ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
    "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap",
    "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
    "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc",
    "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr",
    "sectPr", "pPrChange",
)  # fmt: skip


def set_child(properties: Element, child: Element) -> None:
    """Put ``child`` where the schema has it, in place of one of its kind."""
    name = child.tag.rpartition("}")[2]
    for old in properties.findall(child.tag):
        properties.remove(old)
    place = ORDER.index(name)
    for position, other in enumerate(properties):
        other_name = str(other.tag).rpartition("}")[2]
        if other_name in ORDER and ORDER.index(other_name) > place:
            properties.insert(position, child)
            return
    properties.append(child)


def numbering_of(style: Element) -> Element | None:
    return style.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")


def child_of(element: Element, name: str) -> Element:
    found = element.find(w(name))
    if found is None:
        raise LookupError(f"{element.tag} has no {name}")
    return found


def properties_of(style: Element) -> Element:
    """Return the w:pPr of a style, made where the schema has it."""
    found = style.find(w("pPr"))
    if found is not None:
        return found
    made = etree.Element(w("pPr"))
    after = ("rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
    for position, child in enumerate(style):
        if str(child.tag).rpartition("}")[2] in after:
            style.insert(position, made)
            return made
    style.append(made)
    return made


def place_after(root: Element, *names: str) -> int:
    """Return the position behind the last child of one of these names."""
    tags = {w(name) for name in names}
    found = [position for position, child in enumerate(root) if child.tag in tags]
    return found[-1] + 1 if found else 0
