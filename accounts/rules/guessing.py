"""How often something may be tried in vain before others wait; nobody is ever locked out.

Counted within stretches of a quarter of an hour, by whom a guess is about and where it comes from.
A browser in which the person signed in before has a count of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

STRETCH = timedelta(minutes=15)
# While a tender is about to close nobody waits longer than this.
SHORT_STRETCH = timedelta(minutes=1)

# Wrong tries within a stretch: of one account from one network or known browser; from one
# network, whatever the account; of one account from everywhere but its known browsers.
MOST_FROM_ONE_PLACE = 10
MOST_FROM_A_NETWORK = 100
MOST_OF_AN_ACCOUNT = 100


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted: of which account, from where, or both; ``most`` tries are looked at."""

    about: tuple[str, ...]
    most: int


def counters(
    account: str, network: str, known_browser: str, *, closing_soon: bool
) -> list[Counter]:
    """Return which counts a try of ``account`` adds to.

    ``network`` is empty where it is not known, ``known_browser`` unless it is one of the account.
    A known browser is counted by itself alone, so that nobody elsewhere can slow it. Near a closing
    time, anybody's, the count of the account over all networks is left out: whoever guesses from
    many places must keep nobody from handing in a bid.
    """
    if known_browser:
        return [Counter(("browser", known_browser), MOST_FROM_ONE_PLACE)]
    found = []
    if network:
        found.append(Counter(("place", account, network), MOST_FROM_ONE_PLACE))
        found.append(Counter(("network", network), MOST_FROM_A_NETWORK))
    if not closing_soon or not network:
        found.append(Counter(("account", account), MOST_OF_AN_ACCOUNT))
    return found


def stretch_of(moment: datetime, *, closing_soon: bool) -> tuple[datetime, datetime]:
    """Return when the stretch of time ``moment`` lies in began, and when it ends."""
    length = SHORT_STRETCH if closing_soon else STRETCH
    since = datetime(2000, 1, 1, tzinfo=UTC)
    began = moment - (moment - since) % length
    return began, began + length
