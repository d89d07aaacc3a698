"""Files in a bucket: what is stored is there whole, and what comes back is what was stored."""

from __future__ import annotations

import base64
import logging
import os
import ssl
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from foundation import files, logs, stores
from foundation.chunks import CHUNK_BYTES, TAG_BYTES
from foundation.keys import SealBroken, new_data_key
from foundation.serve import check, make_folders
from foundation.stores import bucket as bucket_module
from foundation.stores.place import Bucket
from tests.s3_server import NAME, use

KEY = new_data_key()
HEADER = files.HEADER_BYTES
SEALED = CHUNK_BYTES + TAG_BYTES
SECRET = "velvet-harpsichord"


@pytest.fixture
def store(app, s3):
    return stores.of(app.extensions["settings"])


def put(content):
    return files.store(content, key=KEY, context="file:1")


def read(stored):
    return files.read(stored.name, key=KEY, context="file:1")


def raw(store, name):
    """Return what lies there, as somebody sees it who has the bucket and no key."""
    return store.client.get_object(Bucket=NAME, Key=store.key(name))["Body"].read()


def replace_raw(store, name, content):
    store.client.put_object(Bucket=NAME, Key=store.key(name), Body=content)


def lying(store):
    return {one.name for one in store.lying()}


def test_a_file_of_any_size_comes_back_and_is_named_by_what_lies_in_the_bucket(store, tmp_path):
    for size in (0, 1, CHUNK_BYTES, 5 * CHUNK_BYTES + 1, 1024 * 1024):
        content = os.urandom(size)

        stored = put(content)

        assert read(stored) == content
        there = raw(store, stored.name)
        assert stored == files.StoredFile(
            sha256(there).hexdigest(), size, sha256(content).hexdigest()
        )
        assert size < 20 or content[:20] not in there
    assert list((tmp_path / "spool").iterdir()) == []
    assert not (tmp_path / "files").exists()


def test_any_part_can_be_read_and_a_long_file_takes_few_requests(store, s3):
    content = os.urandom(9 * 1024 * 1024 + 5)
    stored = put(content)

    with s3.counted() as calls, closing(opened(stored)) as file:
        whole = b"".join(iter(lambda: file.read(CHUNK_BYTES), b""))
        asked = len(calls)
        for start in (7, len(content) - 9, 4 * 1024 * 1024, 0):
            file.seek(start)
            assert file.read(20) == content[start : start + 20]

    assert whole == content
    # Its beginning and its end, then more at a time: two megabytes from the third on.
    assert asked <= 8


def opened(stored):
    return files.open_stored(stored.name, key=KEY, context="file:1")


def test_what_is_sent_says_its_hash_and_never_writes_over(app, s3):
    use(app, s3.bucket(encryption="aws:kms", encryption_key="alias/evidence"))
    with s3.counted():
        stored = put(b"plan")

    sent = s3.headers[0]
    assert sent["REQUEST_METHOD"] == "PUT"
    digest = bytes.fromhex(stored.name)
    assert sent["HTTP_X_AMZ_CHECKSUM_SHA256"] == base64.b64encode(digest).decode()
    assert sent["HTTP_X_AMZ_CONTENT_SHA256"] == stored.name
    assert sent["HTTP_IF_NONE_MATCH"] == "*"
    assert sent["HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION"] == "aws:kms"
    assert sent["HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID"] == "alias/evidence"
    assert SECRET not in repr(s3.headers)


DAMAGE = {
    "its last byte changed": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    "its first chunk changed": lambda raw: raw[:50] + bytes([raw[50] ^ 1]) + raw[51:],
    "cut between two chunks": lambda raw: raw[:-SEALED],
    "something appended": lambda raw: raw + b"more",
    "cut to its header": lambda raw: raw[:HEADER],
    "cut to nothing": lambda raw: b"",
}


def test_a_file_changed_in_the_bucket_is_noticed_before_anything_is_read(store):
    stored = put(os.urandom(3 * CHUNK_BYTES))
    there = raw(store, stored.name)

    for damage in DAMAGE.values():
        replace_raw(store, stored.name, damage(there))
        with pytest.raises(files.FileMissing, match="was changed"):
            opened(stored)
    store.remove(stored.name)
    with pytest.raises(files.FileMissing, match="not in the store"):
        opened(stored)


def test_a_file_exchanged_while_it_is_read_is_noticed(store):
    one, other = put(os.urandom(1024 * 1024)), put(os.urandom(1024 * 1024))

    with closing(opened(one)) as file:
        file.read(CHUNK_BYTES)
        replace_raw(store, one.name, raw(store, other.name))
        with pytest.raises(files.FileMissing, match="was changed"):
            file.read()


