"""Tables of organisations, their people, the roles they hold, and how they prove who they are."""

from accounts.models.passkeys import Passkey, PasskeyChallenge
from accounts.models.people import (
    Invitation,
    Membership,
    Organisation,
    Person,
    Registration,
    SignInSession,
)
from accounts.models.proofs import (
    CodeGenerator,
    EmailChange,
    Guesses,
    KnownDevice,
    PasswordReset,
    ProviderIdentity,
    RecoveryCode,
    SignInProvider,
    WaitingForm,
)

__all__ = [
    "CodeGenerator",
    "EmailChange",
    "Guesses",
    "Invitation",
    "KnownDevice",
    "Membership",
    "Organisation",
    "Passkey",
    "PasskeyChallenge",
    "PasswordReset",
    "Person",
    "ProviderIdentity",
    "RecoveryCode",
    "Registration",
    "SignInProvider",
    "SignInSession",
    "WaitingForm",
]
