"""Who takes part in the demonstration. Everybody is made up; one password serves all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.rules.roles import Role

PASSWORD = "school streets 2026"


@dataclass(frozen=True)
class DemonstrationPerson:
    name: str
    email: str
    organisation: str
    role: Role
    # What to try with this sign-in, shown on the page that lists them.
    does: str


AUTHORITY = "London Borough of Marlwick"
NEIGHBOUR = "London Borough of Thornbridge"
LARKMEAD = "Larkmead Sensing Ltd"
BRIGHTWATER = "Brightwater Urban Analytics Ltd"
OMNIFLOW = "Omniflow Mobility Insights Ltd"

# The answer file of each supplier, among the demonstration's content.
BIDS: Mapping[str, str] = {
    LARKMEAD: "larkmead-sensing.json",
    BRIGHTWATER: "brightwater-urban-analytics.json",
    OMNIFLOW: "omniflow-mobility-insights.json",
}

OFFICER = DemonstrationPerson(
    "Priya Nayar",
    "officer@marlwick.example",
    AUTHORITY,
    Role.OFFICER,
    "Create and publish tenders, open bids, mark, decide risks, make the contract schedule",
)
DEPUTY = DemonstrationPerson(
    "Daniel Osei",
    "deputy@marlwick.example",
    AUTHORITY,
    Role.OFFICER,
    "Be the second person: agree to what Priya Nayar asks to publish, or refuse with a reason",
)
EVALUATOR = DemonstrationPerson(
    "Owen Hartley",
    "evaluator@marlwick.example",
    AUTHORITY,
    Role.EVALUATOR,
    "Mark bids against the published descriptors",
)
STEWARD = DemonstrationPerson(
    "Leila Okafor",
    "steward@marlwick.example",
    AUTHORITY,
    Role.STEWARD,
    "Decide which proposed changes go into the next edition of the question bank",
)
PARTNER = DemonstrationPerson(
    "Amara Blythe",
    "officer@thornbridge.example",
    NEIGHBOUR,
    Role.OFFICER,
    "Take part in a tender that another borough leads, and give colleagues roles for it",
)
GUEST = DemonstrationPerson(
    "Piotr Zielinski",
    "evaluator@thornbridge.example",
    NEIGHBOUR,
    Role.EVALUATOR,
    "Be evaluator for one tender of another borough, and see none of its others",
)
CHAIR = DemonstrationPerson(
    "Grace Adeyemi",
    "moderator@marlwick.example",
    AUTHORITY,
    Role.MODERATOR,
    "Say who marks what, see where evaluators disagree, sign the mark the panel agrees",
)
MANAGER = DemonstrationPerson(
    "Samir Patel",
    "contracts@marlwick.example",
    AUTHORITY,
    Role.CONTRACT_MANAGER,
    "Read risks and the contract schedule; see that a bid of a relative is kept from him",
)
REVIEWER = DemonstrationPerson(
    "Ruth Calloway",
    "reviewer@marlwick.example",
    AUTHORITY,
    Role.REVIEWER,
    "Review risks and clauses as a lawyer would; be the second person for an award, read letters",
)
PEOPLE = (
    OFFICER,
    DEPUTY,
    EVALUATOR,
    CHAIR,
    REVIEWER,
    MANAGER,
    DemonstrationPerson(
        "Helen Brandt",
        "auditor@marlwick.example",
        AUTHORITY,
        Role.AUDITOR,
        "Read everything after opening, and the record of who did what",
    ),
    DemonstrationPerson(
        "Joe Lindqvist",
        "administrator@marlwick.example",
        AUTHORITY,
        Role.ADMINISTRATOR,
        "See that an administrator is shown no bid",
    ),
    STEWARD,
    PARTNER,
    GUEST,
    DemonstrationPerson(
        "Edith Marlow",
        "administrator@thornbridge.example",
        NEIGHBOUR,
        Role.ADMINISTRATOR,
        "Decide whether the borough shares with others how its suppliers stand",
    ),
    DemonstrationPerson(
        "Tom Sadler",
        "lead@larkmead.example",
        LARKMEAD,
        Role.BID_LEAD,
        "Continue a draft bid for the open tender and submit it",
    ),
    DemonstrationPerson(
        "Nadia Frost",
        "contributor@larkmead.example",
        LARKMEAD,
        Role.CONTRIBUTOR,
        "Answer questions in the same bid without being able to submit it",
    ),
    DemonstrationPerson(
        "Hanna Brook",
        "certifier@larkmead.example",
        LARKMEAD,
        Role.CERTIFIER,
        "Sign the bid off for the company, or say what must change first",
    ),
    DemonstrationPerson(
        "Ravi Menon",
        "reader@larkmead.example",
        LARKMEAD,
        Role.SUPPLIER_READER,
        "Read the bid and comment on it inside the company, changing nothing",
    ),
    DemonstrationPerson(
        "Callum Weir",
        "lead@brightwater.example",
        BRIGHTWATER,
        Role.BID_LEAD,
        "Start a bid for the open tender; look at the bid sent for the closed ones",
    ),
    DemonstrationPerson(
        "Marcus Ellery",
        "lead@omniflow.example",
        OMNIFLOW,
        Role.BID_LEAD,
        "See what a bid with serious problems looks like to its supplier",
    ),
)

# What to do with it, in the order that follows an answer to its clause.
WALK = (
    "Tom Sadler of Larkmead opens MW-2026-021, answers a question and looks at what is missing.",
    "Priya Nayar of the council sees that tender, and nothing of any bid for it.",
    "She and Daniel Osei open the bids for MW-2026-018, which has closed, and see them for the "
    "first time. One came too late: whether it counts is theirs to decide.",
    "In MW-2026-014 Owen Hartley and Daniel Osei each mark alone: the reasons for each suggested "
    "level stand beside the answers. Neither sees the other’s marks until his own are locked.",
    "Grace Adeyemi chairs the panel: the questions on which the two are furthest apart come first, "
    "and she signs one mark with one reason.",
    "Priya Nayar decides whether Omniflow fails, and accepts, edits or drops the risks its answers "
    "raise.",
    "She downloads the scored workbook, the risk register and the contract schedule.",
    "MW-2026-012 is marked and its prices are open: she recommends who gets the contract, and Ruth "
    "Calloway, as the second person, agrees or refuses. Then there are letters to prepare, to read "
    "and to release.",
    "In MW-2026-011 the bidders have their results and the standstill runs. In MW-2026-003 the "
    "contract is signed. Callum Weir reads there why his bid did not win.",
    "She asks to publish the draft MW-2026-024. Daniel Osei looks at it and agrees, and Callum "
    "Weir of Brightwater starts a bid for it.",
    "Amara Blythe of Thornbridge reads MW-2026-027, a lot that her borough buys together with the "
    "council, and names who marks it for Thornbridge.",
    "Leila Okafor decides on other words that Tom has proposed for a question of the bank.",
)


def sign_in_lines() -> list[str]:
    """Return the sign-ins as lines to print, the two sides first."""
    width = max(len(person.email) for person in PEOPLE)
    lines = [f"{person.email:{width}}  {person.organisation}, {person.role}" for person in PEOPLE]
    return ["Everybody in the demonstration signs in with the password: " + PASSWORD, *lines]