def test_a_file_opens_only_in_its_place(store):
    stored = put(b"plan")

    with pytest.raises(SealBroken):
        files.open_stored(stored.name, key=KEY, context="file:2")


def test_wrong_bytes_on_either_way_are_never_taken_for_the_file(store, s3):
    with s3.faulty("other bytes in"), pytest.raises(files.FilesUnreachable):
        put(b"plan")
    assert lying(store) == set()
    stored = put(b"plan")

    with s3.faulty("other bytes out"), pytest.raises(files.FileMissing, match="was changed"):
        read(stored)

    assert read(stored) == b"plan"


# What one fault does not spoil, for it is tried again; and what stays spoilt.
HEALED = ("cut before", "cut after", "500", "503", "503 after")
LASTING = (*HEALED, "403", "other bytes in")


def test_one_fault_at_any_call_is_healed_and_a_lasting_one_stores_nothing(store, s3):
    kept = []
    for at in (1, 2):
        for how in HEALED:
            with s3.faulty(how, lambda number, _call, at=at: number == at):
                kept.append(put(b"plan"))
    before = lying(store)
    assert {one.name for one in kept} == before

    for at in (1, 2):
        for how in LASTING:
            with (
                s3.faulty(how, lambda number, _call, at=at: number >= at),
                pytest.raises(files.FilesUnreachable),
            ):
                put(b"plan") if (at, how) != (2, "other bytes in") else unreachable()

    assert {read(one) for one in kept} == {b"plan"}


def unreachable():
    # The second call has no bytes that could be others.
    raise files.FilesUnreachable


def test_an_answer_that_breaks_off_is_asked_for_again(store, s3):
    content = os.urandom(600 * 1024)
    stored = put(content)

    with s3.faulty("half", lambda number, _call: number % 2 == 1):
        assert read(stored) == content
    with s3.faulty("half"), pytest.raises(files.FilesUnreachable):
        read(stored)


@pytest.fixture
def in_parts(monkeypatch):
    """Let files be sent in parts that are so large; the server takes none of less than 5 MB."""
    monkeypatch.setattr(bucket_module, "LARGEST_AT_ONCE", 1024 * 1024)
    monkeypatch.setattr(bucket_module, "PART_BYTES", 5 * 1024 * 1024)


def unfinished(store):
    return store.client.list_multipart_uploads(Bucket=NAME, Prefix=store.bucket.prefix).get(
        "Uploads", []
    )


def test_a_large_file_goes_in_parts_and_what_breaks_off_is_taken_away(store, s3, in_parts):
    content = os.urandom(6 * 1024 * 1024)
    with s3.counted() as calls:
        stored = put(content)
        sent = list(calls)

    with s3.faulty("403", lambda number, _call: number == 3), pytest.raises(files.FilesUnreachable):
        put(content)

    # Begin, two parts, put together, look.
    assert [call.split()[0] for call in sent] == ["POST", "PUT", "PUT", "POST", "HEAD"]
    assert read(stored) == content
    assert (lying(store), unfinished(store)) == ({stored.name}, [])


@pytest.mark.slow
def test_a_fault_at_any_call_for_a_large_file_leaves_nothing_or_all(store, s3, in_parts):
    content = os.urandom(6 * 1024 * 1024)
    for at in range(1, 6):
        for how in HEALED:
            with s3.faulty(how, lambda number, _call, at=at: number == at):
                assert read(put(content)) == content
    known = lying(store)
    for at in range(1, 5):
        for how in LASTING:
            with (
                s3.faulty(
                    how,
                    lambda number, call, at=at: number >= at and not call.startswith("DELETE"),
                ),
                pytest.raises(files.FilesUnreachable),
            ):
                put(content)
    # What was put together and whose answer was lost may be there; nothing names it.
    assert lying(store) >= known


@pytest.mark.slow
def test_a_large_file_takes_no_more_memory_than_a_small_one(app, s3, tmp_path):
    """In a process of its own, which does nothing else: 100 MB against 1 MB, both ways."""
    place = s3.bucket()
    peaks = [peak(place, tmp_path, size) for size in (1, 100)]

    assert peaks[1] - peaks[0] <= 16 * 1024 * 1024, peaks


