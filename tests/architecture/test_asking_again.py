"""What weighs much is never done at a screen left open; what does not ask says here why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.again import LASTS
from accounts.rules.roles import PERMISSIONS, Permission, Role
from app import create_app
from tests.url_values import values_for

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
SAFE = {"GET", "HEAD", "OPTIONS"}

ASKS = {
    # Whether somebody else can sign in as this person.
    "accounts.add_passkey",
    "accounts.begin_codes",
    "accounts.change_address",
    "accounts.change_password",
    "accounts.codes",
    "accounts.confirm_address",
    "accounts.forget_link",
    "accounts.provider_settings",
    "accounts.remove_passkey",
    "accounts.remove_provider",
    "accounts.renew_recovery_codes",
    "accounts.switch_off_codes",
    "accounts.switch_provider_on",
    "accounts.take_codes_away",
    # What suppliers are told and bound by.
    "tenders.ask_to_amend",
    "tenders.ask_to_cancel",
    "tenders.ask_to_publish",
    "tenders.decide_cancelling",
    "tenders.decide_on_amendment",
    "tenders.decide_on_publishing",
    "tenders.publish_amendment",
    # What cannot be unseen.
    "scoring.open_bids",
    "scoring.open_them",
    "tenders.opening_part",
    # Who wins, and who is told so.
    "scoring.award",
    "scoring.begin_standstill",
    "scoring.decide_award",
    "scoring.recommend",
    "scoring.release_results",
    "scoring.resume_award",
    "scoring.skip_standstill",
    # What the council signs.
    "contract_clauses.answer_issue",
    "contract_clauses.approve_the_rest",
    "contract_clauses.ask_issue",
    "contract_clauses.decide_on_own_clause",
    "contract_clauses.judge",
    # What nobody can bring back.
    "records.ask_to_destroy",
    "records.decide_destroying",
}

A_BID = "a supplier in the last minute before closing must not be held up, and may do it again"
ANOTHER = "what it leads to is decided by a page that asks"
UNDONE = "only holds something up, or takes back what somebody asked for"
SAFER = "only ends what somebody could do; nobody should wait with it"
OTHERS = "gives something to somebody else, who proves himself; recorded and shown to the team"
A_DRAFT = "nobody outside sees it before a page that asks"
CORRECTED = "can be corrected, is recorded, and a second person reads it before anything is final"

# Pages that need one of the permissions below, change something and do not ask.
DOES_NOT_ASK = {
    "accounts.ask_for_passkey": ANOTHER,
    "accounts.ask_for_proof": "is the asking itself",
    "accounts.end_other_sign_ins": SAFER,
    "accounts.end_sign_in": SAFER,
    "accounts.end_sign_in_of_member": SAFER,
    "accounts.end_sign_ins_of_member": SAFER,
    "accounts.invite": OTHERS,
    "accounts.member": OTHERS,
    "accounts.prove_again": "is the asking itself",
    "accounts.prove_with": "is the asking itself",
    "accounts.prove_with_passkey": "is the asking itself",
    "accounts.rename_passkey": "a word of one's own; what signs in stays the same",
    "accounts.send_again": OTHERS,
    "accounts.sign_out": SAFER,
    "accounts.switch_organisation": "the same person, with the roles he holds there",
    "accounts.take_out": SAFER,
    "accounts.withdraw_invitation": SAFER,
    "records.hide_open_page": SAFER,
    "records.lift_withheld": CORRECTED,
    "records.publish_open_page": CORRECTED,
    "records.set_retention": ANOTHER,
    "records.withheld_parts": CORRECTED,
    "scoring.answer_council": A_BID,
    "scoring.hold_award": UNDONE,
    "scoring.prepare_letters": ANOTHER,
    "scoring.reply_about_price": A_BID,
    "scoring.reply_to_notice": A_BID,
    "scoring.review_letter": ANOTHER,
    "scoring.step_back": UNDONE,
    "scoring.tell_after_all": CORRECTED,
    "scoring.withhold": ANOTHER,
    "scoring.write_letter": ANOTHER,
    "supplier_portal.ask_for_sign_off": A_BID,
    "supplier_portal.bid_member": OTHERS,
    "supplier_portal.count_at_closing": A_BID,
    "supplier_portal.decide_sign_off": A_BID,
    "supplier_portal.do_not_count_at_closing": A_BID,
    "supplier_portal.give_word": A_BID,
    "supplier_portal.hand_in_after_closing": A_BID,
    "supplier_portal.invite_to_bid": OTHERS,
    "supplier_portal.need_sign_off": A_BID,
    "supplier_portal.share_assurance": A_BID,
    "supplier_portal.submit": A_BID,
    "supplier_portal.withdraw": A_BID,
    "tenders.add_notice": CORRECTED,
    "tenders.amendment_facts": A_DRAFT,
    "tenders.amendment_terms": A_DRAFT,
    "tenders.change_what_is_asked": A_DRAFT,
    "tenders.check_opening_part": "says whether a part is right; nothing is opened",
    "tenders.drop_amendment": UNDONE,
    "tenders.invite_suppliers": CORRECTED,
    "tenders.prepare_amendment": A_DRAFT,
    "tenders.strike": CORRECTED,
    "tenders.take_back_amendment": UNDONE,
    "tenders.take_back_publishing": UNDONE,
    "tenders.task": "says that something is seen; decides nothing",
    "tenders.who_may_bid": CORRECTED,
    "tenders.withdraw_supplier": CORRECTED,
    "tenders.wrong_rows": "a file with what was typed wrong; changes nothing",
}
WEIGHTY = {
    Permission.ACCOUNT_USE,
    Permission.AWARD_APPROVE,
    Permission.BID_CERTIFY,
    Permission.BID_OPEN,
    Permission.BID_SUBMIT,
    Permission.CLAUSE_APPROVE,
    Permission.RECORD_DECIDE,
    Permission.RESULT_RELEASE,
    Permission.SCHEDULE_ISSUE,
    Permission.TEAM_MANAGE,
    Permission.TENDER_AMEND,
    Permission.TENDER_APPROVE,
    Permission.TENDER_PUBLISH,
}


@pytest.fixture(scope="module")
def changing(tmp_path_factory):
    """Every page that changes something: its rule and its view."""
    app = create_app({"instance_folder": tmp_path_factory.mktemp("instance")})
    return [
        (rule, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if set(rule.methods) - SAFE
    ]


def test_the_pages_that_ask_are_the_ones_we_meant(changing):
    asking = {rule.endpoint for rule, view in changing if getattr(view, "asks_again", False)}

    assert asking == ASKS


def test_every_page_that_may_weigh_much_asks_or_says_why_not(changing):
    may_weigh = {rule.endpoint for rule, view in changing if getattr(view, "access", "") in WEIGHTY}

    assert may_weigh - ASKS == set(DOES_NOT_ASK)


def test_each_of_them_asks_whoever_signed_in_a_while_ago(changing, app, client_for, at):
    """Before it looks whether there is such a tender at all, and nothing is done meanwhile."""
    app.extensions.pop(LASTS)
    values = values_for((rule, view.access) for rule, view in changing)
    asked, clients = {}, {}
    for moment in (NOON, NOON + timedelta(minutes=15)):
        at(moment)
        for rule, view in changing:
            if rule.endpoint not in ASKS:
                continue
            role = next(role for role in Role if view.access in PERMISSIONS[role])
            client = clients.get(role) or clients.setdefault(role, client_for(role))
            url = rule.build({name: values[name] for name in rule.arguments})[1]
            if moment > NOON:
                answer = client.post(url, data={"reason": "Velvet harpsichord"})
                asked[rule.endpoint] = (
                    answer.status_code,
                    "Show that it is you" in answer.text,
                    "Velvet harpsichord" in answer.text,
                )

    assert asked == dict.fromkeys(ASKS, (401, True, True))
