"""What the service tells people of itself: daily duties, tasks, and the lists on start pages.

Each station says what it knows of; here it is named. app.py plugs it in.
"""

from __future__ import annotations

from collections.abc import Mapping

import accounts.service.sign_ins
import contract_clauses.measure_tasks
import contract_clauses.queries.negotiated
import contract_clauses.queries.obligation_history
import contract_clauses.queries.reassess_files
import contract_clauses.reassess_tasks
import contract_clauses.service.measures_watch
import contract_clauses.service.reassess_watch
import contract_clauses.service.watching
import contract_clauses.service.watching_contracts
import contract_clauses.service.watching_risks
import contract_clauses.tasks
import contract_clauses.today
import contract_clauses.waiting
import foundation.duties
import foundation.jobs
import records.left_over_files
import records.roots
import records.schedule_pdfs
import records.schedules_made
import records.schedules_making
import records.today
import scoring.today
import scoring.today_after_results
import scoring.waiting
import supplier_portal.service.watching
import supplier_portal.waiting
import supplier_portal.waiting_tasks
import tenders.given_tasks
import tenders.tasks
import tenders.today

# What the service does of itself each day, in this order: name → function of the first and the last
# day it has to make up for (foundation.duties says what it must keep to).
DUTIES: Mapping[str, foundation.duties.Duty] = {
    "bids": contract_clauses.service.watching.watch_bids,
    "contracts": contract_clauses.service.watching_contracts.watch_contracts,
    "risks": contract_clauses.service.watching_risks.watch_risks,
    "assessments": contract_clauses.service.reassess_watch.watch_rounds,
    "measures": contract_clauses.service.measures_watch.watch_measures,
    "libraries": supplier_portal.service.watching.watch_libraries,
    "sign-ins": accounts.service.sign_ins.clear_what_is_over,
    "files": records.left_over_files.collect_daily,
    # Last, so that it covers what the others recorded.
    "roots": records.roots.daily_root,
}

# Jobs that write contract schedules and keep the record: kind of job → what does it.
JOBS_OF_RECORDS: Mapping[str, foundation.jobs.Handler] = {
    records.schedules_made.MAKE: records.schedules_making.make_schedules,
    records.schedules_made.MAKE_LANE: records.schedules_making.make_lane,
    records.schedule_pdfs.MAKE: records.schedule_pdfs.make_pdf,
    records.roots.MAKE: records.roots.root_after_opening,
}

# Files that come with contracts and schedules, for the scanner: the name of one as stored → it.
FILES_OF_CONTRACTS = (
    contract_clauses.queries.obligation_history.file_to_scan,
    contract_clauses.queries.negotiated.file_to_scan,
    contract_clauses.queries.reassess_files.file_to_scan,
)

# The kinds of tasks that duties and later stations give: name → how such a task reads.
TASK_KINDS: Mapping[str, tenders.tasks.TaskKind] = {
    **contract_clauses.tasks.KINDS,
    **contract_clauses.reassess_tasks.KINDS,
    **contract_clauses.measure_tasks.KINDS,
    **supplier_portal.service.watching.KINDS,
}

# What a company's list of its bids says beside each: functions from bids and the time to what waits
# for the company there, by id of bid.
WAITING_FOR_A_COMPANY: tuple[supplier_portal.waiting.Source, ...] = (
    # What is late comes first.
    contract_clauses.waiting.overdue,
    supplier_portal.waiting.cancelled,
    supplier_portal.waiting.before_closing,
    scoring.waiting.after_opening,
    supplier_portal.waiting_tasks.given,
    contract_clauses.waiting.under_contracts,
)

# What the start page of the buying side says needs somebody today: functions from the viewer, the
# tenders he may see and the time to tasks (tenders.today says what a source must keep to).
WHAT_NEEDS_AN_OFFICER: tuple[tenders.today.Source, ...] = (
    tenders.today.approvals,
    tenders.today.by_stage,
    tenders.today.clarifications,
    tenders.today.plans_and_notices,
    scoring.today.after_opening,
    scoring.today_after_results.after_results,
    contract_clauses.today.contracts,
    records.today.retention,
    tenders.given_tasks.given_tasks,
)
