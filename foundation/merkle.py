"""One hash over many values (RFC 6962), with short proofs that one of them is among them.

Leaves and nodes are hashed with different first bytes, so that neither can be passed off as the
other. Only the standard library is needed, here and wherever a proof is checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LEAF, NODE = b"\x00", b"\x01"
# The root of nothing.
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: str) -> bytes:
    return hashlib.sha256(LEAF + content.encode("utf-8", "surrogatepass")).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


class Tree:
    """Leaves in order; some may change and others be added between one root and the next.

    Only what leads from a changed leaf to the root is hashed again. It holds about twice as many
    hashes as there are leaves.
    """

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]
        self._changed: set[int] = set()

    def put(self, index: int, hashed: bytes) -> None:
        """Set the leaf ``index``; the next free one adds a leaf."""
        leaves = self._levels[0]
        if index == len(leaves):
            leaves.append(hashed)
        else:
            leaves[index] = hashed
        self._changed.add(index)

    def root(self) -> bytes:
        """Return the root of the leaves as they are now."""
        if not self._levels[0]:
            return EMPTY
        changed, height = self._changed, 0
        while len(self._levels[height]) > 1:
            changed = {index // 2 for index in changed}
            if height + 1 == len(self._levels):
                self._levels.append([])
            _renew(self._levels[height], self._levels[height + 1], sorted(changed))
            height += 1
        self._changed = set()
        return self._levels[height][0]

    def path(self, index: int) -> list[bytes]:
        """Return the hashes that lead from a leaf to the root, the lowest first."""
        self.root()
        found = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                found.append(level[beside])
            index //= 2
        return found


def root_from(hashed: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which ``path`` leads from a leaf of ``size``; None if it fits no tree."""
    if not 0 <= index < size:
        return None
    waiting, last = list(path), size - 1
    while last:
        # The last one of a level that is alone goes up as it is.
        if index % 2 or index < last:
            if not waiting:
                return None
            beside = waiting.pop(0)
            hashed = node_hash(beside, hashed) if index % 2 else node_hash(hashed, beside)
        index, last = index // 2, last // 2
    return None if waiting else hashed


def _renew(below: list[bytes], above: list[bytes], changed: list[int]) -> None:
    for index in changed:
        pair = below[2 * index : 2 * index + 2]
        hashed = node_hash(*pair) if len(pair) == 2 else pair[0]
        if index == len(above):
            above.append(hashed)
        else:
            above[index] = hashed
