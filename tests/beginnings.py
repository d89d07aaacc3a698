"""What many tests begin with is made once, kept as files, and put back where a test begins alike.

``step(name, args, make)`` does one step towards it, such as submitting a bid. As long as a test has
done nothing but steps, and another has done the same ones before, at the same moments and with the
same arguments, what that one had then in its database and folders is put in place of making it.
Whatever else a test writes ends this: from then on each step is made, as if nothing were kept.
"""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import wraps
from pathlib import Path
from types import FunctionType
from typing import Any

from flask import Flask, current_app
from sqlalchemy import inspect

from accounts.queries import Viewer
from foundation import clock, sqlite
from foundation.database import Base, db
from foundation.keys import KeyRing

WORLD = "world_of_this_test"
FOLDERS = ("files", "keys")
REAL_TIME = clock.now
PLAIN = (str, bytes, int, float, Decimal, Enum, date, Path)
# What takes longer to make, in seconds, is kept the first time.
LONG = 0.1


class Unclear(Exception):
    """Something that cannot be told apart from another by what it is."""


@dataclass(frozen=True)
class Kept:
    folder: Path
    result: Any
    # Which making of each step it goes back to: made anew, a step draws other tokens and names.
    makings: tuple[int, ...]


class Shelf:
    """What has been kept so far, for all tests of one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[tuple[Hashable, ...], Kept] = {}
        # What a test itself makes quickly is kept when it is asked for again: most of it one test
        # alone does. What fixtures make is kept at once: a neighbour mostly begins alike, and a
        # step made anew makes all anew that was built on it.
        self.asked: set[tuple[Hashable, ...]] = set()
        self.numbers = itertools.count()


class World:
    """The database and the folders of one test, and the steps that led to what is in them."""

    def __init__(self, app: Flask, database: Path, shelf: Shelf, patches: Any) -> None:
        self.app = app
        self.database = database
        self.shelf = shelf
        self.instance = Path(app.instance_path)
        self._patches = patches
        self._settings = self._set_up()
        # None: something else was done as well.
        self.steps: tuple[Hashable, ...] | None = (self._settings["after_an_action"],)
        # Which making of each of them stands in the database: what a test has read of one, such as
        # a token, must still be true after the next.
        self._makings: tuple[int, ...] = ()
        self._inside = False
        # Whether the fixtures are through and the test itself runs.
        self.has_begun = False
        self._watch: Any = None
        self._look()

    def step(self, name: str, args: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if self._inside or self.steps is None:
            return make()
        try:
            steps = (*self.steps, (name, told_apart(args), self._moment()))
        except Unclear:
            steps = None
        if steps is None or self._was_touched():
            self.end()
            return make()
        kept = self.shelf.kept.get(steps)
        if kept is not None and kept.makings[:-1] == self._makings:
            return self._put_back(steps)
        self._inside = True
        begun = time.process_time()
        try:
            result = make()
        except BaseException:
            self.end()
            raise
        finally:
            self._inside = False
        self._keep(steps, result, is_long=time.process_time() - begun > LONG)
        return result

    def end(self) -> None:
        """From now on every step is made."""
        self.steps = None
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _set_up(self) -> dict[str, Any]:
        held = {key: id(value) for key, value in self.app.extensions.items()}
        actions = tuple(self.app.extensions["after_an_action"])
        return {**held, "after_an_action": actions, "key_ring": None, WORLD: None} | {
            f"config {key}": value for key, value in self.app.config.items()
        }

    def _moment(self) -> Hashable:
        return None if clock.now is REAL_TIME else clock.now()

    def _was_touched(self) -> bool:
        session = db.session()
        patched = [name for _target, name, _value in self._patches._setattr if name != "now"]
        return bool(
            session.new
            or session.deleted
            or session.dirty
            or patched
            or self._patches._setitem
            or self._set_up() != self._settings
            or self._version() != self._seen
        )

    def _version(self) -> int:
        """Return a number that changes when anybody else has written to the database."""
        version: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _look(self) -> None:
        if self._watch is None:
            self._watch = sqlite.driver().connect(str(self.database), check_same_thread=False)
        self._seen = self._version()

    def _keep(self, steps: tuple[Hashable, ...], result: Any, *, is_long: bool) -> None:
        try:
            noted = _noted(result)
        except Unclear:
            self.end()
            return
        db.session.commit()
        self.steps = steps
        number = next(self.shelf.numbers)
        self._makings = (*self._makings, number)
        self._look()
        if self.has_begun and steps not in self.shelf.asked and not is_long:
            self.shelf.asked.add(steps)
            return
        folder = self.shelf.folder / str(number)
        folder.mkdir()
        if steps in self.shelf.kept:
            shutil.rmtree(self.shelf.kept[steps].folder)
        with closing(sqlite.driver().connect(str(folder / "database"))) as copy:
            self._watch.backup(copy)
        for name in FOLDERS:
            if (self.instance / name).exists():
                shutil.copytree(self.instance / name, folder / name)
        self.shelf.kept[steps] = Kept(folder, noted, self._makings)

    def _put_back(self, steps: tuple[Hashable, ...]) -> Any:
        kept = self.shelf.kept[steps]
        db.session.commit()
        db.engine.dispose()
        self._watch.close()
        self._watch = None
        for beside in ("-wal", "-shm", "-journal"):
            self.database.with_name(self.database.name + beside).unlink(missing_ok=True)
        shutil.copy(kept.folder / "database", self.database)
        for name in FOLDERS:
            shutil.rmtree(self.instance / name, ignore_errors=True)
            if (kept.folder / name).exists():
                shutil.copytree(kept.folder / name, self.instance / name)
        settings = self.app.extensions["settings"]
        self.app.extensions["key_ring"] = KeyRing(settings.keys_folder)
        db.session.expire_all()
        self.steps, self._makings = steps, kept.makings
        self._look()
        return _fetched(kept.result)


def step(name: str, *args: Any, make: Callable[[], Any]) -> Any:
    """Do one step of what a test begins with, or put back what it led to before."""
    world: World | None = current_app.extensions.get(WORLD)
    return make() if world is None else world.step(name, args, make)


def a_step(work: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function a step that its name and arguments describe."""

    @wraps(work)
    def done(*args: Any, **named: Any) -> Any:
        name = f"{work.__module__}.{work.__qualname__}"
        return step(name, args, named, make=lambda: work(*args, **named))

    return done


