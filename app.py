"""Builds the application: reads settings, plugs the packages in, nothing else."""

from __future__ import annotations

import foundation.collecting  # first: what comes after it loads more quickly

# isort: split
import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

import accounts.queries
import accounts.service.guessing
import accounts.service.passwords
import accounts.service.signing_in
import accounts.service.warning
import accounts.views
import contract_clauses.loader
import contract_clauses.queries
import contract_clauses.queries.obligation_history
import contract_clauses.queries.own_clauses
import contract_clauses.queries.tested
import contract_clauses.service.looking_again
import contract_clauses.views
import foundation.database
import foundation.delivery
import foundation.duties
import foundation.jobs
import foundation.mail
import foundation.migrating
import foundation.outages
import foundation.pages
import foundation.safety
import foundation.scanning
import question_bank.editions_kept
import question_bank.triage
import question_bank.views
import question_bank.views.browse
import records.demonstration.people
import records.evaluation_workbooks
import records.exemptions
import records.handover
import records.left_over_files
import records.making
import records.models
import records.open_guide
import records.retaining
import records.risk_leads
import records.roots
import records.service.open_data
import records.views
import records.wrapped_keys
import scoring.queries.interests
import scoring.queries.learning
import scoring.queries.standstill
import scoring.queries.task_guard
import scoring.queries.trying
import scoring.service.learning
import scoring.service.standstill
import scoring.tested
import scoring.views
import supplier_portal.queries
import supplier_portal.queries.assured
import supplier_portal.queries.confidential
import supplier_portal.queries.followers
import supplier_portal.queries.opened
import supplier_portal.queries.prices
import supplier_portal.queries.scanning
import supplier_portal.queries.terms
import supplier_portal.rules.reminders
import supplier_portal.service.bringing
import supplier_portal.service.closing
import supplier_portal.service.outages
import supplier_portal.service.platform
import supplier_portal.service.reminders
import supplier_portal.service.scanning
import supplier_portal.sharing
import supplier_portal.views
import supplier_portal.waiting
import tenders.closing_soon
import tenders.dated
import tenders.invited
import tenders.joint
import tenders.outcome_guide
import tenders.planning_guide
import tenders.service.amending
import tenders.service.cancelling
import tenders.service.inviting
import tenders.service.notices
import tenders.service.two_officers
import tenders.tasks
import tenders.today
import tenders.tried
import tenders.views
from accounts.rules.roles import Permission
from foundation.keys import KeyRing
from foundation.pages import NavigationItem
from foundation.settings import read_settings
from records.commanding import COMMANDS
from records.demonstration.apart import must_not_hold_the_demonstration
from records.telling import (
    DUTIES,
    JOBS_OF_RECORDS,
    TASK_KINDS,
    WAITING_FOR_A_COMPANY,
    WHAT_NEEDS_AN_OFFICER,
)

foundation.collecting.all_is_loaded()

# One line for each station that has pages, in the order of the data's way.
PAGES = (
    accounts.views.pages,
    question_bank.views.pages,
    tenders.views.pages,
    supplier_portal.views.pages,
    scoring.views.pages,
    contract_clauses.views.pages,
    records.views.pages,
)

# Links at the top of every page, shown to those who hold the permission.
NAVIGATION: tuple[NavigationItem, ...] = (
    NavigationItem("Tenders", "tenders.index", Permission.TENDER_READ),
    NavigationItem("Tenders", "supplier_portal.index", Permission.TENDER_BROWSE),
    NavigationItem("Contracts", "contract_clauses.contracts", Permission.CONTRACT_READ),
    NavigationItem("Portfolio", "records.portfolio", Permission.CONTRACT_READ),
    NavigationItem("Sharing", "records.sharing_choice", Permission.ASSURANCE_SHARE),
    NavigationItem("Contracts", "contract_clauses.my_contracts_list", Permission.BID_READ),
    NavigationItem("Evidence library", "supplier_portal.library", Permission.EVIDENCE_WRITE),
    NavigationItem("Team", "accounts.team", Permission.TEAM_READ),
    NavigationItem("Question bank", "question_bank.browse", Permission.BANK_READ),
    NavigationItem("Clauses", "contract_clauses.clause_library", Permission.BANK_READ),
)

