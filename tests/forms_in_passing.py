"""Forms that no page of the demonstration shows are tried where some test sends them.

Before such a form is sent for the first time in a run of tests, what the test has made so far is
copied. If the form is then taken, it is sent again to the copy: in each of the six ways to fail,
and spoiled. What is typed must come back, no answer may be a fault of ours, and whatever is changed
needs its entry. The test itself goes on as if nothing had been.
"""

from __future__ import annotations

import io
import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import parse_form_data
from werkzeug.test import TestResponse, encode_multipart

from accounts.access import PUBLIC
from accounts.models import SignInSession
from accounts.views import cookie_name
from foundation import clock
from foundation.database import db
from foundation.kept_typing import NOT_KEPT, NOT_TYPED, is_based_on
from foundation.keys import KeyRing
from tests import failing, recorded
from tests.engines import engine_for
from tests.forms_not_met import FORMS, NOT_A_BOX
from tests.fuzzing import Fuzzer, sendable

IN_PASSING = "forms_in_passing"
TAKEN = (200, 302, 303)
# How often each is sent spoiled; SPOILED=50 for more.
SPOILED = int(os.environ.get("SPOILED", "4"))
AWAY = timedelta(hours=9)
# Asks in the statement that would change it whether a code was used already: no row is changed.
CHANGED_NO_ROW = [("accounts.sign_in_code", ["code_generator"])]
# A file of what is sent: name of the field, bytes, name of the file.
File = tuple[str, bytes, str]


