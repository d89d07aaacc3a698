"""The committed editions: fit to serve, never changed once released, and what the content says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.canonical import canonical_json, sha256_hex
from question_bank import loader
from question_bank.commands import edition_problems, edition_written
from question_bank.rules.editions import READERS, read_edition, written
from question_bank.rules.reading import ContentError
from tenders.rules.freezing import freeze, thaw

ROOT = Path(__file__).parents[3]
# A released edition is never written again; its fingerprint stands here for good.
RELEASED = {
    "2026.11": "eda93e643757c2ceb112b2793500121916a6aec0ede38a22953ff98795e15691",
}


def file_of(version):
    return loader.EDITIONS / f"{version}.json"


def test_a_released_edition_is_as_it_was_released():
    assert {version: sha256_hex(file_of(version).read_bytes()) for version in RELEASED} == RELEASED


def test_every_edition_but_the_newest_is_released():
    assert list(loader.editions()[:-1]) == list(RELEASED)


@pytest.mark.parametrize("version", loader.editions())
def test_an_edition_is_written_in_one_way(version):
    text = file_of(version).read_text(encoding="utf-8")

    assert written(json.loads(text)) == text
    assert loader.edition(version).version == version
    assert loader.edition(version).bank.version == version


def test_the_newest_edition_is_what_the_content_says():
    assert edition_problems(loader.CONTENT, loader.PACKS, loader.EDITIONS) == []


def test_the_newest_edition_means_what_the_content_means():
    edition = loader.newest_edition()

    assert edition.bank == loader.load_bank()
    assert edition.packs == loader.load_packs()


def test_what_changed_names_ids_of_the_bank_for_readers_we_know():
    for version in loader.editions()[1:]:
        edition = loader.edition(version)
        assert set(edition.changes) <= set(READERS)
        assert {"suppliers", "buyers"} <= set(edition.changes)


FREEZE = """
import hashlib
from foundation.canonical import canonical_json
from question_bank import loader
from tenders.rules.freezing import freeze
if {from_yaml}:
    bank, packs = loader.load_bank(), loader.load_packs()
    raw = {{pack["id"]: pack for pack in loader.raw_packs()}}
else:
    edition = loader.newest_edition()
    bank, packs, raw = edition.bank, edition.packs, edition.raw_packs
for name in sorted(packs):
    frozen = freeze(bank, packs[name], raw[name], terms={{"ties": "shared"}}, libraries={{}})
    print(name, hashlib.sha256(canonical_json(frozen).encode()).hexdigest())
"""


def printed(program, **environment):
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_what_is_frozen_is_the_same_in_every_process_and_from_either_form():
    texts = {
        printed(FREEZE.format(from_yaml=from_yaml), PYTHONHASHSEED=seed)
        for from_yaml, seed in [(False, "1"), (False, "2"), (True, "3")]
    }

    assert len(texts) == 1
    assert len(texts.pop().splitlines()) == len(loader.newest_edition().packs)


@pytest.mark.parametrize("version", loader.editions())
def test_a_frozen_text_round_trips_byte_for_byte(version):
    edition = loader.edition(version)
    for name, pack in edition.packs.items():
        text = canonical_json(
            freeze(edition.bank, pack, edition.raw_packs[name], terms={}, libraries={})
        )
        thawed = thaw(json.loads(text))
        again = freeze(thawed.bank, pack, json.loads(text)["pack"], terms={}, libraries={})

        assert canonical_json(json.loads(text)) == canonical_json(again) == text


READ_ONCE = """
import sys
from pathlib import Path
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from app import create_app
from question_bank import loader
from tenders.loader import raw_packs
app = create_app({"demonstration": False, "instance_folder": Path(sys.argv[1])})
for _ in range(3):
    loader.shipped_bank(), loader.shipped_packs(), loader.newest_edition(), raw_packs()
    app.test_client().get("/bank/editions")