# Kind of job → what does it.
JOB_HANDLERS: Mapping[str, foundation.jobs.Handler] = {
    foundation.mail.SEND: foundation.delivery.deliver,
    supplier_portal.service.closing.AT_CLOSING: supplier_portal.service.closing.at_closing,
    supplier_portal.rules.reminders.REMIND: supplier_portal.service.reminders.remind,
    supplier_portal.service.scanning.SCAN: supplier_portal.service.scanning.scan_file,
    tenders.service.two_officers.LAPSE: tenders.service.two_officers.lapse,
    scoring.service.learning.LEARN: scoring.service.learning.learn,
    contract_clauses.service.looking_again.LOOK: contract_clauses.service.looking_again.look_again,
    records.service.open_data.WRITE: records.service.open_data.write_due_releases,
    tenders.service.amending.TELL: tenders.service.amending.tell_of_amendment,
    records.making.MAKE: records.making.make_record,
    records.evaluation_workbooks.MAKE: records.evaluation_workbooks.make_workbook,
    records.handover.MAKE: records.handover.make_pack,
    **JOBS_OF_RECORDS,
    records.retaining.FORGET: records.retaining.forget_destroyed,
    tenders.service.cancelling.TELL_CANCELLED: tenders.service.cancelling.tell_of_cancelling,
    tenders.service.inviting.INVITE: tenders.service.inviting.tell_invited,
    accounts.service.passwords.FORGOTTEN: accounts.service.passwords.send_link,
    accounts.service.signing_in.GUESSED: accounts.service.warning.tell_of_guesses,
}

# What is done when it is noticed that the service did not run, in the same change.
WHEN_AN_OUTAGE_IS_NOTICED: tuple[foundation.outages.WhenNoticed, ...] = (
    supplier_portal.service.outages.note_whom_it_met,
)

# What is handed in with the answers of a bid, by its name in the text of the submission; made of
# the bid and of the answers that are asked. What is empty is left out.
HANDED_IN_WITH_A_BID: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "brought": supplier_portal.service.bringing.how_it_was_brought,
    "platform": supplier_portal.service.platform.platform_handed_in,
    "price": supplier_portal.queries.prices.price_to_hand_in,
    "commitments": contract_clauses.queries.commitments_to_hand_in,
    "qualifications": supplier_portal.queries.terms.qualifications_to_hand_in,
    "terms": supplier_portal.queries.terms.word_to_hand_in,
    "confidential": supplier_portal.queries.confidential.marks_to_hand_in,
    "assured_elsewhere": supplier_portal.queries.assured.assured_elsewhere,
}

# Who is told when something about a tender is published: functions from it to e-mail addresses.
FOLLOWERS: tuple[Callable[[Any], list[str]], ...] = (supplier_portal.queries.people_following,)

# What later stations do once something about a tender is recorded: functions of what was done and
# the tender.
AFTER_AN_ACTION: tuple[Callable[[str, Any], None], ...] = (
    records.service.open_data.ask_for_releases,
    scoring.service.learning.ask_to_learn,
    records.roots.ask_for_root,
)

# What a notice must agree with before it is recorded, and what follows from it in the same change
# (tenders.service.notices says of what these are functions).
CHECKS_OF_A_NOTICE: tuple[Callable[[Any, Any], None], ...] = (
    scoring.service.standstill.must_come_after_summaries,
)
AFTER_A_NOTICE: tuple[Callable[[Any, Any, Any], None], ...] = (
    scoring.service.standstill.follow_notice,
)

# Content of later stations that publishing a tender freezes with its questions: name → loader.
FROZEN_LIBRARIES: Mapping[str, Callable[[], Any]] = {
    "clauses": contract_clauses.loader.raw_library,
}

