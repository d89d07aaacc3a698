"""The guides show real files, real content, real settings and the whole of each language."""

import re
from pathlib import Path

import pytest

from foundation.settings import PREFIX, READERS, read_settings
from question_bank.loader import read_yaml
from question_bank.rules.conditions.grammar import NODES, OPERATORS
from question_bank.rules.questions import Kind

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONTENT_GUIDE = (ROOT / "docs/content-guide.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs/running.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", CONTENT_GUIDE, flags=re.DOTALL)

# What set-up or the running service makes: not there in a fresh copy.
MADE_LATER = ("instance/", ".venv/", "foundation/static/build/", "node_modules/", "dist/")


def paths_in(text):
    """Return what stands in backticks and looks like a file or folder of ours."""
    named = re.findall(r"`([\w.-]+/[\w./-]*)`", text)
    ours = {entry.name for entry in ROOT.iterdir()}
    return [path for path in named if path.split("/")[0] in ours]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_guide_names_is_there(guide):
    named = paths_in(guide.read_text(encoding="utf-8"))
    lasting = [path for path in named if not path.startswith(MADE_LATER)]

    assert [path for path in lasting if not (ROOT / path).exists()] == []


def is_part_of(example, real):
    """Return whether ``example`` says nothing that ``real`` does not; lines may break elsewhere."""
    if isinstance(example, dict):
        return isinstance(real, dict) and all(
            key in real and is_part_of(value, real[key]) for key, value in example.items()
        )
    if isinstance(example, list):
        return isinstance(real, list) and all(
            any(is_part_of(item, entry) for entry in real) for item in example
        )
    return " ".join(str(example).split()) == " ".join(str(real).split())


def test_every_format_has_an_example():
    assert len(EXAMPLES) == CONTENT_GUIDE.count("```yaml") == 13


@pytest.mark.parametrize(("source", "example"), EXAMPLES)
def test_an_example_is_part_of_the_real_content(source, example, tmp_path):
    shown = tmp_path / "example.yml"
    shown.write_text(example, encoding="utf-8")

    assert is_part_of(read_yaml(shown), read_yaml(ROOT / source))


def test_every_kind_of_condition_and_operator_is_explained():
    explained = set(re.findall(r"[`{ ]\{?(\w+)(?:`|:)", CONTENT_GUIDE))

    assert [name for name in (*NODES, *OPERATORS) if name not in explained] == []


def test_every_kind_of_part_is_explained():
    table = CONTENT_GUIDE.partition("## Kinds of part")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == set(Kind)


def settings_table():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", RUNNING, flags=re.MULTILINE)
    return dict(rows)


def test_every_setting_is_explained_and_no_other():
    assert set(settings_table()) == {PREFIX + name for name in READERS} | {"DATABASE_URL"}


@pytest.mark.parametrize("name", ["HOST", "PORT", "THREADS", "LOG_LEVEL", "DEMONSTRATION"])
def test_the_default_of_a_setting_is_as_explained(name, tmp_path):
    default = getattr(read_settings({}, instance_folder=tmp_path), name.lower())
    words = "no" if default is False else default

    assert settings_table()[PREFIX + name] == f"`{words}`"
