"""The command `status`: print what an archive file contains, and what is missing."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from crawler import record_values, terminal
from crawler.cli.options import AS_JSON, DB, DOMAINS, note_if_empty, print_json
from crawler.cli.read import status_table
from crawler.retailer_lists import domain_in, readable
from db import write_lock
from db.database import open_archive
from db.query import conflicts, lineage, reports
from db.schema.views import NEVER_GOOD, NO_CAPTURE
from extract import EXTRACTOR

CONFLICTS = 3  # the maximum number of conflicts that are printed for each retailer


@click.command()
@DB
@DOMAINS
@click.option(
    "--gaps",
    "months",
    type=click.IntRange(6),
    default=12,
    show_default=True,
    metavar="MONTHS",
    help="Show gaps (time without a good capture) of at least this many months.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(list(status_table.ORDERS)),
    default="domain",
    show_default=True,
    help="The order of the table: by name, most changes first, longest not seen first, most missing first.",
)
@AS_JSON
def status(db: Path, domains: tuple[str, ...], months: int, order: str, as_json: bool) -> None:
    """Show what DB contains and what is missing: a table of all retailers, or details of the DOMAINs.

    A gap is a time without a good capture, one with the verdict "policy". "last seen" is the day of the last
    good capture.

    Example: policytrail status archive.db rei.com
    """
    archive = open_archive(db)
    found = reports.status(
        archive, [domain_in(archive, domain) for domain in domains], months=months, extractor=EXTRACTOR
    )
    if as_json:
        print_json([record_values.retailer(row) for row in found])
        return
    if domains:
        _print_details(found)
    else:
        _print_totals(reports.totals(archive), db)
        if found:
            _print_table(status_table.lines(found, order, terminal.width()), db)
        note_if_empty(archive, db)
    if old := sum(retailer["old_texts"] for retailer in found):
        are = "text is" if old == 1 else "texts are"
        terminal.print_line(
            f"{old} {are} from an older extractor: run 'policytrail rebuild {db}' to derive them again"
        )


def _print_table(lines: Iterable[str], db: Path) -> None:
    for line in ("", *lines, "", f"See: policytrail status {db} DOMAIN"):
        terminal.print_line(line)


def _print_details(found: Sequence[dict[str, Any]]) -> None:
    for retailer in found:
        name = f" ({retailer['name']})" if retailer["name"] else ""
        terminal.print_line(terminal.styled(readable(retailer["domain"]), bold=True), name)
        for line in _lines(retailer):
            terminal.print_line(line)
        terminal.print_line()


def _lines(retailer: dict[str, Any]) -> Iterator[str]:
    if retailer["versions"]:
        seen = f"{retailer['first_good'][:10]} to {retailer['last_good'][:10]}"
        versions, changes = (
            terminal.counted(retailer["versions"], "version"),
            terminal.counted(retailer["changes"], "change"),
        )
        yield f"  {versions}, {changes}, seen from {seen}"
    if retailer["attributes"]:
        yield "  " + "; ".join(f"{name}: {value}" for name, value in retailer["attributes"].items())
    captures, verdicts = _counts(retailer["captures"]) or "none", _counts(retailer["verdicts"]) or "none"
    yield f"  captures: {captures}; verdicts: {verdicts}"
    notes = {page["url"]: _listing(page) for page in retailer["pages"]}
    for address in retailer["lineage"]:
        if address["kind"] != "candidate":
            yield f"  {lineage.line(address)}{notes.get(address['url'], '')}"
    for missing in retailer["missing"]:
        waits = {"listed": "not asked for yet", "fetched": "not judged yet"}
        why = missing["reason"] or waits.get(missing["state"], "")
        yield f"  missing: {missing['captures']} {missing['state']}: {why}"
    if retailer["underived"]:
        yield f"  history could not be derived: {retailer['underived']}"
    for reason, count in retailer["over_limit"].items():
        yield f"  {terminal.counted(count, 'capture')} not readable: {reason}"
    for other in retailer["disagreements"]:
        wording = f"that of version {other['same_as']}" if other["same_as"] else "that of no version"
        yield (
            f"  addresses disagree: version {other['version']} is current, but {other['url']} shows another"
            f" wording, {wording} (last seen {other['last_seen'][:10]})"
        )
    for conflict in retailer["conflicts"][:CONFLICTS]:
        yield f"  {conflicts.in_words(conflict)}"
    if (more := len(retailer["conflicts"]) - CONFLICTS) > 0:
        yield f"  {terminal.counted(more, 'more capture')} with two bodies: see the view conflicting_captures"
    for gap in retailer["gaps"]:
        yield f"  {_gap(gap)}"


def _listing(page: dict[str, Any]) -> str:
    why = page["reason"]
    states = {"excluded": f"  excluded: {why}", "failed": f"  not listed: {why}"}
    return states.get(page["listing"], f"  {why}" if why else "")


def _gap(gap: dict[str, Any]) -> str:
    unlisted = "captures not listed yet: crawl" if gap["unlisted"] else ""
    if gap["kind"] == NO_CAPTURE:
        some = gap["until"] and unlisted  # if no capture is listed at all, the reason already says so
        return f"no capture: {_joined(gap['reason'], some)}"
    since, until = gap["since"][:10], gap["until"][:10]
    if gap["kind"] == NEVER_GOOD:
        why = _joined(gap["reason"], unlisted)
        return f"no good capture at all: captures from {since} on, looked for until {until}: {why}"
    others = "" if gap["unlisted"] else "no other capture either"
    if gap["captures"]:
        others = f"other captures: {gap['reason']}"
    size = f"({gap['days']} days; {_joined(others, unlisted)})"
    if not gap["next_good"]:
        return f"gap: no good capture after {since}, looked for until {until} {size}"
    if not gap["last_good"]:
        return f"gap: no good capture before {until}, captures from {since} on {size}"
    return f"gap: no good capture from {since} to {until} {size}"


def _print_totals(totals: dict[str, Any], db: Path) -> None:
    states = f" ({_counts(totals['captures'])})" if totals["captures"] else ""
    captures = terminal.counted(sum(totals["captures"].values()), "capture") + states
    counted = terminal.counted
    retailers, pages = counted(totals["retailers"], "retailer"), counted(totals["pages"], "page")
    terminal.print_line(f"{retailers}, {pages}, {captures}")
    terminal.print_line(f"verdicts: {_counts(totals['verdicts']) or 'none'}")
    changes = counted(totals["changes"], "change of wording", "changes of wording")
    terminal.print_line(f"{counted(totals['versions'], 'version')}, {changes}")
    if run := totals["last_run"]:
        terminal.print_line(
            f"last run: {run['started_at']} {run['command']}: {run['outcome'] or _no_end(db)}"
        )


def _no_end(db: Path) -> str:
    """Return in words why the last run has no outcome."""
    writer = write_lock.holder(db)
    return f"running, process {writer.pid} on {writer.host}" if writer else "killed; the next run goes on"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _joined(*parts: str | None) -> str:
    return "; ".join(filter(None, parts))
