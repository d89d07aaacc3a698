"""The commands of the service, a group of each station: `flask audit …`. app.py plugs them in."""

from __future__ import annotations

import click

import accounts.commands
import foundation.commands
import foundation.doctor
import question_bank.commands
import records.backup_commands
import records.commands
import records.exporting_commands
import records.files_commands
import records.keys_commands
import scoring.commands

COMMANDS: tuple[click.Command, ...] = (
    accounts.commands.people,
    foundation.commands.audit,
    foundation.commands.duties,
    foundation.commands.jobs,
    foundation.doctor.doctor,
    question_bank.commands.bank,
    records.commands.assess_command,
    records.files_commands.files,
    scoring.commands.evaluation,
    records.commands.demo_command,
    records.exporting_commands.export_command,
    records.keys_commands.keys,
    records.backup_commands.backup_command,
    records.backup_commands.restore_command,
)
