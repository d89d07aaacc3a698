"""Asking a scanner for malicious software (ClamAV's daemon) about a file, as it streams by."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from foundation.chunks import CHUNK_BYTES, Source

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
# After it failed to answer, nobody waits for it again for so long: other work goes first.
REST_SECONDS = 30.0
LONGEST_ANSWER = 4096

FOUND = " FOUND"
TOO_LARGE = "it is larger than the scanner takes"
LOCKED = "it has a password"
TOO_DEEP = "it holds more than the scanner looks into"
BROKE_OFF = "the scanner broke off"

# The daemon reports these like something found, yet they only say that it could not look.
COULD_NOT_LOOK = {
    "Heuristics.Limits.Exceeded": TOO_DEEP,
    "Heuristics.Encrypted": LOCKED,
}

Address = str | tuple[str, int]


class ScannerDown(Exception):
    """The scanner does not answer; it may later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner said: ``found`` names malicious software, ``unable`` says why it could not
    look; clean if neither. ``by`` is the scanner's version and that of what it knows."""

    by: str
    found: str = ""
    unable: str = ""


class Scanner:
    """The daemon at ``address``: host and port, or the path of a socket."""

    def __init__(self, address: Address, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._rests_until = 0.0

    def scan(self, source: Source) -> Verdict:
        """Return what the scanner says of the whole of ``source``. Raises ScannerDown.

        Never clean unless it said so: an answer that is missing or unknown is none.
        """
        if self._clock() < self._rests_until:
            raise ScannerDown("The scanner did not answer a moment ago")
        try:
            version = self._ask(b"zVERSION\0")
            return _verdict(self._stream(source), version)
        except OSError as error:
            self._rests_until = self._clock() + REST_SECONDS
            raise ScannerDown("The scanner does not answer") from error

    def answers(self) -> bool:
        """Return whether the daemon is there; scanning does not depend on what this finds."""
        try:
            return self._ask(b"zPING\0") == "PONG"
        except OSError:
            return False

    def _ask(self, command: bytes) -> str:
        with self._connected(CONNECT_SECONDS) as connection:
            connection.sendall(command)
            return _answer(connection)

    def _stream(self, source: Source) -> str:
        """Return the answer; "" if the scanner broke off and yet is there."""
        try:
            with self._connected(ANSWER_SECONDS) as connection:
                return _streamed(connection, source)
        except (BrokenPipeError, ConnectionResetError):
            self._ask(b"zPING\0")
            return ""

    def _connected(self, seconds: float) -> socket.socket:
        if isinstance(self._address, str):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(CONNECT_SECONDS)
            try:
                connection.connect(self._address)
            except OSError:
                connection.close()
                raise
        else:
            connection = socket.create_connection(self._address, CONNECT_SECONDS)
        connection.settimeout(seconds)
        return connection


def _streamed(connection: socket.socket, source: Source) -> str:
    source.seek(0)
    try:
        connection.sendall(b"zINSTREAM\0")
        while piece := source.read(CHUNK_BYTES):
            connection.sendall(struct.pack(">L", len(piece)) + piece)
        connection.sendall(struct.pack(">L", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It stopped listening: over its limit it says so first, if the words still come through.
        return _answer(connection)
    return _answer(connection)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    if not answer:
        raise ConnectionResetError("The scanner closed the connection without an answer")
    return answer.rstrip(b"\0\n").decode("utf-8", errors="replace")


def _verdict(answer: str, version: str) -> Verdict:
    if answer == "stream: OK":
        return Verdict(version)
    if answer.startswith("stream: ") and answer.endswith(FOUND):
        name = answer.removeprefix("stream: ").removesuffix(FOUND)
        for beginning, reason in COULD_NOT_LOOK.items():
            if name.startswith(beginning):
                return Verdict(version, unable=reason)
        return Verdict(version, found=name[:100])
    if "size limit exceeded" in answer:
        return Verdict(version, unable=TOO_LARGE)
    return Verdict(version, unable=BROKE_OFF)


def init_app(app: Flask, address: Address | None) -> None:
    app.extensions["scanner"] = Scanner(address) if address else None


def scanner() -> Scanner | None:
    """Return the scanner of this installation, if it has one."""
    found: Scanner | None = current_app.extensions["scanner"]
    return found