bank = [name for name in opened if "/question_bank/" in name and name.endswith((".json", ".yml"))]
editions = [name for name in bank if "/editions/" in name]
print(len(editions) == len(set(editions)) == len(loader.editions()), len(set(bank) - set(editions)))
"""


def test_the_bank_is_read_once_per_process_and_never_from_the_working_copy(tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", READ_ONCE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.split() == ["True", "0"]


@pytest.fixture
def copy(tmp_path):
    """Return folders of content, packs and editions that a test may change."""
    for folder in (loader.CONTENT, loader.PACKS, loader.EDITIONS):
        shutil.copytree(folder, tmp_path / folder.name)
    return [tmp_path / folder.name for folder in (loader.CONTENT, loader.PACKS, loader.EDITIONS)]


def reword(content):
    path = content / "questions" / "SLP-07-disaster-recovery.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Disaster recovery", "title: Recovery"), encoding="utf-8")


def say_version(content, version):
    for name in ("bank.yml", "changes.yml"):
        path = content / name
        text = path.read_text(encoding="utf-8")
        assert '"2026.12"' in text
        path.write_text(text.replace('"2026.12"', f'"{version}"'), encoding="utf-8")


def test_content_that_differs_from_its_edition_is_told_until_the_edition_is_written(copy):
    content, packs, editions = copy
    reword(content)

    told = edition_problems(content, packs, editions)
    done = edition_written(content, packs, editions, release=False)

    assert told == ["The content differs from edition 2026.12: run ‘flask bank edition’"]
    assert done == ([], "Edition 2026.12 is written")
    assert edition_problems(content, packs, editions) == []
    again = edition_written(content, packs, editions, release=False)
    assert again == ([], "Edition 2026.12 already says what the content says")


def test_an_edition_marked_as_released_is_not_written_again(copy):
    content, packs, editions = copy
    edition_written(content, packs, editions, release=True)
    assert edition_problems(content, packs, editions) == []
    before = (editions / "2026.12.json").read_bytes()
    reword(content)

    assert edition_problems(content, packs, editions) == [
        "The content differs from edition 2026.12, which is released: give content/bank.yml a new "
        "version and date"
    ]
    assert edition_written(content, packs, editions, release=False) == (
        [
            "You cannot write edition 2026.12 again because it is marked as released: give "
            "content/bank.yml a new version and date"
        ],
        "",
    )
    assert (editions / "2026.12.json").read_bytes() == before


def test_an_edition_after_which_another_came_is_not_written_again(copy):
    content, packs, editions = copy
    say_version(content, "2026.11")
    (editions / "2026.11.json").unlink()

    problems, _said = edition_written(content, packs, editions, release=False)

    assert problems == [
        "You cannot write edition 2026.11 again because edition 2026.12 came after it: give "
        "content/bank.yml a new version and date"
    ]


def test_a_version_without_an_edition_is_told(copy):
    content, packs, editions = copy
    say_version(content, "2027.1")

    assert edition_problems(content, packs, editions) == [
        "There is no edition 2027.1 yet: run ‘flask bank edition’"
    ]
    assert edition_written(content, packs, editions, release=False) == (
        [],
        "Edition 2027.1 is written",
    )


def test_changes_of_another_version_are_refused(copy):
    content, packs, editions = copy
    path = content / "bank.yml"
    path.write_text(path.read_text(encoding="utf-8").replace('"2026.12"', '"2027.1"'), "utf-8")

    assert edition_problems(content, packs, editions) == [
        "changes.yml: this is not about 2027.1; say what changed in it"
    ]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            {"version": "2026.12"},
            "edition 2026.12: this is not an edition of the bank in the form "
            "supplier-assurance-bank/1",
        ),
        ([], "an edition: write lines of ‘key: value’ here, not a list"),
    ],
)
def test_what_is_no_edition_is_refused(document, sentence):
    with pytest.raises(ContentError) as error:
        read_edition(document)

    assert str(error.value) == sentence
