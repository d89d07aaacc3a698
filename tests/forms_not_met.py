"""Forms that no page of the demonstration shows to those who look at it in everyday tests."""

# Tried where some test sends them (forms_in_passing.py).
IN_PASSING = """
accounts.add_passkey accounts.codes accounts.confirm_address accounts.end_other_sign_ins
accounts.end_sign_in accounts.rename_passkey
accounts.end_sign_in_of_member accounts.end_sign_ins_of_member accounts.forget_link
accounts.invitation accounts.new_password accounts.prove_with accounts.provider_settings
accounts.registration accounts.send_again accounts.sign_in_code accounts.sign_in_with
accounts.sign_out accounts.switch_organisation accounts.switch_provider_on
accounts.take_codes_away accounts.withdraw_invitation
contract_clauses.add_assessed_file contract_clauses.add_pasted_assessed_rows
contract_clauses.add_word_template contract_clauses.answer_issue contract_clauses.approve_the_rest
contract_clauses.ask_issue contract_clauses.decide_on_negotiated
contract_clauses.decide_on_own_clause contract_clauses.end_obligation contract_clauses.judge
contract_clauses.kpi_exception contract_clauses.my_reassessed_row
contract_clauses.obligation_happened contract_clauses.open_reassessment
contract_clauses.own_clause_ready contract_clauses.own_clause_test contract_clauses.reassessment
contract_clauses.record_contract contract_clauses.remove_assessed_file
contract_clauses.remove_reassessed_row contract_clauses.restyle_word_template
contract_clauses.show_any_time contract_clauses.use_our_template
contract_clauses.use_word_template
question_bank.change_own_condition question_bank.confirm_bring_in question_bank.decide_proposal
question_bank.edit_own_part question_bank.move_own_part question_bank.new_own_outcome
question_bank.new_own_part question_bank.our_edition question_bank.own_answer
question_bank.own_prefix question_bank.own_question_about question_bank.own_question_ready
question_bank.own_test question_bank.propose question_bank.remove_own_part
question_bank.rename_own_pack question_bank.retire_own_pack question_bank.retire_own_question
records.ask_for_answers records.ask_to_destroy records.decide_destroying
records.evaluation_workbooks records.hide_open_page records.lift_withheld
records.publish_open_page records.sharing_choice
scoring.adopt scoring.allocation_declined scoring.answer_council scoring.apply_marks
scoring.begin_before_checks scoring.decide_answer scoring.decide_confidential
scoring.decide_on_late scoring.enter_prices_of scoring.enter_reply scoring.equal_marks
scoring.list_parties scoring.lock scoring.mark scoring.marks_offline scoring.my_allocation
scoring.open_bids scoring.open_them scoring.quality scoring.ranking_lots scoring.reopening
scoring.reply_about_price scoring.reply_to_notice scoring.risk_scale scoring.step_back
scoring.throw_away_typed
supplier_portal.add_document supplier_portal.add_document_file supplier_portal.add_offered_rows
supplier_portal.add_pasted_rows supplier_portal.add_qualification
supplier_portal.attach_to_platform supplier_portal.change_mark supplier_portal.complete
supplier_portal.confirm_amended supplier_portal.confirm_carried supplier_portal.count_at_closing
supplier_portal.decide_sign_off supplier_portal.do_not_count_at_closing supplier_portal.give
supplier_portal.remove_from_platform supplier_portal.remove_mark
supplier_portal.remove_qualification supplier_portal.remove_row supplier_portal.restore_document
supplier_portal.restore_version supplier_portal.save_qualification supplier_portal.save_row
supplier_portal.start supplier_portal.throw_away_typed supplier_portal.throw_away_typed_of_company
supplier_portal.use_newest supplier_portal.withdraw
tenders.agree_to_take_part tenders.amendment_facts tenders.amendment_terms tenders.ask_to_amend
tenders.check_opening_part tenders.decide_cancelling tenders.decide_on_amendment
tenders.decide_on_publishing tenders.decline_to_take_part tenders.drop_amendment tenders.edition
tenders.end_guest_role tenders.give_guest_role tenders.leave tenders.let_go tenders.new_proposal
tenders.opening_part tenders.outcome_showing tenders.planning_take_dates
tenders.planning_take_targets tenders.prepare_amendment tenders.proposal tenders.publish_amendment
tenders.renew_question tenders.task tenders.wrong_rows
"""

# The same, but the tests that send them are among the slow ones.
IN_SLOW_ONES = """
scoring.accept scoring.apply_register scoring.award scoring.begin_standstill scoring.decide_award
scoring.prepare_letters scoring.release_results scoring.resume_award scoring.review_letter
scoring.skip_standstill scoring.take_back_acceptance scoring.withhold scoring.write_letter
supplier_portal.add_brought_file supplier_portal.apply_workbook supplier_portal.bring
supplier_portal.hand_in_brought supplier_portal.leave_out_brought
supplier_portal.replace_brought_workbook supplier_portal.tell_of_brought
"""

SCRIPT = "sent by the script with what stands in a form, which stays there"
BY_A_DEVICE = "what a device signed, which counts once, or the question it is asked"
A_BUTTON = "a button alone: nothing is typed that could be lost"
NOT_TRIED = {
    **dict.fromkeys(
        (
            "scoring.keep_typed",
            "supplier_portal.here",
            "supplier_portal.keep_typed",
            "supplier_portal.keep_typed_of_company",
        ),
        SCRIPT,
    ),
    **dict.fromkeys(
        (
            "accounts.ask_for_passkey",
            "accounts.ask_for_proof",
            "accounts.ask_passkey",
            "accounts.ask_second_passkey",
            "accounts.prove_with_passkey",
            "accounts.sign_in_with_passkey",
            "accounts.sign_in_with_second_passkey",
        ),
        BY_A_DEVICE,
    ),
    **dict.fromkeys(
        (
            "accounts.remove_passkey",
            "accounts.remove_provider",
            "question_bank.remove_own_answer",
            "scoring.tell_after_all",
            "tenders.end_own_role",
            "tenders.take_back_amendment",
        ),
        A_BUTTON,
    ),
}

EVERYDAY = frozenset(IN_PASSING.split())
FORMS = EVERYDAY | frozenset(IN_SLOW_ONES.split())
# Sent with forms by a button, by the page of a workbook looked at before, or by a test that tries a
# field the form does not have: nobody typed it into a box.
NOT_A_BOX = frozenset({"remove", "seen", "point-9.9"})
