"""Our styles and numbering in a template: mapped to its own by name, or added beside them.

Numbers stay Word's own. Our lists join the template's under new ids; a style of the template that
is chosen for something numbered is linked to them itself where the template uses it for nothing
else, and otherwise through a new style based on it: its own text keeps its look and its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy

from lxml import etree

from contract_clauses.word.package import SKELETON
from contract_clauses.word.template_package import (
    Element,
    Relations,
    parsed,
    say_type,
    w,
    written,
)
from contract_clauses.word.template_properties import (
    child_of,
    numbering_of,
    place_after,
    properties_of,
    set_child,
)
from contract_clauses.word.template_reading import name_of

NUMBERING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
DEFAULTS = {
    "Normal": "paragraph",
    "DefaultParagraphFont": "character",
    "TableNormal": "table",
    "NoList": "numbering",
}


class Joining:
    """The styles and lists of one template while ours join them."""

    def __init__(
        self, parts: dict[str, bytes], main: str, chosen: Mapping[str, str], used: Iterable[str]
    ) -> None:
        self._parts, self._chosen = parts, chosen
        self.relations = Relations(parts, main)
        self._styles_part = self._part("styles", STYLES_TYPE)
        self._numbering_part = self._part("numbering", NUMBERING_TYPE)
        self.styles = parsed(parts[self._styles_part])
        self._numbering = parsed(parts[self._numbering_part])
        self._ours = {one.get(w("styleId")): one for one in _skeleton("styles").iter(w("style"))}
        self._lists = _skeleton("numbering")
        self._theirs = {one.get(w("styleId")): one for one in self.styles.iter(w("style"))}
        self._used_there = _used_in(parts, main, self.relations)
        self._linked_to: set[str] = set()
        self._renamed: dict[str, str] = {}
        self._numbers = self._new_numbers()
        for ours in [*used, *self._levels()]:
            self.name_for(ours)
        self._add_lists()

    @property
    def renamed(self) -> Mapping[str, str]:
        """Our style → the style of the document."""
        return self._renamed

    def save(self) -> None:
        self._speak_english()
        self._parts[self._styles_part] = written(self.styles)
        self._parts[self._numbering_part] = written(self._numbering)
        self.relations.save()

    def name_for(self, ours: str) -> str:
        """Return the style of the document that stands for ours; adds it where need be."""
        if ours in self._renamed:
            return self._renamed[ours]
        style = self._ours.get(ours)
        if style is None:
            return ours
        kind = style.get(w("type"))
        if ours in DEFAULTS and not self._chosen.get(ours):
            self._renamed[ours] = self._default(kind) or self._added(ours, style)
            return self._renamed[ours]
        theirs = self._theirs.get(self._mapped(ours, style))
        if theirs is None or theirs.get(w("type")) != kind:
            return self._added(ours, style)
        number = numbering_of(style)
        if number is None:
            self._renamed[ours] = theirs.get(w("styleId"))
        else:
            self._renamed[ours] = self._linked(ours, style, theirs)
        return self._renamed[ours]

    def _mapped(self, ours: str, style: Element) -> str:
        """Return the id of the template's style: the chosen one, or else the one of our name."""
        if ours in self._chosen:
            return self._chosen[ours]
        name = name_of(style).casefold()
        for number, one in self._theirs.items():
            if name_of(one).casefold() == name and one.get(w("type")) == style.get(w("type")):
                return str(number)
        return ""

    def _added(self, ours: str, style: Element) -> str:
        """Add our style as it is, on the ground of the template's ordinary text."""
        made = deepcopy(style)
        new_id = self._free_id(ours)
        self._renamed[ours] = new_id
        made.set(w("styleId"), new_id)
        made.attrib.pop(w("default"), None)
        child_of(made, "name").set(w("val"), self._free_name(name_of(style)))
        for link in ("basedOn", "next"):
            found = made.find(w(link))
            if found is not None:
                found.set(w("val"), self.name_for(found.get(w("val"), "")))
        number = numbering_of(made)
        if number is not None:
            number.set(w("val"), self._numbers[number.get(w("val"), "")])
        self._put(new_id, made)
        return new_id

    def _linked(self, ours: str, style: Element, theirs: Element) -> str:
        """Link the template's style to our list, or a new style based on it."""
        number = str(theirs.get(w("styleId")))
        free = number not in self._used_there | self._linked_to
        if free and not self._is_numbered(theirs):
            self._linked_to.add(number)
            self._keep_apart(number, properties_of(theirs))
            self._link(properties_of(theirs), style)
            return number
        new_id = self._free_id(f"Schedule{ours}")
        made = etree.Element(
            w("style"),
            {w("type"): "paragraph", w("customStyle"): "1", w("styleId"): new_id},
        )
        name = self._free_name(f"Schedule {name_of(style)}")
        for child, value in (("name", name), ("basedOn", number)):
            etree.SubElement(made, w(child), {w("val"): value})
        etree.SubElement(made, w("qFormat"))
        self._link(properties_of(made), style)
        self._put(new_id, made)
        return new_id

    def _keep_apart(self, number: str, properties: Element) -> None:
        """Leave styles based on one that is numbered now without its number and its indent."""
        before = properties.find(w("ind"))
        for other in self._theirs.values():
            based = other.find(w("basedOn"))
            if based is None or based.get(w("val")) != number:
                continue
            own = properties_of(other)
            if own.find(w("numPr")) is None:
                none = etree.Element(w("numPr"))
                etree.SubElement(none, w("numId"), {w("val"): "0"})
                set_child(own, none)
            if own.find(w("ind")) is None:
                flush = etree.Element(w("ind"), {w("left"): "0", w("firstLine"): "0"})
                set_child(own, flush if before is None else deepcopy(before))

    def _link(self, properties: Element, style: Element) -> None:
        """Give the properties of a style our number, its indent, and the rank of a heading."""
        numbered = deepcopy(child_of(child_of(style, "pPr"), "numPr"))
        found = child_of(numbered, "numId")
        level = self._level(style)
        found.set(w("val"), self._numbers[found.get(w("val"), "")])
        set_child(properties, numbered)
        for child in ("tabs", "ind"):
            spaced = level.find(f"{w('pPr')}/{w(child)}")
            if spaced is not None:
                set_child(properties, deepcopy(spaced))
        for child in ("outlineLvl", "keepNext"):
            ranked = style.find(f"{w('pPr')}/{w(child)}")
            if ranked is not None:
                set_child(properties, deepcopy(ranked))

    def _level(self, style: Element) -> Element:
        for level in self._lists.iter(w("lvl")):
            linked = level.find(w("pStyle"))
            if linked is not None and linked.get(w("val")) == style.get(w("styleId")):
                return level
        raise LookupError(f"No list has a level for {style.get(w('styleId'))}")

    def _levels(self) -> list[str]:
        return [str(one.get(w("val"))) for one in self._lists.iter(w("pStyle"))]

    def _new_numbers(self) -> dict[str, str]:
        """Return our lists with the numbers they have here."""
        taken = [int(one.get(w("numId"), "0")) for one in self._numbering.iter(w("num"))]
        first = max(taken, default=0) + 1
        ours = [str(one.get(w("numId"))) for one in self._lists.iter(w("num"))]
        return {number: str(first + place) for place, number in enumerate(ours)}

    def _add_lists(self) -> None:
        there = self._numbering.findall(w("abstractNum"))
        taken = [int(one.get(w("abstractNumId"), "0")) for one in there]
        first = max(taken, default=0) + 1
        place = place_after(self._numbering, "abstractNum", "numPicBullet")
        drawn = {}
        for offset, ours in enumerate(self._lists.findall(w("abstractNum"))):
            made = deepcopy(ours)
            drawn[ours.get(w("abstractNumId"))] = str(first + offset)
            made.set(w("abstractNumId"), str(first + offset))
            for linked in made.iter(w("pStyle")):
                linked.set(w("val"), self._renamed[str(linked.get(w("val")))])
            self._numbering.insert(place + offset, made)
        place = place_after(self._numbering, "num", "abstractNum")
        for offset, ours in enumerate(self._lists.findall(w("num"))):
            made = deepcopy(ours)
            made.set(w("numId"), self._numbers[str(ours.get(w("numId")))])
            drawing = child_of(made, "abstractNumId")
            drawing.set(w("val"), drawn[drawing.get(w("val"))])
            self._numbering.insert(place + offset, made)

    def _is_numbered(self, style: Element) -> bool:
        seen = set()
        current: Element | None = style
        while current is not None and current.get(w("styleId")) not in seen:
            seen.add(current.get(w("styleId")))
            if current.find(f"{w('pPr')}/{w('numPr')}") is not None:
                return True
            based = current.find(w("basedOn"))
            current = None if based is None else self._theirs.get(based.get(w("val")))
        return False

    def _default(self, kind: str | None) -> str:
        for number, one in self._theirs.items():
            if one.get(w("type")) == kind and one.get(w("default")) in ("1", "true", "on"):
                return str(number)
        return ""

    def _free_id(self, wanted: str) -> str:
        names = [wanted, *(f"Schedule{wanted}{n or ''}" for n in range(len(self._theirs) + 1))]
        return next(name for name in names if name not in self._theirs)

    def _free_name(self, wanted: str) -> str:
        taken = {name_of(one).casefold() for one in self._theirs.values()}
        names = [wanted, *(f"Schedule {wanted} {n or ''}".strip() for n in range(len(taken) + 1))]
        return next(name for name in names if name.casefold() not in taken)

    def _put(self, new_id: str, style: Element) -> None:
        self._theirs[new_id] = style
        self.styles.append(style)

    def _part(self, kind: str, content_type: str) -> str:
        """Return the name of the part; makes it from ours, or empty, where there is none."""
        name = self.relations.part_of_kind(kind)
        if name in self._parts:
            return name
        name = f"word/schedule-{kind}.xml"
        root = _skeleton(kind)
        for one in [*root.findall(w("abstractNum")), *root.findall(w("num"))]:
            root.remove(one)
        self._parts[name] = written(root)
        self.relations.drop(kind)
        self.relations.add(kind, f"/{name}")
        say_type(self._parts, name, content_type)
        return name

    def _speak_english(self) -> None:
        """A contract schedule is in British English, whatever the template was begun in."""
        for one in self.styles.iter(w("lang")):
            if one.get(w("val"), "").lower().startswith("en-"):
                one.set(w("val"), "en-GB")
        ordinary = self.styles.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
        if ordinary is not None and ordinary.find(w("lang")) is None:
            etree.SubElement(ordinary, w("lang"), {w("val"): "en-GB"})


def _skeleton(name: str) -> Element:
    return parsed((SKELETON / f"{name}.xml").read_bytes())


def _used_in(parts: Mapping[str, bytes], main: str, relations: Relations) -> frozenset[str]:
    """Return the paragraph styles that the template's own text uses."""
    names = [main, *(relations.part_of(one) for one in relations.root)]
    used = set()
    for name in names:
        if name in parts and name.endswith(".xml") and "styles" not in name:
            used |= {one.get(w("val"), "") for one in parsed(parts[name]).iter(w("pStyle"))}
    return frozenset(used)