def told_apart(value: Any) -> Hashable:
    """Return what tells an argument apart from every other. Raises Unclear."""
    if value is None or isinstance(value, PLAIN):
        return (type(value), value)
    if isinstance(value, Mapping):
        return tuple((key, told_apart(entry)) for key, entry in sorted(value.items()))
    if isinstance(value, list | tuple):
        return (type(value), *(told_apart(entry) for entry in value))
    return (type(value), _known_by(value))


def _known_by(value: Any) -> Hashable:
    if isinstance(value, Viewer):
        return (value.session_id, value.person_id, value.organisation_id)
    if isinstance(value, Base):
        return inspect(value).identity
    if isinstance(value, FunctionType) and value.__closure__ is None:
        defaults = told_apart([value.__defaults__, value.__kwdefaults__])
        return (value.__module__, value.__code__, defaults)
    if hasattr(value, "token"):
        return value.token
    if is_dataclass(value):
        return told_apart({field.name: getattr(value, field.name) for field in fields(value)})
    raise Unclear(type(value).__name__)


def _noted(result: Any) -> Any:
    if result is None or isinstance(result, str | bytes | int | Viewer):
        return lambda: result
    if isinstance(result, Base):
        kind, identity = type(result), inspect(result).identity
        return lambda: db.session.get_one(kind, identity)
    if isinstance(result, tuple):
        each = [_noted(entry) for entry in result]
        return lambda: tuple(read() for read in each)
    raise Unclear(type(result).__name__)


def _fetched(noted: Callable[[], Any]) -> Any:
    return noted()
