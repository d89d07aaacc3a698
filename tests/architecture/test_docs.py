"""What the documents say about the code is true, and their links lead somewhere."""

import re
from pathlib import Path

import pytest

from tooling import draw_docs

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_between_documents_lead_somewhere(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in inside if not (document.parent / link).exists()] == []


def test_every_document_can_be_reached_from_the_index():
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / link).resolve() for link in LINK.findall(index) if "://" not in link}

    assert [
        named(path) for path in DOCUMENTS[2:] if path not in linked | {ROOT / "docs/index.md"}
    ] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
def test_a_decision_has_its_four_parts(decision):
    headings = re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert headings == ["Context", "Decision", "Consequences", "Alternatives"]


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


def test_the_glossary_is_in_the_order_of_the_alphabet():
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| \*\*(.+?)\*\*", glossary, flags=re.MULTILINE)

    assert words == sorted(words, key=str.casefold)


def test_no_word_of_the_glossary_is_explained_twice():
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    words = [word.casefold() for word in re.findall(r"^\| \*\*(.+?)\*\*", glossary, re.MULTILINE)]

    assert len(words) == len(set(words))


@pytest.mark.parametrize("drawn", draw_docs.DRAWN, ids=lambda drawn: drawn.name)
def test_a_drawn_document_is_as_the_code_draws_it(drawn):
    written = (ROOT / "docs" / drawn.name).read_text(encoding="utf-8")

    assert written == drawn.text(), "run: make docs"


def test_make_help_names_every_target_people_rely_on():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))

    promised = (
        "setup run test check content seed docs golden browser walks slow prove bench release lock "
        "format clean help"
    )
    assert targets == set(promised.split())
