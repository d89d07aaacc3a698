"""Names of files made from names of suppliers."""

import pytest

from records.rules.assessment import slugs_for


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        pytest.param(["Larkmead Sensing Ltd"], ("larkmead-sensing-ltd",), id="plain"),
        pytest.param(["Ångström & Søns"], ("angstrom-sns",), id="letters with marks"),
        pytest.param(["../../etc/passwd"], ("etc-passwd",), id="a path"),
        pytest.param(["光"], ("supplier",), id="no Latin letter"),
        pytest.param(["A B", "a-b", "A_B"], ("a-b", "a-b-2", "a-b-3"), id="the same name twice"),
        pytest.param(["x" * 300], ("x" * 60,), id="a long name"),
    ],
)
def test_every_supplier_gets_a_file_name_of_its_own(names, slugs):
    assert slugs_for(names) == slugs
