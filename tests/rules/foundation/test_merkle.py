import hashlib
import random

import pytest

from foundation.merkle import EMPTY, Tree, leaf_hash, node_hash, root_from


def by_the_definition(leaves):
    """The tree of RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return node_hash(by_the_definition(leaves[:left]), by_the_definition(leaves[left:]))


def filled(leaves):
    tree = Tree()
    for place, hashed in enumerate(leaves):
        tree.put(place, hashed)
    return tree


def hashes(count):
    return [leaf_hash(str(number)) for number in range(count)]


def test_nothing_has_the_hash_of_nothing():
    assert Tree().root() == EMPTY == by_the_definition([])


@pytest.mark.parametrize("size", range(1, 70))
def test_the_root_is_the_one_of_rfc_6962(size):
    assert filled(hashes(size)).root() == by_the_definition(hashes(size))


def test_the_tree_of_the_certificate_logs_has_the_root_they_publish():
    """The test vectors of Certificate Transparency's own reference implementation."""
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(entry)).digest() for entry in entries]

    assert filled(leaves[:1]).root().hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert filled(leaves).root().hex() == (
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


def test_a_tree_that_grows_and_changes_has_the_root_of_one_made_anew():
    drawn = random.Random(6962)
    tree, leaves = Tree(), []
    for step in range(300):
        for _ in range(drawn.randrange(4)):
            place = drawn.randrange(len(leaves) + 1)
            hashed = leaf_hash(f"{step} {place}")
            leaves[place : place + 1] = [hashed]
            tree.put(place, hashed)

        assert tree.root() == by_the_definition(leaves)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 33])
def test_every_leaf_has_a_path_that_leads_to_the_root_and_no_other_leaf_has_it(size):
    tree = filled(hashes(size))
    for place, hashed in enumerate(hashes(size)):
        path = tree.path(place)

        assert root_from(hashed, place, size, path) == tree.root()
        assert root_from(leaf_hash("another"), place, size, path) != tree.root()
        assert root_from(hashed, place, size, [*path, hashed]) is None
        assert path == [] or root_from(hashed, place, size, path[:-1]) is None
        assert root_from(hashed, size, size, path) is None
