"""The merge fields of a template: found, checked word by word, and put in place in a sandbox.

A template is data from outside. Its text is checked against a list of what is allowed (names of
fields, conditions, one list), as somebody reads it and again as the library that fills it in does;
and what is allowed is still rendered where nothing of Python can be reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contract_clauses.rules.templating import LIST_NAMES, NAMES, PLACE, TemplateRefused

# Within a tag no other begins: so text full of beginnings is read in one go all the same.
TAG = re.compile(
    r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.DOTALL
)
LONGEST_PARAGRAPH = 50_000
LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
# No brace stands alone in a text: the library that fills in takes one that ends a paragraph and
# one that begins the next for a field, and looks for its end to the end of the document.
LOOSE = re.compile(r"[{}]")
PLACE_TAG = re.compile(r"\{\{\s*" + PLACE + r"\s*\}\}")
# What the library that fills in understands before the word: a whole paragraph or row goes.
PREFIX = re.compile(r"^\{%(p|tr) ")
STATEMENT = re.compile(r"\{%\s*(\w*)")
STATEMENTS = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
MOST_TAGS, LONGEST_TAG = 300, 300
FILTERS = frozenset({"upper", "lower", "title", "capitalize", "trim", "default", "join"})
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.For,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Const, nodes.Filter,
)  # fmt: skip
WHAT_IS_ALLOWED = (
    "A template may hold merge fields, {% if … %} and {% for … in bought_with %}; see the list on "
    "this page"
)
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one paragraph. ``in_place``: it is of the body itself, in no table or box."""

    words: str
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """What a part of the template uses: its fields, and the paragraphs with the place."""

    fields: tuple[str, ...]
    places: tuple[int, ...]
    tags: int


def sandbox() -> ImmutableSandboxedEnvironment:
    """Return where fields are filled in: no functions, no more filters than are allowed."""
    environment = ImmutableSandboxedEnvironment(autoescape=True)
    environment.globals.clear()
    known = environment.filters
    environment.filters = {name: known[name] for name in sorted(FILTERS)}
    environment.tests = {}
    return environment


def check_texts(where: str, texts: Sequence[Text]) -> Used:
    """Return what the paragraphs of one part use. Raises TemplateRefused, naming the paragraph."""
    places, lines = [], []
    tags = 0
    for number, text in enumerate(texts):
        found = list(_tags(text.words, f"{where}, paragraph {number + 1}"))
        tags += len(found)
        if any(PLACE_TAG.fullmatch(tag) for tag in found):
            _must_stand_alone(text, f"{where}, paragraph {number + 1}")
            places.append(number)
            found = []
        lines.append("".join(found))
    if tags > MOST_TAGS:
        raise TemplateRefused(f"{where} has more than {MOST_TAGS} merge fields. Use fewer")
    try:
        tree = sandbox().parse("\n".join(lines))
    except TemplateSyntaxError as error:
        raise TemplateRefused(_misread(where, texts, error)) from None
    return Used(tuple(_names(tree, where, texts)), tuple(places), tags)


def check_filled_source(where: str, source: str) -> None:
    """Check the same of the text as the library makes it ready. Raises TemplateRefused."""
    try:
        tree = sandbox().parse(source)
        for _name in _names(tree, where, ()):
            pass
    except (TemplateSyntaxError, TemplateRefused, RecursionError):
        raise TemplateRefused(
            f"A merge field of {where} is not written so that it can be filled in. Delete each "
            "field, type it again in one go, and keep it in one paragraph"
        ) from None


def _tags(words: str, where: str) -> Iterator[str]:
    if len(words) > LONGEST_PARAGRAPH:
        raise TemplateRefused(f"{where} has more than {LONGEST_PARAGRAPH} characters. Cut it up")
    rest = TAG.sub(" ", words)
    if LOOSE.search(rest):
        raise TemplateRefused(
            f"{where} (“{_short(words)}”) has a merge field that does not begin or end there. "
            "Write each field in one paragraph, between two braces on either side, and leave out "
            "braces that stand alone"
        )
    for tag in TAG.findall(words):
        if len(tag) > LONGEST_TAG:
            raise TemplateRefused(f"{where} has a field of more than {LONGEST_TAG} characters")
        if tag[2] in "-+" or tag[-3] in "-+":
            raise TemplateRefused(
                f"{where}: “{_short(tag)}” has a sign beside its braces. Leave the sign out"
            )
        plain = PREFIX.sub("{% ", tag.translate(QUOTES)).replace("\n", " ")
        statement = STATEMENT.match(plain)
        if statement and statement[1] not in STATEMENTS:
            raise TemplateRefused(
                f"{where} (“{_short(words)}”) holds something that is no merge field. "
                f"{WHAT_IS_ALLOWED}"
            )
        yield plain


