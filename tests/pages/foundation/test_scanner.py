"""The scanner's words, from the real daemon, and what is made of silence and of nonsense."""

from __future__ import annotations

import io
import os
import socket
import threading
import zipfile
from contextlib import contextmanager, suppress

import pytest
from docx import Document

from foundation import scanning
from foundation.scanning import REST_SECONDS, Scanner, ScannerDown
from tests import clamd

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def daemon():
    if clamd.program() is None:
        if os.environ.get("CI"):
            pytest.fail("ClamAV is not installed (debian-packages.txt)")
        pytest.skip("ClamAV is not installed (debian-packages.txt)")
    with clamd.daemon(largest="1M") as running:
        yield running


def document(picture: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    Document().save(buffer)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/picture.png", picture)
    return buffer.getvalue()


def said(verdict):
    return (verdict.found, verdict.unable)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(document(), ("", ""), id="a clean document"),
        pytest.param(b"%PDF-1.7\n%%EOF\n", ("", ""), id="a clean PDF"),
        pytest.param(b"", ("", ""), id="nothing at all"),
        pytest.param(clamd.EICAR, (clamd.NAME, ""), id="the test file"),
        pytest.param(document(clamd.EICAR), (clamd.NAME, ""), id="the test file in a document"),
        pytest.param(os.urandom(2 * MEGABYTE), ("", scanning.TOO_LARGE), id="too large"),
        pytest.param(os.urandom(20 * MEGABYTE), ("", scanning.TOO_LARGE), id="far too large"),
    ],
)
def test_the_scanner_says_what_it_found_or_why_it_could_not_look(daemon, data, expected):
    verdict = Scanner(daemon.address).scan(io.BytesIO(data))

    assert said(verdict) == expected
    assert verdict.by.startswith("ClamAV ")


def test_a_file_with_a_password_cannot_be_scanned(daemon):
    packed = bytearray(document())
    # The flag that says "encrypted", in both places that describe the first member.
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1

    assert said(Scanner(daemon.address).scan(io.BytesIO(packed))) == ("", scanning.LOCKED)


def test_a_scanner_that_is_stopped_is_down_and_is_left_alone_for_a_while(daemon):
    now = [0.0]
    scanner = Scanner(daemon.address, clock=lambda: now[0])
    daemon.stop()
    try:
        with pytest.raises(ScannerDown, match="does not answer"):
            scanner.scan(io.BytesIO(b"x"))
    finally:
        daemon.start()

    with pytest.raises(ScannerDown, match="a moment ago"):
        scanner.scan(io.BytesIO(b"x"))
    now[0] += REST_SECONDS
    assert said(scanner.scan(io.BytesIO(b"x"))) == ("", "")


def test_a_scanner_that_hangs_is_down(daemon, monkeypatch):
    monkeypatch.setattr(scanning, "CONNECT_SECONDS", 0.3)
    daemon.hang()
    try:
        with pytest.raises(ScannerDown):
            Scanner(daemon.address).scan(io.BytesIO(b"x"))
    finally:
        daemon.stop()
        daemon.start()


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0", b"OK\0", b"stream: OK stream: Eicar\0", b"HTTP/1.1 200 OK\r\n\r\nOK", b"O" * 9999],
    ids=["nothing", "an end", "OK alone", "two answers", "another service", "no end"],
)
def test_anything_but_its_own_word_is_never_clean(answer):
    with answering(answer) as address:
        try:
            verdict = Scanner(address).scan(io.BytesIO(b"x"))
        except ScannerDown:
            return

    assert said(verdict) == ("", scanning.BROKE_OFF)


@contextmanager
def answering(answer):
    """A server that gives the same answer to everything."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection:
                    connection.recv(100)
                    connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[:2]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
