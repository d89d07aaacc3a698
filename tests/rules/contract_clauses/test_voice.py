import pytest

from contract_clauses.rules.voice import in_contract_voice


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Kept offline", "Kept offline"),
        ("Not applicable to our service", "Not applicable to the Service"),
        ("Security chip that we control", "Security chip that the Supplier controls"),
        (
            "Each theme and where you do not conform",
            "Each theme and where the Supplier does not conform",
        ),
        ("We can do it without the council", "The Supplier can do it without the Council"),
        ("Your own suppliers", "The Supplier's own suppliers"),
        ("Inside your data centres", "Inside the Supplier's data centres"),
        ("Resilience of what depends on you", "Resilience of what depends on the Supplier"),
        ("When you subcontract", "When the Supplier subcontracts"),
    ],
)
def test_a_label_that_speaks_to_the_supplier_speaks_of_the_supplier(label, words):
    assert in_contract_voice(label) == words