def _must_stand_alone(text: Text, where: str) -> None:
    if not text.in_place:
        raise TemplateRefused(
            f"{where}: {{{{ {PLACE} }}}} stands in a table, a text box or a header. Put it in a "
            "paragraph of its own in the text of the document"
        )
    if not PLACE_TAG.fullmatch(text.words.strip()):
        raise TemplateRefused(
            f"{where} (“{_short(text.words)}”): {{{{ {PLACE} }}}} is where the clauses go. Put it "
            "in a paragraph of its own"
        )


def _misread(where: str, texts: Sequence[Text], error: TemplateSyntaxError) -> str:
    number = min(max(error.lineno, 1), len(texts))
    return (
        f"{where}, paragraph {number} (“{_short(texts[number - 1].words)}”) holds something that "
        f"is no merge field, or a condition that does not begin or end. {WHAT_IS_ALLOWED}"
    )


def _names(tree: nodes.Template, where: str, texts: Sequence[Text]) -> Iterator[str]:
    """Yield the fields used, each once. Raises TemplateRefused at the first thing not allowed."""
    seen: set[str] = set()
    loops = {id(loop): loop for loop in tree.find_all(nodes.For)}
    bound = _loop_names(loops.values(), where, texts)
    for node in _every(tree):
        _must_be_allowed(node, where, texts)
        if isinstance(node, nodes.Name) and node.name not in bound:
            _must_be_known(node, where, texts)
            if node.name not in seen:
                seen.add(node.name)
                yield node.name


def _every(tree: nodes.Node) -> Iterator[nodes.Node]:
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting.extend(node.iter_child_nodes())


def _loop_names(loops: Iterable[nodes.For], where: str, texts: Sequence[Text]) -> frozenset[str]:
    names = set()
    for loop in loops:
        target, through = loop.target, loop.iter
        if not isinstance(target, nodes.Name) or not isinstance(through, nodes.Name):
            raise _refused(loop, where, texts, "goes through something that is no list")
        if through.name not in LIST_NAMES or loop.else_ or loop.test:
            raise _refused(loop, where, texts, "goes through something else than the list of "
                           "authorities that buy together")  # fmt: skip
        if loop.recursive or any(True for _ in _inside(loop)):
            raise _refused(loop, where, texts, "has a list within a list")
        names.add(target.name)
    if names & (NAMES | LIST_NAMES | {PLACE}):
        raise TemplateRefused(f"{where} gives a list the name of a merge field. Choose another")
    return frozenset(names)


def _inside(loop: nodes.For) -> Iterator[nodes.For]:
    for node in loop.body:
        if isinstance(node, nodes.For):
            yield node
        yield from node.find_all(nodes.For)


def _must_be_allowed(node: nodes.Node, where: str, texts: Sequence[Text]) -> None:
    if not isinstance(node, ALLOWED):
        raise _refused(node, where, texts, "holds something that is no merge field")
    if isinstance(node, nodes.Filter):
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        if node.name not in FILTERS or not all(isinstance(one, nodes.Const) for one in given):
            raise _refused(node, where, texts, "changes a field in a way that is not allowed")
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise _refused(node, where, texts, "changes a field in a way that is not allowed")
    if isinstance(node, nodes.Const) and not isinstance(node.value, (str, int, bool)):
        raise _refused(node, where, texts, "holds something that is no merge field")


def _must_be_known(node: nodes.Name, where: str, texts: Sequence[Text]) -> None:
    if node.name in NAMES | LIST_NAMES:
        return
    meant = get_close_matches(node.name, sorted(NAMES | LIST_NAMES), 1)
    ask = f" Did you mean {{{{ {meant[0]} }}}}?" if meant else ""
    raise _refused(
        node, where, texts, f"has “{_short(node.name)}”, which is not a merge field.{ask}"
    )


def _refused(node: nodes.Node, where: str, texts: Sequence[Text], what: str) -> TemplateRefused:
    number = min(max(node.lineno or 1, 1), max(len(texts), 1))
    words = f" (“{_short(texts[number - 1].words)}”)" if texts else ""
    end = "" if what.endswith("?") else f". {WHAT_IS_ALLOWED}"
    return TemplateRefused(f"{where}, paragraph {number}{words} {what.removesuffix('.')}{end}")


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= SHOWN else one_line[: SHOWN - 1] + "…"
