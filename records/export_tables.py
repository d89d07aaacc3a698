"""What the export of an authority takes from each table, and which tables it leaves and why.

A test holds this against every table there is: a new one is either exported or left on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table

from foundation.database import Base
from records import export_scopes as scopes

Scope = Callable[[Table, int], ColumnElement[bool]]


@dataclass(frozen=True)
class Exported:
    """Which rows are the authority's; ``leaves``: columns that are keys, secrets or sealed."""

    scope: Scope
    leaves: frozenset[str] = frozenset()
    # The name under which records.exporting_opened adds what a row alone does not tell, such as
    # what is sealed in it; empty for nothing.
    opens: str = field(default="")
    # How many rows are read and opened together: all of them are in memory at once.
    at_once: int = 500


# Of rows that hold a whole document, such as what was asked or handed in.
FEW = 20

KEYS_OF_TENDER = frozenset({"sealing_key", "opening_key", "opening_public_key"})

EXPORTED: Mapping[str, Exported] = {
    "organisation": Exported(scopes.itself),
    "person": Exported(scopes.people, frozenset({"password_hash", "password_set_at"})),
    "membership": Exported(scopes.of_organisation),
    "invitation": Exported(scopes.of_organisation, frozenset({"secret_hash"})),
    "sign_in_provider": Exported(
        scopes.of_organisation, frozenset({"sealed_secret", "wrapped_key"})
    ),
    "authority_bank": Exported(scopes.of_authority),
    "own_pack": Exported(scopes.of_authority),
    "own_question": Exported(scopes.of_authority),
    "own_question_version": Exported(scopes.of_own_question),
    "proposal": Exported(scopes.of_organisation),
    "procurement": Exported(scopes.of_authority),
    "tender": Exported(scopes.of_authority, KEYS_OF_TENDER, at_once=FEW),
    "participating_authority": Exported(scopes.of_tender),
    "outcome_statement": Exported(scopes.of_tender),
    "planning_sheet": Exported(scopes.of_tender),
    "tender_risk": Exported(scopes.of_tender),
    "notice": Exported(scopes.of_tender),
    "amendment": Exported(scopes.of_tender, at_once=FEW),
    # Nobody on the buying side learns who asked.
    "clarification": Exported(scopes.of_tender, frozenset({"asked_for_id", "asked_by_id"})),
    "approval": Exported(scopes.of_tender, frozenset({"held"})),
    "opening_part": Exported(scopes.of_tender, frozenset({"public_key", "pair_sealed"})),
    "supplier_invited": Exported(scopes.of_tender),
    "open_data_release": Exported(scopes.of_tender, at_once=FEW),
    "withheld": Exported(scopes.of_tender),
    "retention": Exported(scopes.of_tender),
    "made_record": Exported(
        scopes.of_authority, frozenset({"wrapped_key", "stored_name", "options"})
    ),
    "bid": Exported(
        scopes.opened,
        frozenset(
            {
                "key_for_supplier",
                "key_for_tender",
                "revision",
                "changed_at",
                "needs_sign_off",
                "counts_at_closing_by_id",
                "declared_for_closing",
                "created_at",
                "created_by_id",
            }
        ),
    ),  # fmt: skip
    "submission": Exported(
        scopes.of_bid,
        frozenset({"sealed", "sealed_salt", "form_key", "revision"}),
        "submission",
        FEW,
    ),  # fmt: skip
    "evidence": Exported(
        scopes.of_bid,
        frozenset({"sealed_about", "stored_name", "wrapped_key", "revision_id"}),
        "evidence",
    ),  # fmt: skip
    "brought_bid": Exported(scopes.of_bid, frozenset({"sealed"}), "brought"),
    "late_submission": Exported(
        scopes.late,
        frozenset(
            {"sealed", "sealed_salt", "form_key", "revision", "sealed_why", "key_for_tender"}
        ),
    ),
    "late_decision": Exported(scopes.of_late),
    "outage_met": Exported(scopes.of_bid),
    "interest_declaration": Exported(scopes.of_tender),
    "interest_in_bid": Exported(scopes.of_bid, frozenset({"declaration_id"}), "interest"),
    "interest_decision": Exported(scopes.of_tender),
    "allocation_event": Exported(scopes.of_tender),
    "mark": Exported(scopes.mark),
    "mark_lock": Exported(scopes.of_tender, frozenset({"last_mark_id"})),
    "agreed_mark": Exported(scopes.of_bid, frozenset({"considered"}), "agreed"),
    "quality_agreed": Exported(scopes.of_tender),
    "requirement_decision": Exported(scopes.of_bid),
    "risk_row": Exported(scopes.risk, opens="added risk"),
    "risk_decision": Exported(scopes.of_risk),
    # Of a joint tender each authority takes its own alone, whoever leads it.
    "own_risk_decision": Exported(scopes.of_authority, opens="own register"),
    "risk_action": Exported(scopes.of_authority, opens="action"),
    "risk_control": Exported(scopes.of_authority, opens="control"),
    "risk_acceptance": Exported(scopes.of_authority, opens="acceptance"),
    "risk_scale": Exported(scopes.of_authority),
    "reopening": Exported(scopes.of_authority),
    "reopening_settled": Exported(scopes.of_reopening),
    "bid_question": Exported(
        scopes.of_bid, frozenset({"sealed_text", "sealed_answer"}), "question"
    ),
    # That there is one, and when; what it says once it is opened, which is after the quality.
    "price_offer": Exported(scopes.of_bid, frozenset({"sealed"}), "prices"),
    "price_opening": Exported(scopes.of_tender),
    "low_price_event": Exported(scopes.of_bid, frozenset({"sealed_text"}), "low price"),
    "lots_drawn": Exported(scopes.of_tender),
    "model_test": Exported(scopes.of_tender),
    "recommendation": Exported(scopes.of_tender),
    "outcome_letter": Exported(scopes.of_bid, frozenset({"sealed_text"}), "letter"),
    "standstill_event": Exported(scopes.of_tender),
    "question_lesson": Exported(scopes.of_tender),
    "bid_result": Exported(scopes.of_bid, frozenset({"sealed_summary"}), "result", FEW),
    "confidentiality_decision": Exported(scopes.of_bid),
    "exclusion_party": Exported(scopes.of_bid, frozenset({"sealed_name"}), "party"),
    "exclusion_event": Exported(scopes.of_party, frozenset({"sealed_text"}), "event"),
    "clause_decision": Exported(scopes.of_bid),
    "variable_value": Exported(scopes.of_bid),
    "clause_redraft": Exported(scopes.of_bid, frozenset({"sealed_words"}), "redraft"),
    "clause_event": Exported(scopes.of_bid, frozenset({"sealed"}), "clause event"),
    "deviation_decision": Exported(scopes.of_bid),
    "negotiated_schedule": Exported(
        scopes.of_bid,
        frozenset({"sealed_about", "sealed_read", "stored_name", "wrapped_key"}),
        "negotiated",
        FEW,
    ),
    "negotiated_decision": Exported(scopes.of_negotiated),
    "own_clause": Exported(scopes.of_authority),
    "own_clause_version": Exported(scopes.of_own_clause),
    "word_template": Exported(scopes.of_authority, frozenset({"content"})),
    "word_template_choice": Exported(scopes.of_authority),
    "issued_schedule": Exported(scopes.of_bid, frozenset({"sealed_text"}), "issue", FEW),
    "contract": Exported(scopes.of_authority),
    "contract_event": Exported(scopes.of_contract),
    "outcome_reading": Exported(scopes.of_contract),
    "kpi": Exported(scopes.of_contract),
    "kpi_rating": Exported(scopes.of_contract),
    "obligation": Exported(scopes.of_contract, frozenset({"sealed_words"}), "obligation"),
    "obligation_due": Exported(scopes.of_obligation),
    "obligation_event": Exported(scopes.of_due, frozenset({"sealed_words"}), "obligation event"),
    "obligation_file": Exported(
        scopes.of_due, frozenset({"sealed_about", "stored_name", "wrapped_key"}), "obligation file"
    ),
    "reassessment": Exported(scopes.of_contract),
    "reassessment_answer": Exported(
        scopes.handed_in_answers, frozenset({"sealed"}), "assessed answer"
    ),
    "reassessment_file": Exported(
        scopes.handed_in_files,
        frozenset({"sealed_about", "stored_name", "wrapped_key"}),
        "assessment file",
    ),
    "reassessment_event": Exported(
        scopes.of_reassessment, frozenset({"sealed"}), "assessment event"
    ),
    "given_task": Exported(scopes.of_organisation),
    "sharing_choice": Exported(scopes.of_authority),
    "answers_consent": Exported(scopes.of_authority),
    "audit_entry": Exported(scopes.chains),
}

