import pytest

from foundation import files
from foundation.keys import SealBroken, new_data_key

KEY = new_data_key()


def test_a_stored_file_is_read_back_and_lies_there_unreadable(app, tmp_path):
    stored = files.store(b"our recovery plan", key=KEY, context="file:1")

    path = tmp_path / "files" / stored.name[:2] / stored.name[2:]
    assert b"recovery" not in path.read_bytes()
    assert stored.size == 17
    assert files.read(stored.name, key=KEY, context="file:1") == b"our recovery plan"
    assert [item.name for item in path.parent.iterdir()] == [stored.name[2:]]


def test_a_file_opens_only_in_its_place(app):
    stored = files.store(b"plan", key=KEY, context="file:1")

    with pytest.raises(SealBroken):
        files.read(stored.name, key=KEY, context="file:2")


def test_a_changed_file_is_noticed(app, tmp_path):
    stored = files.store(b"plan", key=KEY, context="file:1")
    path = tmp_path / "files" / stored.name[:2] / stored.name[2:]
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(files.FileMissing, match="was changed"):
        files.read(stored.name, key=KEY, context="file:1")


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_a_name_of_nothing_is_refused(app, name):
    with pytest.raises(files.FileMissing):
        files.read(name, key=KEY, context="file:1")
