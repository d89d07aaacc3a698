"""A passkey and the browser in front of it, for the tests: keys of cryptography, CBOR of cbor2.

It does what WebAuthn asks of both. ``spoil`` in each answer lets a test send what an attacker
would. Nothing of the service's own code, nor of the library it checks answers with, is used.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

# Bits of the flags in what a device says (WebAuthn, 6.1).
PRESENT, VERIFIED, MAY_BE_COPIED, IS_COPIED, NEW_KEY = 1, 4, 8, 16, 64


@dataclass(frozen=True)
class Spoilt:
    """What is otherwise than it should be; everything is right where nothing is said."""

    origin: str = ""
    host: str = ""
    kind: str = ""
    challenge: str = ""
    verified: bool = True
    present: bool = True
    within_another_site: bool = False
    count: int | None = None
    signature: bool = False
    user_handle: bytes | None = None
    without_user_handle: bool = False
    credential_id: bytes = b""
    statement: str = "none"


RIGHT = Spoilt()


@dataclass
class Device:
    """A device with one passkey, looking at ``origin``."""

    origin: str
    host: str
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: bytes = b""
    count: int = 0

    def make(self, question: dict[str, Any], spoil: Spoilt = RIGHT) -> str:
        """Return what the browser sends of a new passkey."""
        assert question["rp"]["id"] == self.host
        assert {"type": "public-key", "alg": -7} in question["pubKeyCredParams"]
        self.user_handle = from_text(question["user"]["id"])
        client_data = self._client_data("webauthn.create", question, spoil)
        said = self._authenticator_data(spoil, NEW_KEY) + self._new_key(spoil)
        statement = self._statement(spoil, said, client_data)
        form = spoil.statement.partition(",")[0]
        attestation = cbor2.dumps({"fmt": form, "attStmt": statement, "authData": said})
        return self._answer(
            spoil,
            {
                "clientDataJSON": to_text(client_data),
                "attestationObject": to_text(attestation),
                "transports": ["internal", "hybrid", "telepathy"],
            },
        )

    def sign(self, question: dict[str, Any], spoil: Spoilt = RIGHT) -> str:
        """Return what the browser sends of what the passkey signed."""
        assert question["rpId"] == self.host
        assert question["userVerification"] == "required"
        self.count += self.counts
        client_data = self._client_data("webauthn.get", question, spoil)
        said = self._authenticator_data(spoil)
        signature = self.key.sign(said + sha256(client_data), ec.ECDSA(hashes.SHA256()))
        if spoil.signature:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        handle = self.user_handle if spoil.user_handle is None else spoil.user_handle
        response = {
            "clientDataJSON": to_text(client_data),
            "authenticatorData": to_text(said),
            "signature": to_text(signature),
        }
        if not spoil.without_user_handle:
            response["userHandle"] = to_text(handle)
        return self._answer(spoil, response)

    def _client_data(self, kind: str, question: dict[str, Any], spoil: Spoilt) -> bytes:
        return json.dumps(
            {
                "type": spoil.kind or kind,
                "challenge": spoil.challenge or question["challenge"],
                "origin": spoil.origin or self.origin,
                "crossOrigin": spoil.within_another_site,
            }
        ).encode()

    def _authenticator_data(self, spoil: Spoilt, more: int = 0) -> bytes:
        flags = self.flags | more
        flags &= ~VERIFIED if not spoil.verified else ~0
        flags &= ~PRESENT if not spoil.present else ~0
        count = self.count if spoil.count is None else spoil.count
        return sha256((spoil.host or self.host).encode()) + bytes([flags]) + count.to_bytes(4)

    def _new_key(self, spoil: Spoilt) -> bytes:
        numbers = self.key.public_key().public_numbers()
        # COSE: an elliptic curve key, for ES256, on P-256.
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        name = spoil.credential_id or self.credential_id
        return bytes(16) + len(name).to_bytes(2) + name + cbor2.dumps(key)

    def _statement(self, spoil: Spoilt, said: bytes, client_data: bytes) -> dict[str, Any]:
        if spoil.statement == "none":
            return {}
        if spoil.statement == "fido-u2f":
            return self._statement_of_maker(client_data)
        signature = self.key.sign(said + sha256(client_data), ec.ECDSA(hashes.SHA256()))
        if spoil.statement == "packed, altered":
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return {"alg": -7, "sig": signature}

    def _statement_of_maker(self, client_data: bytes) -> dict[str, Any]:
        """Return a right one of the older form, by a certificate of nobody."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A maker")])
        day, maker = datetime(2026, 1, 1, tzinfo=UTC), ec.generate_private_key(ec.SECP256R1())
        builder = x509.CertificateBuilder(name, name, maker.public_key(), 1, day, day.replace(2040))
        certificate = builder.sign(maker, hashes.SHA256())
        numbers = self.key.public_key().public_numbers()
        point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
        place, sent = sha256(self.host.encode()), sha256(client_data)
        said = b"\0" + place + sent + self.credential_id + point
        signature = maker.sign(said, ec.ECDSA(hashes.SHA256()))
        return {"x5c": [certificate.public_bytes(Encoding.DER)], "sig": signature}

    def _answer(self, spoil: Spoilt, response: dict[str, Any]) -> str:
        name = to_text(spoil.credential_id or self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": response,
            }
        )


def pressed(client: Any, page: str, device: Device, spoil: Spoilt = RIGHT, **more: str) -> Any:
    """Do what the script of a page does: ask, have the device sign, send the form."""
    question = client.post(f"{page}/question").json["question"]
    return client.post(page, data={"credential": device.sign(question, spoil), **more})


def added(client: Any, device: Device, name: str = "My phone", spoil: Spoilt = RIGHT) -> Any:
    """Add a passkey as the page does, and return its answer."""
    page, data = "/account/passkeys/new", {"name": name}
    question = client.post(f"{page}/question", data=data).json["question"]
    return client.post(page, data={**data, "credential": device.make(question, spoil)})


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