# Tables that are not the authority's to take away, and why.
LEFT: Mapping[str, str] = {
    "answer": "a company's draft; what was handed in is with the submissions",
    "answer_version": "a company's drafts",
    "audit_root": "about the chains of everybody",
    "bid_comment": "a company's own remarks",
    "bid_standing": "worked out from other tables, and made again from them at any time",
    "bid_terms": "a company's draft; what was handed in is with the submissions",
    "calendar_address": "secret addresses of single people",
    "carried_answer": "how a company wrote its bid",
    "code_generator": "a secret of a single person",
    "company_key": "a key of a company",
    "confidential_mark": "a company's draft; what was handed in is with the submissions",
    "document": "a company's own library",
    "document_revision": "a company's own library",
    "duty_done": "about the service",
    "email_change": "links sent to single people",
    "file_scan": "about stored bytes, not about anybody",
    "guesses": "about attempts to guess, without names",
    "job": "work the service does; nothing anybody decided",
    "known_device": "browsers of single people",
    "mail_message": "each tender's record holds the mails about it",
    "outage": "about the service; each tender's record holds those that met it",
    "passkey": "how a single person signs in",
    "passkey_challenge": "what browsers of single people were asked to sign",
    "password_reset": "links sent to single people",
    "platform_record": "a company's draft; what was handed in is with the submissions",
    "presence": "who of a company had a page open",
    "provider_identity": "who a single person is to a provider",
    "question_work": "how a company shares its work",
    "reconfirmation": "how a company wrote its bid",
    "recovery_code": "secrets of single people",
    "registration": "links sent to people who are not here yet",
    "service_run": "about the service",
    "sign_in_session": "signed-in browsers of single people",
    "sign_off": "a company's own word on its bid",
    "standing_answer": "a company's own profile",
    "typed_draft": "what somebody typed and did not save",
    "waiting_form": "what somebody typed before signing in elsewhere",
}


def tables() -> list[tuple[Table, Exported]]:
    """Return what is exported, each table after those it names."""
    return [
        (table, EXPORTED[table.name])
        for table in Base.metadata.sorted_tables
        if table.name in EXPORTED
    ]