# What `flask bank check` checks beside the bank: triage, and content of later stations.
CONTENT_CHECKS: tuple[Callable[[Any], list[str]], ...] = (
    question_bank.triage.problems_with,
    tenders.outcome_guide.problems_with,
    tenders.planning_guide.problems_with,
    contract_clauses.loader.problems_with,
    records.exemptions.problems_with,
    records.open_guide.problems_with,
)


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return the application.

    ``overrides``: settings in lower case (``database_url``), Flask's own in upper (``TESTING``).
    """
    overrides = overrides or {}
    chosen = {name: value for name, value in overrides.items() if name.islower()}
    settings = read_settings(os.environ, **chosen)

    app = Flask(
        __name__,
        instance_path=str(settings.instance_folder),
        static_folder="foundation/static",
        template_folder="foundation/templates",
    )
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=settings.secret_key_fallbacks,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=foundation.database.engine_options(settings.database_url),
    )
    app.config.from_mapping({name: value for name, value in overrides.items() if name.isupper()})
    app.extensions["settings"] = settings
    foundation.outages.carry_on_the_clock(settings)
    app.extensions["key_ring"] = KeyRing(settings.keys_folder)
    foundation.scanning.init_app(app, settings.scanner)
    app.extensions["job_handlers"] = dict(JOB_HANDLERS)
    app.extensions[foundation.duties.DUTIES] = dict(DUTIES)
    app.extensions[tenders.tasks.KINDS] = dict(TASK_KINDS)
    app.extensions[tenders.tasks.GUARD] = scoring.queries.task_guard.GUARD
    app.extensions["handed_in_with_a_bid"] = dict(HANDED_IN_WITH_A_BID)
    app.extensions["followers_of_a_tender"] = list(FOLLOWERS)
    app.extensions["after_an_action"] = list(AFTER_AN_ACTION)
    app.extensions[tenders.service.notices.CHECKS] = list(CHECKS_OF_A_NOTICE)
    app.extensions[tenders.service.notices.FOLLOWS] = list(AFTER_A_NOTICE)
    app.extensions["frozen_libraries"] = dict(FROZEN_LIBRARIES)
    app.extensions["added_to_frozen_libraries"] = contract_clauses.queries.own_clauses.ADDED
    # Companies that are shown a tender for invited companies, because they have begun to bid.
    app.extensions[tenders.invited.COMPANIES_AT_WORK] = [
        supplier_portal.queries.followers.has_a_bid
    ]
    app.extensions["title_to_register_for"] = tenders.invited.title_to_register_for
    app.extensions[foundation.outages.NOTICED] = list(WHEN_AN_OUTAGE_IS_NOTICED)
    app.extensions["content_checks"] = list(CONTENT_CHECKS)
    app.extensions[question_bank.editions_kept.EDITIONS_ELSEWHERE] = contract_clauses.loader.KEPT
    app.extensions[supplier_portal.waiting.SOURCES] = list(WAITING_FOR_A_COMPANY)
    app.extensions[accounts.service.guessing.CLOSING_SOON] = tenders.closing_soon.closing_soon
    app.extensions[accounts.queries.GUEST_TENDERS] = tenders.joint.guest_tenders
    app.extensions[tenders.dated.SIGNED] = scoring.queries.standstill.signed_in
    app.extensions[tenders.today.SOURCES] = list(WHAT_NEEDS_AN_OFFICER)
    app.extensions[supplier_portal.queries.opened.BARRIERS] = scoring.queries.interests.barrier_of
    app.extensions[question_bank.views.browse.LEARNED] = (
        scoring.queries.learning.learned_of_question
    )
    app.extensions.update(records.risk_leads.WHAT_A_RISK_LEADS_TO)
    app.extensions[scoring.tested.TESTED] = [contract_clauses.queries.tested.tested_parts]
    app.extensions[tenders.tried.TRIED] = scoring.queries.trying.progress
    app.extensions[supplier_portal.queries.scanning.OTHER_FILES] = [
        *records.telling.FILES_OF_CONTRACTS
    ]
    app.extensions["tender_links"] = supplier_portal.sharing.tender_links
    # What must hold before the service starts; outside the demonstration, that it is not in here.
    app.extensions["start_checks"] = [
        *foundation.safety.MUST_HOLD,
        records.wrapped_keys.every_key_is_there,
        records.left_over_files.files_lie_where_the_settings_say,
        *([] if settings.demonstration else [must_not_hold_the_demonstration]),
    ]
    app.extensions["shown_first"] = "/sign-in"
    app.extensions["demonstration_sign_ins"] = records.demonstration.people.sign_in_lines()

    foundation.database.init_app(app)
    foundation.migrating.init_app(app)
    foundation.pages.init_app(app)
    app.extensions["navigation"] = list(NAVIGATION)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for group in COMMANDS:
        app.cli.add_command(group)
    foundation.pages.protect_forms(app)
    return app
