"""Everything that changes who may sign in and what for, and signing in itself."""

from accounts.service.accepting import (
    InvitationOver,
    accept_as_new,
    accept_as_signed_in,
    accept_with_password,
)
from accounts.service.addresses import ask_to_change_address, change_address
from accounts.service.browsers import (
    KNOWN_FOR,
    MOST_IN_A_BROWSER,
    NOWHERE,
    Here,
    remember_browser,
)
from accounts.service.guessing import HeldBack
from accounts.service.invitations import (
    invite,
    send_again,
    withdraw_invitation,
)
from accounts.service.passwords import (
    LinkOver,
    ask_for_link,
    change_password,
    set_password_by_link,
)
from accounts.service.people import (
    HASHER,
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
from accounts.service.sign_ins import (
    end_other_sign_ins,
    end_sign_in,
    end_sign_in_of_member,
    end_sign_ins_of_member,
)
from accounts.service.signing_in import (
    SESSION_LIMIT,
    OtherSignInNeeded,
    ProviderNeeded,
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
    "KNOWN_FOR",
    "MOST_IN_A_BROWSER",
    "NOWHERE",
    "SESSION_LIMIT",
    "Begun",
    "HeldBack",
    "Here",
    "InvitationOver",
    "LastLead",
    "LinkOver",
    "NotYoursToChange",
    "OtherSignInNeeded",
    "ProviderNeeded",
    "RegistrationOver",
    "SignInRefused",
    "accept_as_new",
    "accept_as_signed_in",
    "accept_with_password",
    "add_membership",
    "ask_for_link",
    "ask_to_change_address",
    "ask_to_register",
    "change_address",
    "change_password",
    "create_organisation",
    "create_person",
    "end_other_sign_ins",
    "end_sign_in",
    "end_sign_in_of_member",
    "end_sign_ins_of_member",
    "hash_password",
    "invite",
    "note_seen",
    "register",
    "remember_browser",
    "send_again",
    "set_password_by_link",
    "set_roles",
    "sign_in",
    "sign_out",
    "start_session",
    "switch_organisation",
    "take_out",
    "title_to_register_for",
    "withdraw_invitation",
]
