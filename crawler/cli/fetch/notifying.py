"""The options `--notify` and `--on-change`: what a run brought is sent after it."""

import os
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler import runs, terminal
from crawler.cli import config
from crawler.cli.options import print_note
from crawler.cli.own_limits import limited
from crawler.notify import definitions, messages, on_change, send
from crawler.notify.definitions import Notifier
from crawler.notify.rows import as_data
from crawler.notify.send import Sent
from db.database import open_to_read
from db.errors import PolicytrailError, one_line
from db.news.digest import digest
from db.query.changes import ChangeFilter
from db.store import run_log

COMMAND = "on-change"  # its name in the report
F = TypeVar("F", bound=Callable[..., Any])
NOTIFY = click.option(
    "--notify",
    metavar="NAME",
    multiple=True,
    help="Send the news to the notifier NAME of policytrail.toml; can be repeated.",
)


def notify_options(function: F) -> F:
    """Add the options `--notify` and `--on-change` to a command."""
    command = click.option(
        "--on-change",
        metavar="COMMAND",
        help="Run this program with the news as JSON on its standard input, if there are any.",
    )
    return NOTIFY(command(function))


@dataclass(frozen=True)
class Receivers:
    """Who gets the news of a run: notifiers, and the words of a command or none."""

    notifiers: tuple[Notifier, ...]
    command: tuple[str, ...]


def receivers(notify: tuple[str, ...], command: str | None) -> Receivers:
    """Return the receivers that options name, checked before the run.

    Raises NotifierError, MissingExtraError, RetailerListError.
    """
    chosen = notifiers(notify)
    return Receivers(chosen, tuple(on_change.words_of(command)) if command is not None else ())


def notifiers(names: tuple[str, ...]) -> tuple[Notifier, ...]:
    """Return the notifiers with these names, checked. The errors are those of `receivers`."""
    if not names:
        return ()
    tables = click.get_current_context().meta.get(config.NOTIFIERS, {})
    chosen = tuple(definitions.chosen(names, tables, os.environ))
    send.check(chosen)
    return chosen


def send_news(db: Path, to: Receivers, exit_status: int, report: Path | None) -> None:
    """Send the news of the last finished run, and add to the report how that went.

    Nothing is sent if nothing is new. A receiver that fails is named in one line on standard error, and
    changes nothing else. Ctrl-C ends what is being sent.
    """
    if not (to.notifiers or to.command):
        return
    for number in (signal.SIGINT, signal.SIGTERM):  # Scrapy's handlers would only stop a spider
        signal.signal(number, signal.default_int_handler)
    try:
        results = _send_all(db, to, exit_status, report)
        if report:
            runs.add_to_report(report, {"notified": [_row(result) for result in results]})
    except PolicytrailError as error:
        print_note(f"Error: the news were not sent: {error}")


def send_to(path: Path, notifier: Notifier, wanted: ChangeFilter, limit: int) -> Sent:
    """Send the wanted changes of an archive file to a notifier, and print how that went.

    Nothing is sent without changes. Raises ArchiveError, UnknownRetailerError, OverOwnLimitError.
    """
    with closing(open_to_read(path)) as db, limited("the news"):
        news = digest(db, wanted, limit)
        message = messages.message(news)
    return _printed(send.send(notifier, message, news.total) if news.total else Sent(notifier.name, 0))


def _send_all(path: Path, to: Receivers, exit_status: int, report: Path | None) -> list[Sent]:
    with closing(open_to_read(path)) as db:
        since = run_log.last_began(db, refused=True) or ""
    results = []
    for notifier in to.notifiers:
        try:
            wanted = replace(notifier.wanted, known_since=since)
            results.append(send_to(path, notifier, wanted, notifier.limit))
        except PolicytrailError as error:  # such as a retailer of its filter that the file does not have
            results.append(_printed(Sent(notifier.name, 0, one_line(error))))
    if to.command:
        results.append(_printed(_run(path, list(to.command), since, exit_status, report)))
    return results


def _run(path: Path, command: list[str], since: str, exit_status: int, report: Path | None) -> Sent:
    """Run the command of `--on-change` with the changes of wording since a moment, if there are any."""
    with closing(open_to_read(path)) as db, limited("the news"):
        news = digest(db, ChangeFilter(known_since=since))
        data = f"{terminal.as_json(as_data(db, news))}\n" if news.total else ""
    if not data:
        return Sent(COMMAND, 0)
    variables = {
        "POLICYTRAIL_ARCHIVE": str(path.absolute()),
        "POLICYTRAIL_CHANGES": str(news.total),
        "POLICYTRAIL_RETAILERS": str(news.retailers),
        "POLICYTRAIL_SINCE": since,
        "POLICYTRAIL_EXIT_STATUS": str(exit_status),
        "POLICYTRAIL_REPORT": str(report.absolute()) if report else "",
    }
    return Sent(COMMAND, news.total, on_change.run(command, data.encode(), variables))


def _printed(sent: Sent) -> Sent:
    """Print how it went: a success on standard output, a problem on standard error; return the same."""
    if sent.problem:
        print_note(f"Error: the news did not go to {sent.to}: {sent.problem}")
    elif sent.is_sent:
        terminal.print_line(f"{terminal.counted(sent.changes, 'change')} sent to {sent.to}")
    return sent


def _row(sent: Sent) -> dict[str, Any]:
    return {"to": sent.to, "changes": sent.changes, "sent": sent.is_sent, "problem": sent.problem}
