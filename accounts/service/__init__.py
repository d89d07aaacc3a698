"""Everything that changes who may sign in and what for, and signing in itself."""

from accounts.service.invitations import (
    InvitationOver,
    accept_as_new,
    accept_as_signed_in,
    accept_with_password,
    invite,
    send_again,
    withdraw_invitation,
)
from accounts.service.people import (
    HASHER,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    add_membership,
    create_organisation,
    create_person,
    hash_password,
)
from accounts.service.registering import (
    Begun,
    RegistrationOver,
    ask_to_register,
    register,
    title_to_register_for,
)
from accounts.service.signing_in import (
    SESSION_LIMIT,
    SignInRefused,
    note_seen,
    sign_in,
    sign_out,
    start_session,
    switch_organisation,
)
from accounts.service.team import LastLead, NotYoursToChange, set_roles, take_out

__all__ = [
    "HASHER",
    "LONGEST_PASSWORD",
    "SESSION_LIMIT",
    "SHORTEST_PASSWORD",
    "Begun",
    "InvitationOver",
    "LastLead",
    "NotYoursToChange",
    "RegistrationOver",
    "SignInRefused",
    "accept_as_new",
    "accept_as_signed_in",
    "accept_with_password",
    "add_membership",
    "ask_to_register",
    "create_organisation",
    "create_person",
    "hash_password",
    "invite",
    "note_seen",
    "register",
    "send_again",
    "set_roles",
    "sign_in",
    "sign_out",
    "start_session",
    "switch_organisation",
    "take_out",
    "title_to_register_for",
    "withdraw_invitation",
]
