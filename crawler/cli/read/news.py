"""The command `news`: print the changes that became known since a moment, or send them."""

import sys
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from crawler import date_ranges, terminal
from crawler.cli.fetch.notifying import NOTIFY, notifiers, send_to
from crawler.cli.options import AS_JSON, DB, DOMAINS, checked_base_url, first_second, print_json
from crawler.cli.own_limits import limited
from crawler.cli.read.finding_options import finding_options
from crawler.errors import SelectionError
from crawler.notify.rows import as_data
from crawler.retailer_lists import domain_in
from db import times
from db.database import open_archive
from db.news.digest import FORMATS, digest, page
from db.query.changes import ANNOUNCED, KINDS, ChangeFilter
from db.query.findings import FindingFilter
from db.store import run_log


@click.command()
@DB
@DOMAINS
@click.option(
    "--since",
    default="last",
    show_default=True,
    metavar="DATE|last",
    help="What became known on this day, month or year, at this moment (UTC), or later. last: since the last"
    " finished run began.",
)
@click.option("--min-words", type=click.IntRange(0), help="Only changes of at least so many words.")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="Only changes of this kind; can be repeated.  [default: wording]",
)
@click.option(
    "--announced",
    type=click.Choice(ANNOUNCED),
    multiple=True,
    help="Only changes that the policy's own date announces like this; can be repeated.",
)
@click.option("--suspect/--no-suspect", default=None, help="Only suspect changes, or only the others.")
@finding_options()
@click.option(
    "-n", "--limit", type=click.IntRange(1), help="Only so many changes; the latest ones are chosen."
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "json", "atom"]),
    default="text",
    show_default=True,
    help="The format to print.",
)
@click.option(
    "--base-url", metavar="URL", help="atom: link to the pages of 'policytrail serve' at this address."
)
@AS_JSON
@NOTIFY
def news(  # noqa: PLR0913, PLR0917 - one argument an option
    db: Path,
    domains: tuple[str, ...],
    since: str,
    min_words: int | None,
    kinds: tuple[str, ...],
    announced: tuple[str, ...],
    suspect: bool | None,
    finding: str | None,
    move: str | None,
    quote: str | None,
    limit: int | None,
    form: str,
    base_url: str | None,
    as_json: bool,
    notify: tuple[str, ...],
) -> None:
    """Show the changes that became known since a moment, with their words.

    A run can find a change of 2014: it is news when DB has it for the first time, however long ago it
    happened. A narrower bracket of a known change is no news.

    With --notify, the news are sent and not printed; the options that choose changes win over those of the
    notifier. Nothing is sent if nothing is new.

    Example: policytrail news archive.db --since 2026-01 --min-words 20 --format markdown
    """
    if base_url is not None and form != "atom":
        raise click.UsageError("--base-url is an option of --format atom")
    address = checked_base_url(base_url)
    to, archive = notifiers(notify), open_archive(db)
    wanted = ChangeFilter(
        tuple(dict.fromkeys(domain_in(archive, domain) for domain in domains)),
        min_words=min_words or 0,
        kinds=kinds or ("wording",),
        announced=announced,
        suspect=suspect,
        known_since=_moment(archive, since),
        findings=FindingFilter(finding or "", move or "", quote or ""),
    )
    if notify:
        sent = [send_to(db, one, _over(one.wanted, wanted), limit or one.limit) for one in to]
        if not any(one.changes or one.problem for one in sent):
            terminal.print_line(f"No news since {wanted.known_since}" if wanted.known_since else "No news")
        sys.exit(3 if any(one.problem for one in sent) else 0)
    with closing(archive), limited("the news"):
        found = digest(archive, wanted, limit)
        if as_json or form == "json":
            print_json(as_data(archive, found))
        elif form == "atom":
            served = import_module("db.news.served")  # it imports Datasette
            click.echo(served.feed(db.stem, found.entries, address), nl=False)
        elif not found.total and form == "text":
            terminal.print_line(found.title)
        else:
            terminal.print_text(page(found, form), nl=False, as_is=form != "text")


def _moment(db: Database, since: str) -> str:
    """Return the moment that `--since` names (ISO 8601); "" for `last` without a finished run.

    Raises SelectionError.
    """
    if since == "last":
        return run_log.last_began(db) or ""
    if "T" not in since:
        return first_second(date_ranges.digits(since)) or ""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise SelectionError(f"{since!r} is no moment such as 2018-05-25T02:00:00Z") from error
    return times.iso(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))


def _over(own: ChangeFilter, given: ChangeFilter) -> ChangeFilter:
    """Return the filter of a notifier, with what the command line chose in its place."""
    plain = ChangeFilter()
    chosen: dict[str, Any] = {
        one.name: getattr(given, one.name)
        for one in fields(ChangeFilter)
        if getattr(given, one.name) != getattr(plain, one.name)
    }
    return replace(own, **chosen)
