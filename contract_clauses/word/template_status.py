"""Whether a template prints of a draft that it is one."""

from __future__ import annotations

from contract_clauses.rules.templating import values_of
from contract_clauses.word.template_filling import filled
from contract_clauses.word.template_package import main_part, opened, parsed, w
from contract_clauses.word.template_reading import filled_parts
from contract_clauses.word.template_sample import sample

# Words that no template holds by chance; a filter may change their capitals.
MARK = "qzstatusmark"


def says_status(name: str, content: bytes) -> bool:
    """Return whether the state or the version of a draft comes out of the template somewhere.

    It is filled in as for a draft: a field that stands only where there is a fingerprint, or in
    a comment of the template's language, does not count. Raises TemplateRefused.
    """
    made = filled(
        opened(name, content), values_of(sample(), None) | {"status": MARK, "version": MARK}
    )
    return any(
        MARK in "".join(words.text or "" for words in parsed(made[part]).iter(w("t"))).casefold()
        for part, _where in filled_parts(made, main_part(made))
    )
