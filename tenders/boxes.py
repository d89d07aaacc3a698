"""Sealed to one or several people: only who has the secrets of all of them opens it.

X25519 with a key used once, HKDF-SHA256, AES-256-GCM; everything is bound to its context and to
the keys it was sealed to. What several seal together opens with all their secrets, in order.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation import keys

PUBLIC_BYTES = 32


def new_secret() -> bytes:
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def secret_from(words: str, *, purpose: str) -> bytes:
    """Return the secret that follows from ``words``, which must be random: nothing slows a guess.

    The same words give another secret for another ``purpose``.
    """
    return _derived(words.encode(), f"secret:{purpose}".encode())


def seal_to(publics: Sequence[bytes], plaintext: bytes, *, context: str) -> str:
    """Return ``plaintext`` so that it opens with the secrets of all ``publics`` together."""
    once = X25519PrivateKey.generate()
    shared = b"".join(once.exchange(X25519PublicKey.from_public_bytes(one)) for one in publics)
    mine = once.public_key().public_bytes_raw()
    key = _derived(shared, _about(context, mine, publics))
    return base64.b64encode(mine + keys.seal(plaintext, key=key, context=context)).decode()


def open_with(secrets: Sequence[bytes], sealed: str, *, context: str) -> bytes:
    """Return what was sealed to the publics of ``secrets``. Raises keys.SealBroken."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        once, body = raw[:PUBLIC_BYTES], raw[PUBLIC_BYTES:]
        theirs = X25519PublicKey.from_public_bytes(once)
        shared = b"".join(
            X25519PrivateKey.from_private_bytes(one).exchange(theirs) for one in secrets
        )
    except (binascii.Error, ValueError) as error:
        raise keys.SealBroken(f"Sealed content for {context!r} is damaged") from error
    publics = [public_of(one) for one in secrets]
    key = _derived(shared, _about(context, once, publics))
    return keys.open_sealed(body, key=key, context=context)


def _about(context: str, once: bytes, publics: Sequence[bytes]) -> bytes:
    return b"|".join([b"box", context.encode(), once, *publics])


def _derived(material: bytes, about: bytes) -> bytes:
    return HKDF(hashes.SHA256(), keys.KEY_BYTES, salt=None, info=about).derive(material)
