"""Everything that changes a bid: each change one transaction, decided by when it arrived."""

from supplier_portal.service.amendments import confirm_amended, leave_out_amended
from supplier_portal.service.answers import (
    Change,
    Clash,
    Conflict,
    Saved,
    WrongAnswer,
    save_answers,
)
from supplier_portal.service.bids import start_bid
from supplier_portal.service.bringing import (
    bring_bid,
    must_all_be_handed_in,
    must_take,
    replace_workbook,
)
from supplier_portal.service.carried import carry_over, confirm_carried, share_assurance
from supplier_portal.service.closing import (
    count_at_closing,
    do_not_count_at_closing,
    note_opened,
)
from supplier_portal.service.completing import (
    add_brought_file,
    hand_in_brought,
    leave_out,
    tell_of_brought,
)
from supplier_portal.service.evidence import NewFile, add_evidence, attach_evidence, remove_evidence
from supplier_portal.service.platform import (
    attach_to_platform,
    remove_from_platform,
    save_on_platform,
)
from supplier_portal.service.presence import note_here
from supplier_portal.service.profile import keep_from_bid, keep_standing, parts_to_keep
from supplier_portal.service.rows import add_rows, move_row, remove_row, save_row
from supplier_portal.service.submission import submit_bid, withdraw_bid
from supplier_portal.service.teamwork import (
    add_comment,
    ask_for_sign_off,
    give_question,
    give_questions,
    mark_complete,
    require_sign_off,
    sign_off,
)
from supplier_portal.service.terms import (
    NewQualification,
    TermsSaid,
    give_word,
    remove_qualification,
    save_qualification,
)
from supplier_portal.service.typed import NotKept, forget_typed, keep_typed

__all__ = [
    "Change",
    "Clash",
    "Conflict",
    "NewFile",
    "NewQualification",
    "NotKept",
    "Saved",
    "TermsSaid",
    "WrongAnswer",
    "add_brought_file",
    "add_comment",
    "add_evidence",
    "add_rows",
    "ask_for_sign_off",
    "attach_evidence",
    "attach_to_platform",
    "bring_bid",
    "carry_over",
    "confirm_amended",
    "confirm_carried",
    "count_at_closing",
    "do_not_count_at_closing",
    "forget_typed",
    "give_question",
    "give_questions",
    "give_word",
    "hand_in_brought",
    "keep_from_bid",
    "keep_standing",
    "keep_typed",
    "leave_out",
    "leave_out_amended",
    "mark_complete",
    "move_row",
    "must_all_be_handed_in",
    "must_take",
    "note_here",
    "note_opened",
    "parts_to_keep",
    "remove_evidence",
    "remove_from_platform",
    "remove_qualification",
    "remove_row",
    "replace_workbook",
    "require_sign_off",
    "save_answers",
    "save_on_platform",
    "save_qualification",
    "save_row",
    "share_assurance",
    "sign_off",
    "start_bid",
    "submit_bid",
    "tell_of_brought",
    "withdraw_bid",
]