def peak(place, tmp_path, megabytes):
    program = f"""
import io, resource, sys, types
from flask import Flask
from pathlib import Path
from foundation import files
from foundation.stores.place import Bucket
app = Flask("x")
app.extensions["settings"] = types.SimpleNamespace(
    files=Bucket(name={place.name!r}, prefix={place.prefix!r}, endpoint={place.endpoint!r},
                 region={place.region!r}),
    spool_folder=Path({str(tmp_path / "spool")!r}))
class Source(io.RawIOBase):
    left = {megabytes} * 1024 * 1024
    def read(self, size=-1):
        size = min(size, self.left); self.left -= size
        return b"x" * size
    def seek(self, *a): return 0
with app.app_context():
    stored = files.store(Source(), key=b"k" * 32, context="c")
    with files.open_stored(stored.name, key=b"k" * 32, context="c") as file:
        total = sum(len(piece) for piece in iter(lambda: file.read(65536), b""))
assert total == {megabytes} * 1024 * 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def looked_at(app) -> str:
    """Return the sentence with which the service does not start."""
    make_folders(app.extensions["settings"])
    with pytest.raises(SystemExit) as stop:
        check(app)
    return str(stop.value)


def test_a_bucket_that_is_right_lets_the_service_start_and_nothing_stays_of_looking(
    app, s3, store, tmp_path
):
    make_folders(app.extensions["settings"])

    check(app)

    assert lying(store) == set()
    assert not (tmp_path / "files").exists()


def test_what_is_wrong_with_a_bucket_stops_the_start_with_a_sentence_and_no_secret(
    app, s3, monkeypatch
):
    place = s3.bucket()
    use(app, Bucket(name="no-such-bucket", endpoint=s3.endpoint))
    assert "there is no such bucket" in looked_at(app)
    use(app, place)
    # Put, look, read, list, list what is unfinished, delete: each right that may be missing.
    for number, call in enumerate(("PUT", "HEAD", "GET", "GET", "GET", "DELETE"), start=1):
        with s3.faulty("403", lambda at, _call, number=number: at == number):
            words = looked_at(app)
        assert "look at the credentials and the rights they have" in words, call
        assert SECRET not in words
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nonexistent")
    use(app, s3.bucket())
    assert "there are no credentials for the bucket" in looked_at(app)


@contextmanager
def listening(handler, context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Answers(BaseHTTPRequestHandler):
    """Answers anything with 404, and counts."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_HEAD = do_POST = do_GET  # noqa: N815

    def log_message(self, *_words):
        pass


def test_the_machine_is_asked_who_we_are_only_where_the_settings_say_so(
    app, s3, monkeypatch, tmp_path
):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = {}
    with listening(Answers) as port:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{port}/")
        for credentials in ("environment", "machine"):
            Answers.asked.clear()
            use(app, s3.bucket(credentials=credentials))
            with pytest.raises(files.FilesUnreachable, match="no credentials"):
                put(b"plan")
            asked[credentials] = len(Answers.asked)

    assert (asked["environment"], asked["machine"] > 0) == (0, True)


def certificate(folder):
    """Write a certificate that nobody else knows, and its key."""
    files_of_it = folder / "own.pem", folder / "own.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", str(files_of_it[0]), "-keyout", str(files_of_it[1])),
        ],
        check=True,
        capture_output=True,
    )
    return files_of_it


def test_a_server_is_believed_by_its_certificate_alone(app, s3, tmp_path, monkeypatch):
    own, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    # Nothing of the environment turns the comparison off, or leads elsewhere.
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.endpoint)
    Answers.asked.clear()
    with listening(Answers, context) as port:
        endpoint = f"https://127.0.0.1:{port}"
        use(app, Bucket(name=NAME, endpoint=endpoint))
        with pytest.raises(files.FilesUnreachable, match="certificate"):
            put(b"plan")
        before = list(Answers.asked)
        use(app, Bucket(name=NAME, endpoint=endpoint, ca=own))
        with pytest.raises(files.FilesUnreachable):
            put(b"plan")

    assert before == []
    assert Answers.asked != []


def test_no_secret_is_in_what_is_logged_or_shown_however_much_is_asked_for(
    app, s3, capfd, monkeypatch
):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-" + SECRET)
    root = logging.getLogger()
    before = root.handlers, root.level
    logs.set_up("DEBUG")
    try:
        use(app, s3.bucket())
        put(b"plan")
        for how in ("403", "cut before"):
            with s3.faulty(how):
                said = app.test_cli_runner().invoke(args=["doctor"]).output
                with pytest.raises(files.FilesUnreachable) as error:
                    put(b"plan")
                logs.logger.error("A fault", exc_info=error.value)
                assert "NO  files have a place that answers" in said
                assert SECRET not in said + repr(error.value) + str(error.value)
    finally:
        root.handlers, root.level = before
    told = capfd.readouterr().err

    assert "A fault" in told
    assert SECRET not in told
    assert SECRET not in repr(app.extensions["settings"])
