"""The files in which editions are kept: of the bank, and of content of later stations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from question_bank import loader
from question_bank.rules.editions import sort_key, written
from question_bank.rules.reading import ContentError

# Where app.py registers what later stations keep in editions.
EDITIONS_ELSEWHERE = "editions_elsewhere"
# What changed, as lines to print and as plain values.
Told = tuple[Iterator[str], Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Content that is kept in editions.

    ``working`` makes the edition of the working copy, marked as released or not; ``about`` is
    the file that holds its version.
    """

    content: str
    edition: str
    about: str
    folder: Path
    working: Callable[[bool], Mapping[str, Any]]

    def problems(self) -> list[str]:
        """Return a sentence if the edition of the version is not what the content says."""
        try:
            document = self.working(False)
        except ContentError as error:
            return list(error.sentences)
        version = document["version"]
        path = self.folder / f"{version}.json"
        if not path.exists():
            return [f"There is no {self.edition} {version} yet: run ‘flask bank edition’"]
        stored = loader.read_document(path)
        if stored == {**document, "released": stored["released"]}:
            return []
        differs = f"{self.content} differs from {self.edition} {version}"
        if self.why_released(version):
            return [f"{differs}, which is released: {self._new_version}"]
        return [f"{differs}: run ‘flask bank edition’"]

    def why_released(self, version: str) -> str:
        """Return why the edition may not be written again, or nothing if it may."""
        names = loader.editions(self.folder)
        later = [name for name in names if sort_key(name) > sort_key(version)]
        if later:
            return f"edition {later[0]} came after it"
        path = self.folder / f"{version}.json"
        marked = path.exists() and loader.read_document(path)["released"]
        return "it is marked as released" if marked else ""

    def write(self, *, release: bool) -> tuple[list[str], str]:
        """Write the edition; return what prevents it, or what was done."""
        try:
            document = self.working(release)
        except ContentError as error:
            return list(error.sentences), ""
        version = document["version"]
        path = self.folder / f"{version}.json"
        if path.exists():
            stored = loader.read_document(path)
            if stored == {**document, "released": stored["released"]} and (
                stored["released"] or not release
            ):
                return [], f"{self._edition} {version} already says what the content says"
        why = self.why_released(version)
        if why:
            return [
                f"You cannot write {self.edition} {version} again because {why}: "
                f"{self._new_version}"
            ], ""
        path.write_text(written(document), encoding="utf-8")
        loader.editions.cache_clear()
        return [], f"{self._edition} {version} is written{' and released' if release else ''}"

    @property
    def _edition(self) -> str:
        return self.edition[:1].upper() + self.edition[1:]

    @property
    def _new_version(self) -> str:
        return f"give {self.about} a new version and date"


@dataclass(frozen=True, slots=True)
class KeptElsewhere:
    """Content of a later station that ``flask bank`` keeps in editions too.

    ``option`` is what ``flask bank diff --of`` calls it; ``told`` says what changed from one of
    its versions to another, ``advice`` what to think about where nothing is to be mended.
    """

    option: str
    kept: Kept
    told: Callable[[str, str], Told]
    advice: Callable[[], list[str]] = list