@dataclass(frozen=True)
class Sent:
    """A form as a test sent it."""

    path: str
    endpoint: str
    fields: Sequence[tuple[str, str]]
    files: Sequence[File]

    def data(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        for name, content, filename in self.files:
            found.setdefault(name, []).append(FileStorage(io.BytesIO(content), filename))
        return found

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Return what somebody typed or chose of it."""
        return [
            (name, value)
            for name, value in self.fields
            if value.strip()
            and name not in NOT_KEPT | NOT_A_BOX
            and not NOT_TYPED.fullmatch(name)
            and not is_based_on(name, value)
            and (self.endpoint, name) not in failing.STANDS_FOR_MANY
        ]


class InPassing:
    """Which forms were tried in this run: a file each, seen by all processes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def wants(self, endpoint: str) -> bool:
        return endpoint in FORMS and not (self.folder / endpoint).exists()

    def claim(self, endpoint: str) -> bool:
        """Return whether nobody else has tried it."""
        try:
            (self.folder / endpoint).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def tried(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


def about_to_send(client: FlaskClient, path: Any, sent: Mapping[str, Any]) -> Trial | None:
    """Return a trial to be made if the form is taken; None where nothing is to be tried."""
    app = client.application
    passing: InPassing | None = app.extensions.get(IN_PASSING)
    if passing is None or not isinstance(path, str):
        return None
    try:
        endpoint, _values = app.url_map.bind("localhost").match(
            path.partition("?")[0], method="POST"
        )
    except HTTPException:
        return None
    if not passing.wants(endpoint) or db.engine.dialect.name != "sqlite":
        return None
    data = sent.get("data") or {}
    if isinstance(data, bytes):
        return Trial(client, passing, form_encoded(path, endpoint, data, sent["content_type"]))
    return Trial(client, passing, form_of(path, endpoint, data))


def form_encoded(path: str, endpoint: str, data: bytes, content_type: str) -> Sent:
    """Return a form that the test wrote down itself, as a browser does."""
    about = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type}
    environ = {**about, "CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data)}
    _stream, form, sent = parse_form_data(environ)
    files = []
    for name, file in sent.items(multi=True):
        files.append((name, file.read(), file.filename or ""))
        file.close()
    return Sent(path, endpoint, list(form.items(multi=True)), files)


def form_of(path: str, endpoint: str, data: Mapping[str, Any]) -> Sent:
    fields: list[tuple[str, str]] = []
    files: list[File] = []
    for name in data:
        found = data.getlist(name) if hasattr(data, "getlist") else data[name]
        for value in found if isinstance(found, list) else [found]:
            if isinstance(value, tuple):
                content = value[0].getvalue() if hasattr(value[0], "getvalue") else b""
                files.append((name, content, str(value[1])))
            elif value is not None:
                fields.append((name, str(value)))
    return Sent(path, endpoint, fields, files)


class Trial:
    """What a test had made when it sent a form, and the form."""

    def __init__(self, client: FlaskClient, passing: InPassing, sent: Sent) -> None:
        self.app, self.passing, self.sent = client.application, passing, sent
        self.cookies = {one.key: one.value for one in client._cookies.values()}
        here: Path = self.app.extensions["settings"].instance_folder
        self.folder = here.with_name(here.name + "-in-passing")
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(here, self.folder, ignore=shutil.ignore_patterns("*-shm"))

    def after(self, answer: TestResponse) -> None:
        """Try the form if it was taken. Raises AssertionError: something typed is lost."""
        try:
            if answer.status_code in TAKEN and self.passing.claim(self.sent.endpoint):
                with self._in_the_copy():
                    wrong = [*self._lost(), *self._faults()]
                assert wrong == [], f"sent in passing (tests/forms_in_passing.py): {wrong}"
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _lost(self) -> Iterator[tuple[Any, ...]]:
        """Yield in which way to fail what is lost."""
        breaking, sent = failing.Breaking(), self.sent
        is_public = self.app.view_functions[sent.endpoint].access == PUBLIC
        for way in failing.WAYS:
            if way in (failing.SESSION_GONE, failing.IDLE) and is_public:
                continue
            data = sent.data()
            if way == failing.TOO_LARGE:
                data["a_file_too_large"] = [failing.too_large()]
            cookies = dict(self.cookies)
            if way == failing.SESSION_GONE:
                cookies[cookie_name()] = "ended"
            breaking.begin()
            with self._failing(way), breaking.on(way), self._open(data, cookies) as answer:
                missing = failing.missing_of(answer, way, breaking, sent.typed)
                if missing:
                    yield way, sent.endpoint, answer.status_code, missing

    def _faults(self) -> Iterator[tuple[Any, ...]]:
        """Yield what is wrong with answers to the form as nobody means it."""
        fuzzer = Fuzzer(0)
        fuzzer.chance = random.Random(self.sent.endpoint)  # noqa: S311
        for _ in range(SPOILED):
            fields = list(self.sent.fields)
            fuzzer.spoil(fields)
            spoiled = replace(self.sent, fields=[tuple(map(sendable, one)) for one in fields])
            with self._open(spoiled.data(), self.cookies) as answer:
                if answer.status_code >= 500:
                    yield self.sent.endpoint, answer.status_code, fields
        unrecorded = [one for one in recorded.taken(self.app) if one not in CHANGED_NO_ROW]
        if unrecorded:
            yield "changed and recorded nothing", unrecorded

    def _open(self, data: Any, cookies: Mapping[str, str]) -> TestResponse:
        client = FlaskClient(self.app, self.app.response_class)
        for name, value in cookies.items():
            client.set_cookie(name, value)
        # Encoded here: the client would leave the temporary file of a large form open.
        boundary, body = encode_multipart(data)
        kind = f"multipart/form-data; boundary={boundary}"
        answer: TestResponse = Context().run(
            client.post, self.sent.path, data=body, content_type=kind
        )
        answer.get_data()
        return answer

    @contextmanager
    def _failing(self, way: str) -> Iterator[None]:
        config, now = self.app.config, clock.now
        kept = dict(config)
        if way == failing.IDLE:
            # Not the session of the test, whose records must stay what they are.
            with db.engine.connect() as connection:
                last = connection.scalar(select(func.max(SignInSession.last_seen_at))) or now()
            clock.now = lambda: last + AWAY
        elif way == failing.NEW_SECRET:
            config.update(SECRET_KEY=failing.ANOTHER_SECRET, WTF_CSRF_ENABLED=True)
        elif way == failing.TOO_LARGE:
            config["MAX_CONTENT_LENGTH"] = failing.LARGEST
        try:
            yield
        finally:
            clock.now = now
            config.update(kept)

    @contextmanager
    def _in_the_copy(self) -> Iterator[None]:
        app: Flask = self.app
        config, extensions, folder = dict(app.config), dict(app.extensions), app.instance_path
        settings = extensions["settings"]
        here = str(settings.instance_folder)
        address = settings.database_url.replace(here, str(self.folder))
        moved = replace(settings, instance_folder=self.folder, database_url=address)
        app.config.update(
            TESTING=False, PROPAGATE_EXCEPTIONS=False, SQLALCHEMY_DATABASE_URI=address
        )
        app.extensions |= {"settings": moved, "key_ring": KeyRing(moved.keys_folder)}
        app.instance_path = str(self.folder)
        engine_for(address)
        try:
            yield
        finally:
            app.config.clear()
            app.config.update(config)
            app.extensions.clear()
            app.extensions.update(extensions)
            app.instance_path = folder
            engine_for(settings.database_url)
