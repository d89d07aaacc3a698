"""Names for records in URLs."""

import re

from foundation.tokens import TOKEN_PATTERN, new_token


def test_every_token_has_the_shape_a_route_takes_and_is_no_option_of_a_command():
    made = [new_token() for _ in range(2000)]

    assert [token for token in made if not re.fullmatch(TOKEN_PATTERN, token)] == []
    assert [token for token in made if token.startswith("-")] == []
    assert len(set(made)) == 2000
