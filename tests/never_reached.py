"""Pages nobody reaches with his own record in the demonstration, and why.

Others are refused there like everywhere: the tests of permissions ask with what there is, or with a
bare row. That their own people are let in, tests of each page show.
"""

# Nothing of the kind is in the demonstration.
NOTHING_THERE = """
accounts.confirm_address accounts.send_again accounts.withdraw_invitation accounts.forget_link
accounts.prove_with accounts.try_provider accounts.switch_provider_on accounts.remove_provider
accounts.rename_passkey accounts.remove_passkey
question_bank.own_condition question_bank.change_own_condition question_bank.own_test
question_bank.rename_own_pack question_bank.retire_own_pack question_bank.new_own_part
question_bank.own_part question_bank.edit_own_part question_bank.move_own_part
question_bank.remove_own_part question_bank.remove_own_answer question_bank.own_answer
question_bank.new_own_outcome question_bank.own_question question_bank.own_question_about
question_bank.own_question_ready question_bank.retire_own_question
question_bank.own_question_version
tenders.published_amendment tenders.earlier_text tenders.task
supplier_portal.amendment supplier_portal.earlier_text supplier_portal.brought
supplier_portal.tell_of_brought supplier_portal.replace_brought_workbook
supplier_portal.add_brought_file supplier_portal.hand_in_brought supplier_portal.leave_out_brought
supplier_portal.new_qualification supplier_portal.add_qualification
supplier_portal.change_qualification supplier_portal.save_qualification
supplier_portal.confirm_remove_qualification supplier_portal.remove_qualification
scoring.decide_answer scoring.enter_reply scoring.asked_of_me scoring.answer_council
scoring.reopening
contract_clauses.negotiated_version contract_clauses.decide_on_negotiated
contract_clauses.negotiated_file contract_clauses.assessed_file contract_clauses.my_assessed_file
contract_clauses.remove_assessed_file
records.evaluation_workbook_file records.handover_file records.record_file records.schedule_pdf
records.schedule_with_pages records.schedules_file
"""

# The company whose records are asked for has none of it, another one has.
OF_ANOTHER = """
supplier_portal.late_receipt supplier_portal.late_receipt_file supplier_portal.late_file
scoring.decide_on_late scoring.requirement scoring.exclusion_step scoring.my_exclusion_notice
scoring.reply_to_notice scoring.low_price_step scoring.my_low_price scoring.reply_about_price
"""

# Nobody asked for it, or the moment for it is over.
NOT_NOW = """
tenders.decide_on_amendment tenders.take_back_amendment tenders.let_go tenders.end_guest_role
tenders.opening_part tenders.check_opening_part tenders.decide_on_publishing
tenders.take_back_publishing tenders.agree_to_take_part tenders.decline_to_take_part
scoring.allocation_declined scoring.write_letter scoring.withhold scoring.tell_after_all
scoring.review_letter scoring.step_back scoring.enter_prices_of
contract_clauses.choose_part contract_clauses.release records.shared_answers
"""

# It needs words that an empty form, or an address without further words, does not have.
NEEDS_WORDS = """
tenders.withdraw_supplier supplier_portal.add_document supplier_portal.keep_file
supplier_portal.use_newest supplier_portal.on_platform supplier_portal.save_on_platform
supplier_portal.attach_to_platform
contract_clauses.issued_preview contract_clauses.contract_schedule contract_clauses.my_schedule
contract_clauses.my_reassessed_row contract_clauses.remove_reassessed_row
contract_clauses.own_value contract_clauses.add_assessed_file contract_clauses.fill
records.portfolio_company
"""

NEVER_REACHED = frozenset((NOTHING_THERE + OF_ANOTHER + NOT_NOW + NEEDS_WORDS).split())
