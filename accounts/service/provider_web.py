"""Asking a provider over the web: only where the installation allows, within size and time.

No redirect is followed. A host that is allowed must not turn out to be a machine of our own network
unless the setting says that it is one; the connection goes to the very address looked at.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from flask import current_app

from foundation import logs
from foundation.errors import DomainError
from foundation.settings_read import SignInHost

LONGEST_ANSWER = 256 * 1024
# Seconds for one answer, from the first look for the host to the last byte.
LONGEST_WAIT = 8.0
# So that a provider which does not answer holds up a few of our threads, not all.
AT_ONCE = threading.BoundedSemaphore(8)
AGENT = "Supplier Assurance"
REFUSALS = (http.HTTPStatus.BAD_REQUEST, http.HTTPStatus.UNAUTHORIZED)


class NotReached(DomainError):
    """The provider did not answer, or not as it should. What it said is never shown."""


class SecretNotTaken(NotReached):
    """The provider does not take the client id with the secret that were entered."""

    def __init__(self) -> None:
        super().__init__(
            "It does not take the client id and the secret that were entered here. An "
            "administrator of your authority can enter them again, as they stand in its settings"
        )


class NotAllowed(DomainError):
    """An address outside of what the installation allows."""


def allowed(address: str) -> SignInHost:
    """Return the allowed place ``address`` is in. Raises NotAllowed."""
    hosts: tuple[SignInHost, ...] = current_app.extensions["settings"].sign_in_hosts
    for host in hosts:
        if host.holds(address):
            return host
    raise NotAllowed(
        "That address is not one of those this installation allows. Ask whoever runs the service "
        "to allow it (ASSURANCE_SIGN_IN_HOSTS)"
    )


def document_at(address: str) -> dict[str, Any]:
    """Return the JSON object at ``address``. Raises NotAllowed and NotReached."""
    return _asked("GET", address, None, {})


def answer_to(
    address: str, fields: Mapping[str, str], *, client: tuple[str, str], basic: bool
) -> dict[str, Any]:
    """Send a form as a client that shows its secret, and return the JSON object that comes back.

    ``basic``: the secret goes in a header, else in the form. Raises NotAllowed, SecretNotTaken and
    NotReached.
    """
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if basic:
        # RFC 6749, 2.3.1: each is encoded as in a form before they are joined.
        joined = ":".join(map(quote_plus, client)).encode()
        headers["Authorization"] = f"Basic {base64.b64encode(joined).decode()}"
    else:
        fields = {**fields, "client_id": client[0], "client_secret": client[1]}
    return _asked("POST", address, urlencode(fields).encode(), headers)


def _asked(
    method: str, address: str, body: bytes | None, headers: dict[str, str]
) -> dict[str, Any]:
    place = allowed(address)
    if not AT_ONCE.acquire(timeout=LONGEST_WAIT):
        raise NotReached("It takes too long to answer. Try again in a minute")
    try:
        return _object(_answer(place, method, address, body, headers))
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        # Of what kind, for those who run the service; never what it said, which may hold a secret.
        logs.logger.warning("A sign-in provider was not reached: %s", type(error).__name__)
        raise NotReached("It does not answer as it should. Try again in a minute") from None
    finally:
        AT_ONCE.release()


def _answer(
    place: SignInHost, method: str, address: str, body: bytes | None, headers: dict[str, str]
) -> bytes:
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "application/json", "User-Agent": AGENT, "Connection": "close", **headers}
    with _connected(place) as connection:
        connection.request(method, target, body, headers)
        with connection.getresponse() as answer:
            read = answer.read(LONGEST_ANSWER + 1)
    # RFC 6749, 5.2: the one error that somebody here can do something about.
    if answer.status in REFUSALS and _object(read).get("error") == "invalid_client":
        raise SecretNotTaken
    # A redirect is no answer.
    if answer.status != http.HTTPStatus.OK or len(read) > LONGEST_ANSWER:
        raise ValueError
    return read


@contextmanager
def _connected(place: SignInHost) -> Iterator[http.client.HTTPConnection]:
    """Connect to an address looked at before; whatever happens, hang up when the time is over."""
    connection = http.client.HTTPConnection(place.host, place.port, timeout=LONGEST_WAIT)
    plain = socket.create_connection((_address_of(place), place.port), timeout=LONGEST_WAIT)
    # A server that sends a byte now and then would never run into the time of a single read.
    ending = plain.dup()
    over = threading.Timer(LONGEST_WAIT, _hang_up, [ending])
    over.daemon = True
    over.start()
    try:
        connection.sock = _encrypted(plain, place) if place.encrypted else plain
        yield connection
    finally:
        over.cancel()
        ending.close()
        connection.close()
        plain.close()


def _encrypted(plain: socket.socket, place: SignInHost) -> socket.socket:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(plain, server_hostname=place.host)


def _address_of(place: SignInHost) -> str:
    """Return the address of a host; all of them must be such as the setting allows."""
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not place.private and not all(ipaddress.ip_address(one).is_global for one in addresses):
        raise ValueError
    return addresses[0]


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _object(text: bytes) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError
    return found
