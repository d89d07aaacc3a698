"""Load 150 questions from YAML, then check 15 answers: by ours and by the Digital Marketplace's.

The files are written by ``written_down`` in the shape of each, with the same words in them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Job = Callable[[], int]
QUESTIONS, ANSWERS = 150, 15
# So many times, to be seen by the clock of the processor.
CHECKS = 20
TEXT = "We keep copies apart and test them twice a year with the companies that we depend on."


def written_down(folder: Path) -> None:
    """Write the questions as files of ours, and of the content loader."""
    import yaml

    from tests.synthetic import large_plan

    theirs = folder / "theirs/frameworks/measured"
    for path in (folder / "ours", theirs / "manifests", theirs / "questions/services"):
        path.mkdir(parents=True)
    plan = large_plan(QUESTIONS, 4)
    for entry in plan["questions"]:
        part = entry["parts"][2]
        entry["parts"] = [part]
        (folder / f"ours/{entry['id']}.yml").write_text(yaml.safe_dump(entry, sort_keys=False))
        one = {
            "question": part["ask"],
            "hint": part["hint"],
            "type": "textbox_large",
            "max_length_in_words": part["words"],
            "question_advice": entry["guidance"],
            "validations": [
                {"name": "answer_required", "message": part["messages"]["missing"]},
                {"name": "under_word_limit", "message": "Use fewer words"},
            ],
        }
        (theirs / f"questions/services/{_id(entry['id'])}.yml").write_text(yaml.safe_dump(one))
    manifest = [
        {
            "name": section["title"],
            "editable": True,
            "questions": [_id(one["id"]) for one in section["questions"]],
        }
        for section in plan["pack"]["sections"]
    ]
    (theirs / "manifests/edit.yml").write_text(yaml.safe_dump(manifest))


def _id(name: str) -> str:
    return name.replace("-", "").lower()


def ours(folder: str) -> Job:
    from question_bank.loader import read_yaml, shipped_bank
    from question_bank.rules.reading.questions import read_question

    bank, paths = shipped_bank(), sorted((Path(folder) / "ours").glob("*.yml"))

    def job() -> int:
        read = [read_question(read_yaml(path), bank.schemas, bank.themes) for path in paths]
        return len(read)

    return job


def checked_by_ours(_folder: str) -> Job:
    """Fifteen narratives as an answer file has them: kind, length and words."""
    from question_bank.rules.answers import read_answer
    from tenders import planned
    from tests.synthetic import large_plan

    parts = planned.read(large_plan(QUESTIONS, 4)).questionnaire.parts
    asked = [part for part in parts.values() if part.kind == "narrative"][:ANSWERS]

    def job() -> int:
        read = [read_answer(part, TEXT) for _ in range(CHECKS) for part in asked]
        if any(one.problems for one in read):
            raise ValueError("An answer was refused")
        return len(read)

    return job


def checked_by_content_loader(folder: str) -> Job:
    """As its applications do: the questions that apply to the answers, and what was sent."""
    from dmcontent.content_loader import ContentLoader
    from werkzeug.datastructures import ImmutableMultiDict

    loader = ContentLoader(f"{folder}/theirs")
    loader.load_manifest("measured", "services", "edit")
    manifest = loader.get_manifest("measured", "edit")
    section = next(iter(manifest)).id
    sent = ImmutableMultiDict(dict.fromkeys(manifest.get_section(section).get_field_names(), TEXT))

    def job() -> int:
        for _ in range(CHECKS):
            read = manifest.filter({}).get_section(section).get_data(sent)
        if len(read) != ANSWERS:
            raise ValueError(f"{len(read)} answers were read")
        return len(read)

    return job


def yaml_alone(folder: str) -> Job:
    import yaml

    paths = sorted((Path(folder) / "ours").glob("*.yml"))

    def job() -> int:
        texts = [path.read_text(encoding="utf-8") for path in paths]
        return len([yaml.load(text, Loader=yaml.CSafeLoader) for text in texts])  # noqa: S506

    return job


def content_loader(folder: str) -> Job:
    from dmcontent.content_loader import ContentLoader

    def job() -> int:
        loader = ContentLoader(f"{folder}/theirs")
        loader.load_manifest("measured", "services", "edit")
        return len(list(loader.get_manifest("measured", "edit")))

    return job


def edition(_folder: str) -> Job:
    """The bank as a process loads it when it starts."""
    from question_bank import loader

    return lambda: len(loader.newest_edition().bank.questions)
