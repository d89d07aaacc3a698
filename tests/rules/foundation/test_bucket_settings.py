import pytest

from foundation.settings import SettingsError, read_settings
from foundation.stores.base import FileMissing, name_at, relative_path
from foundation.stores.place import Bucket

FILES = "ASSURANCE_FILES"
HERE = {f"{FILES}_ENDPOINT": "http://127.0.0.1:9000"}
PLACE = {FILES: "s3://council-evidence/assurance", **HERE}


def read(environ, tmp_path):
    return read_settings(environ, instance_folder=tmp_path)


def test_without_the_setting_files_lie_in_the_instance_folder(tmp_path):
    assert read({}, tmp_path).files is None


def test_a_bucket_is_read_with_what_is_said_of_it(tmp_path):
    certificates = tmp_path / "own.pem"
    certificates.write_text("")
    said = {
        FILES: "s3://council-evidence/assurance/live/",
        f"{FILES}_ENDPOINT": "https://s3.council.example:9000/",
        f"{FILES}_REGION": "eu-west-2",
        f"{FILES}_CA": str(certificates),
        f"{FILES}_ENCRYPTION": "aws:kms",
        f"{FILES}_ENCRYPTION_KEY": "alias/evidence",
        f"{FILES}_CREDENTIALS": "machine",
    }

    assert read(said, tmp_path).files == Bucket(
        name="council-evidence",
        prefix="assurance/live/",
        endpoint="https://s3.council.example:9000",
        region="eu-west-2",
        ca=certificates,
        encryption="aws:kms",
        encryption_key="alias/evidence",
        credentials="machine",
    )
    assert read({FILES: "s3://evidence", **HERE}, tmp_path).files.prefix == ""


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        (PLACE | {FILES: "evidence"}, "is not a bucket: write s3://bucket"),
        (PLACE | {FILES: "s3://ab"}, "is not a bucket"),
        (PLACE | {FILES: "s3://evidence/../other"}, "is not a bucket"),
        (PLACE | {FILES: "s3://key:hunter2@evidence"}, "is not a bucket"),
        (PLACE | {FILES: "s3://evidence?x=1"}, "is not a bucket"),
        (PLACE | {f"{FILES}_ENDPOINT": "http://s3.example"}, "http:// only for this machine"),
        (PLACE | {f"{FILES}_ENDPOINT": "https://key:hunter2@s3.example"}, "write https://host"),
        (PLACE | {f"{FILES}_ENDPOINT": "s3.example:9000"}, "write https://host"),
        (PLACE | {f"{FILES}_REGION": "London, please"}, "write a region, such as eu-west-2"),
        (PLACE | {f"{FILES}_CA": "/nonexistent.pem"}, "a file of certificates (PEM) that is there"),
        (PLACE | {f"{FILES}_ENCRYPTION": "rot13"}, "write AES256 or aws:kms or aws:kms:dsse"),
        (PLACE | {f"{FILES}_ENCRYPTION_KEY": "alias/x"}, "set ASSURANCE_FILES_ENCRYPTION to"),
        (PLACE | {f"{FILES}_ENCRYPTION_KEY": "hunter2+/="}, "not the key itself"),
        (PLACE | {f"{FILES}_CREDENTIALS": "guess"}, "write environment or machine"),
        ({FILES: "s3://evidence"}, "for Amazon's own the region"),
        (HERE, "ASSURANCE_FILES_ENDPOINT is set and ASSURANCE_FILES is not"),
    ],
)
def test_a_wrong_bucket_is_refused_with_a_sentence_and_no_secret(environ, says, tmp_path):
    with pytest.raises(SettingsError) as refused:
        read(environ, tmp_path)

    assert says in refused.value.message
    assert "hunter2" not in refused.value.message


def test_a_name_becomes_a_path_and_comes_back_and_nothing_else_does():
    name = "0f" * 32

    assert name_at(relative_path(name)) == name
    assert [name_at(path) for path in (".ready", "0f/x", f"0f/{'0f' * 31}/x", "a")] == [None] * 4
    for other in ("../../etc/passwd", "", "A" * 64, name + "\n"):
        with pytest.raises(FileMissing):
            relative_path(other)
