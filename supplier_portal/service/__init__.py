"""Everything that changes a bid: each change one transaction, decided by when it arrived."""

from supplier_portal.service.answers import (
    Change,
    Clash,
    Conflict,
    Saved,
    WrongAnswer,
    save_answers,
)
from supplier_portal.service.bids import note_opened, start_bid
from supplier_portal.service.bringing import (
    bring_bid,
    hand_in_brought,
    leave_out,
    replace_workbook,
    tell_of_brought,
)
from supplier_portal.service.carried import carry_over, confirm_carried
from supplier_portal.service.evidence import NewFile, add_evidence, attach_evidence, remove_evidence
from supplier_portal.service.rows import add_rows, move_row, remove_row, save_row
from supplier_portal.service.submission import submit_bid, withdraw_bid
from supplier_portal.service.teamwork import (
    add_comment,
    give_question,
    mark_complete,
    require_sign_off,
    sign_off,
)
from supplier_portal.service.typed import NotKept, forget_typed, keep_typed

__all__ = [
    "Change",
    "Clash",
    "Conflict",
    "NewFile",
    "NotKept",
    "Saved",
    "WrongAnswer",
    "add_comment",
    "add_evidence",
    "add_rows",
    "attach_evidence",
    "bring_bid",
    "carry_over",
    "confirm_carried",
    "forget_typed",
    "give_question",
    "hand_in_brought",
    "leave_out",
    "keep_typed",
    "mark_complete",
    "move_row",
    "note_opened",
    "remove_evidence",
    "remove_row",
    "replace_workbook",
    "require_sign_off",
    "save_answers",
    "save_row",
    "sign_off",
    "start_bid",
    "submit_bid",
    "tell_of_brought",
    "withdraw_bid",
]
