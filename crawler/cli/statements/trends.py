"""The command `trends`: print how many policies added, removed or changed a statement, by period."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from sqlite_utils import Database

from crawler import fitting, terminal
from crawler.cli.options import AS_JSON, DB, DOMAINS, note_if_empty, print_json, print_note
from crawler.cli.own_limits import limited
from crawler.retailer_lists import domain_in
from db.database import open_archive
from db.query.findings import MOVES, FindingFilter
from db.query.panel import PERIODS
from db.query.trends import claim_trends, finding_trends
from db.query.trends.finding_trends import FindingTrend
from db.store import retailers
from extract import claims

_EVERY = "half-year"  # the length of a period if none is chosen


@click.command()
@DB
@DOMAINS
@click.option(
    "--finding",
    "kind",
    metavar="KIND",
    type=click.Choice(claims.kinds()),
    help=f"The kind of statement; without it, all kinds are listed: {', '.join(claims.kinds())}.",
)
@click.option(
    "--move",
    type=click.Choice(claim_trends.ASKED),
    help="Only texts that state or deny it, or changes that added, removed or changed it.",
)
@click.option(
    "--quote", metavar="WORDS", default="", help="Only statements with these words, in upper or lower case."
)
@click.option(
    "--every",
    type=click.Choice(list(PERIODS)),
    help=f"The length of a period.  [default: {_EVERY}]",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@AS_JSON
def trends(
    db: Path,
    domains: tuple[str, ...],
    kind: str | None,
    move: str | None,
    quote: str,
    every: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show how many retailers' policies make a statement, and added, removed or changed it, by half-year.

    "states" and "denies" count the policies whose text says so at some time in the period.

    A change lies between two captures. "2-5" means: 2 policies changed in the period for certain, because
    both captures were made in it; 5 at most, because brackets reach into it, or because a change was not
    read. "known" is the number of retailers with a good capture in or before the period, and in or after it;
    "seen" is how many of them have one in it. Retailers whose texts are all in languages without rules are
    left out. Suspect changes are left out, and statements that one capture shows and the next change takes
    back. Rules recognise statements, and can be wrong.

    Example: policytrail trends archive.db --finding sale --every year
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    if kind is None and (move or quote or every or as_csv):
        raise click.UsageError("name a kind of statement: --finding sale")
    archive = open_archive(db)
    chosen = [domain_in(archive, domain) for domain in domains]
    retailers.policies(archive, chosen)  # raises an error for an unknown retailer
    with limited("the trends"):
        if kind is None:
            _print_kinds(archive, chosen, as_json=as_json)
        else:
            known = finding_trends.known(archive, every or _EVERY, chosen)
            wanted = FindingFilter(kind, move or "", quote, lasting=True)
            found = claim_trends.by_move(archive, wanted, known, chosen)
            _print_trends(kind, found, as_csv=as_csv, as_json=as_json)
    unread = finding_trends.unread(archive, chosen)
    if unread.too_long:
        changes = terminal.counted(unread.too_long, "change")
        print_note(f"{changes} not read: the texts are too long; 'policytrail log {db}' lists them")
    if unread.older:
        changes = terminal.counted(unread.older, "change")
        print_note(f"{changes} not read by an older policytrail: run 'policytrail rebuild {db}' to read them")
    if unread.other_rules:
        changes = terminal.counted(unread.other_rules, "change")
        print_note(
            f"{changes} read by other rules than most, and not comparable: run 'policytrail rebuild {db}'"
        )
    note_if_empty(archive, db)


def _print_kinds(archive: Database, domains: Sequence[str], *, as_json: bool) -> None:
    found = finding_trends.totals(archive, domains)
    if as_json:
        print_json(list(map(vars, found)))
    elif not found:
        print_note("no statement was recognised in a change")
    else:
        rows = [(one.kind, one.added, one.removed, one.changed) for one in found]
        for line in fitting.table([("retailers", *MOVES), *rows], terminal.width()):
            terminal.print_line(line)


def _print_trends(
    kind: str, found: Mapping[str, Sequence[FindingTrend]], *, as_csv: bool, as_json: bool
) -> None:
    rows = finding_trends.rows(kind, found)
    if as_json:
        print_json(rows)
    elif as_csv:
        lines = csv.DictWriter(sys.stdout, finding_trends.COLUMNS, lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
    elif not rows:
        print_note("no policy has a good capture in a language with rules")
    else:
        for line in fitting.table(list(_table(kind, found)), terminal.width()):
            terminal.print_line(line)


def _table(kind: str, found: Mapping[str, Sequence[FindingTrend]]) -> Iterator[tuple[str | int, ...]]:
    """Yield the rows of the table, the heads first."""
    yield (kind, "known", "seen", *found)
    for of_moves in zip(*found.values(), strict=True):
        first = of_moves[0]
        yield (first.period, first.base, first.seen, *map(_numbers, of_moves))


def _numbers(one: FindingTrend) -> str:
    return str(one.most) if one.certain == one.most else f"{one.certain}-{one.most}"
