"""The command `log`: print how policies changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from crawler import date_ranges, fitting, record_values, terminal
from crawler.cli.options import (
    AS_JSON,
    DB,
    DOMAINS,
    first_second,
    last_second,
    note_if_empty,
    print_json,
    print_note,
)
from crawler.cli.own_limits import limited
from crawler.cli.read import log_places
from crawler.cli.read.finding_lines import finding_lines
from crawler.cli.read.finding_options import finding_options
from crawler.retailer_lists import domain_in, readable
from crawler.webarchive import citation
from db.database import open_archive
from db.history import explain
from db.history.marks.announced import announcement
from db.query import comparisons, reports
from db.query.findings import FindingFilter
from db.store import retailers
from extract.html.source_text import source_text

# The maximum number of variants that are printed for each version. A page that changes with each visit has
# dozens of similar variants.
_VARIANTS = 3
_TITLE = 20  # a title that has fewer columns gets a line of its own
_LONGEST = 300  # columns of the words that a line of --why quotes


@dataclass(frozen=True)
class EventFilter:
    """Which events `log` shows.

    `announced` are values of that mark; () means all. With `suspect`, only suspect events are shown. `since`
    and `until` are moments (ISO 8601): an event is shown if it may have happened between them. A change is
    shown if it has at least `min_words` words, added and removed together, and with `findings` only if it has
    such a finding.
    """

    announced: tuple[str, ...] = ()
    suspect: bool = False
    since: str = ""
    until: str = "9999"
    min_words: int = 0
    findings: FindingFilter = field(default_factory=FindingFilter)

    def takes(self, event: Mapping[str, Any]) -> bool:
        """Return whether an event is shown."""
        return bool(
            (not self.announced or event["announced"] in self.announced)
            and (event["suspect"] or not self.suspect)
            and event["first_new"] >= self.since
            and (event["last_old"] or event["first_new"]) <= self.until
            and (event["event"] == "first" or event["words_added"] + event["words_removed"] >= self.min_words)
            and (not self.findings or any(map(self.findings.takes, event["meaning"].findings)))
        )


@click.command()
@DB
@DOMAINS
@click.option(
    "-n",
    "--limit",
    "--number",
    "limit",
    type=click.IntRange(1),
    help="Show at most this many events per retailer.",
)
@click.option(
    "--from", "first", metavar="DATE", help="Only what may have happened on this day, month or year or later."
)
@click.option(
    "--to", "last", metavar="DATE", help="Only what may have happened on this day, month or year or earlier."
)
@click.option(
    "--min-words", type=click.IntRange(0), default=0, help="Only changes of at least so many words."
)
@click.option("-p", "--patch", is_flag=True, help="Show the words of each change, place by place.")
@click.option("--stat", is_flag=True, help="Show how many words of each section a change added and removed.")
@click.option("--presentation", is_flag=True, help="Also show changes of only links or markup.")
@click.option(
    "--why",
    is_flag=True,
    help="Instead of changes, show every difference between captures, and why it counts as a change or not.",
)
@click.option(
    "--announced",
    type=click.Choice(["announced", "ahead", "silent", "undated", "false"]),
    multiple=True,
    help="Show only changes that the policy's own date announces like this (repeatable).",
)
@click.option("--suspect", is_flag=True, help="Show only versions and changes that are suspect.")
@finding_options(", and only these findings")
@click.option("--evidence", is_flag=True, help="Show the captures before and after each change.")
@click.option("--variants", is_flag=True, help=f"Show all variants of a version, not only {_VARIANTS}.")
@AS_JSON
def log(  # noqa: PLR0913, PLR0917 - one argument an option
    db: Path,
    domains: tuple[str, ...],
    limit: int | None,
    first: str | None,
    last: str | None,
    min_words: int,
    patch: bool,
    stat: bool,
    presentation: bool,
    why: bool,
    announced: tuple[str, ...],
    suspect: bool,
    finding: str | None,
    move: str | None,
    quote: str | None,
    evidence: bool,
    variants: bool,
    as_json: bool,
) -> None:
    """Show how policies changed, newest first.

    A change happened between two captures; the exact time of a change is unknown. The lines below a change:
    "announced" (the date that the policy states moved to a day until the capture of the new text), "ahead"
    (it moved to a day after it), "silent" (it stayed), "false" (it went back, or ahead by more than 12
    months; "undated" changes have no line); "suspect" (why the capture may be at fault, not the policy);
    "also" (a variant: another text that was live at the same time as the version); what the text says
    otherwise, by rules that can be wrong, with "possible" for those that often are.

    Example: policytrail log archive.db rei.com -n 5
    """
    archive = open_archive(db)
    chosen = [domain_in(archive, domain) for domain in domains]
    begin, _ = date_ranges.window(first, last)
    wanted = EventFilter(
        announced,
        suspect,
        first_second(begin) or "",
        last_second(last) or "9999",
        min_words,
        FindingFilter(finding or "", move or "", quote or ""),
    )
    if why and (wanted != EventFilter() or patch or stat):
        raise click.UsageError("--why shows differences, and goes with no option that chooses changes")
    none = "no version yet" if wanted == EventFilter() else "no such version or change"
    if why:
        differences = _differences(archive, chosen)
        lines = _difference_lines(differences)
    else:
        events = filter(wanted.takes, reports.log(archive, chosen, presentation=presentation))
        differences = list(_first_of_each(events, limit))
        for event in differences:
            event["meaning"] = event["meaning"].only(wanted.findings)
        for event in differences if patch or stat else ():
            places = comparisons.stored(archive, event["change_id"] or 0)
            event.update({"places": places} if patch else {})
            event.update({"sections": log_places.sizes(places)} if stat else {})
        named = [domain for _, domain in retailers.policies(archive, chosen)] if chosen else []
        aside = reports.set_aside(archive, chosen, presentation=presentation)
        shown = aside if wanted == EventFilter() else {}
        most = None if variants else _VARIANTS
        lines = _lines(differences, wanted, named, none, shown, evidence=evidence, most=most)
    if as_json:
        print_json(list(map(record_values.of_retailer if why else record_values.change, differences)))
        return
    for line in lines:
        terminal.print_line(line)
    if not (differences or chosen or why):
        print_note(none)
    note_if_empty(archive, db)


def _first_of_each(events: Iterable[dict[str, Any]], number: int | None) -> Iterator[dict[str, Any]]:
    """Yield the first `number` events of each retailer; all events for None."""
    domain, count = None, 0
    for event in events:
        count = count + 1 if event["domain"] == domain else 1
        domain = event["domain"]
        if number is None or count <= number:
            yield event


def _lines(
    events: Sequence[dict[str, Any]],
    wanted: EventFilter,
    named: Iterable[str],
    none: str,
    set_aside: Mapping[str, int],
    *,
    evidence: bool,
    most: int | None,
) -> Iterator[str]:
    """Yield the lines that describe events; `wanted` chose them.

    `named` are the domains that the user asked for; a domain without an event gets a line too, with the text
    `none`. `set_aside` is domain -> number of differences within versions that do not count. `most` is the
    maximum number of variants for each version, or None for all.
    """
    domain, title = None, ""
    for event in events:
        if event["domain"] != domain:
            yield from () if domain is None else (*_aside_line(set_aside.get(domain, 0)), "")
            yield terminal.styled(readable(event["domain"]), bold=True)
            domain, title = event["domain"], ""
        yield from _event_lines(event, title, terminal.width())
        title = event["title"]
        yield from (f"      {line}" for line in _mark_lines(event))
        width = terminal.width()
        inside = width and width - 6
        said = finding_lines(event["meaning"], inside, wanted.findings)
        yield from (f"      {line}" for line in said)
        if aside := event["set_aside"]:
            yield f"      {terminal.counted(aside, 'place')} not counted: see --why"
        if evidence:
            captures = (event["old_capture"], event["new_capture"])
            yield from (f"      {_address(capture)}" for capture in captures if capture)
        yield from (f"      {line}" for line in _variant_lines(event["variants"], most))
        stat = log_places.stat_lines(event.get("sections", ()), inside)
        yield from (f"      {line}" for line in stat)
        yield from (f"      {line}" for line in log_places.patch_lines(event.get("places", ())))
    yield from () if domain is None else _aside_line(set_aside.get(domain, 0))
    seen = {event["domain"] for event in events}
    for missing in dict.fromkeys(domain for domain in named if domain not in seen):
        yield f"{readable(missing)}: {none}"


def _aside_line(count: int) -> Iterator[str]:
    """Yield a line about the differences within versions that do not count; nothing without any."""
    if count:
        yield f"  {terminal.counted(count, 'difference')} within versions set aside: see --why"


def _event_lines(event: dict[str, Any], title_above: str, width: int | None) -> Iterator[str]:
    """Yield one line about an event; several lines where `width` has no room for its title.

    There the title is left out if it is the same as `title_above`, the one of the event above.
    """
    if event["event"] == "first":
        when, size = f"first seen {event['first_new'][:10]}", f"{event['words']} words"
    else:
        when = f"between {event['last_old'][:10]} and {event['first_new'][:10]}"
        # Not rounded to 100%, because some words differ.
        alike = f"{event['similarity']:.0%}" if event["similarity"] < 0.995 else "over 99%"
        size = f"+{event['words_added']} -{event['words_removed']} words, {alike} the same"
    if event["event"] == "presentation":
        size = "links or markup only"
    if event["event"] == "extractor":
        size = "the same words, extracted otherwise"
    stated = " ".join(event["title"].split())
    title = "" if stated.lower() == event["domain"] else terminal.escaped_line(stated)[:60]
    begin = f"  version {event['version']:<3d} {when:34s}"
    line = f"{begin} {size:36s} "
    if width is None or width - len(line) >= _TITLE:
        yield (line + (fitting.cut(title, width - len(line)) if width else title)).rstrip()
    else:
        shown = "" if event["title"] == title_above else title
        yield from fitting.packed((begin.rstrip(), size, shown), width, indent=6)


def _mark_lines(event: dict[str, Any]) -> Iterator[str]:
    if event["event"] == "wording":
        said = announcement(event["announced"], event["stated_before"], event["stated_date"])
        yield from [said] if said else []
    if event["suspect"]:
        yield f"suspect: {event['suspect']}"


def _variant_lines(variants: Sequence[dict[str, Any]], most: int | None) -> Iterator[str]:
    for seen in variants[:most]:
        first, last = seen["first_seen"][:10], seen["last_seen"][:10]
        where = {"passing": "in passing", "turns": "in turns", "address": f"at {seen['url']}"}[seen["kind"]]
        wording = f"the wording of version {seen['same_as']}" if seen["same_as"] else "another wording"
        captures = f"{seen['captures']} captures from {first} to {last}"
        yield f"also {where}: {wording}, {f'seen {first}' if seen['captures'] == 1 else captures}"
    if more := len(variants[most:] if most else ()):
        yield f"… and {more} more; --variants shows all"


def _address(capture: dict[str, Any]) -> str:
    """Return the address at which the web archive shows a capture.

    For an unknown web archive, return the timestamp, the captured address and the name of the archive.
    """
    key = f"{capture['timestamp']} {capture['original']} ({capture['archive']})"
    return (
        citation.address(
            capture["archive"], capture["replay_key"] or capture["timestamp"], capture["original"]
        )
        or key
    )


def _differences(archive: Database, domains: list[str]) -> list[dict[str, Any]]:
    differences: list[dict[str, Any]] = []
    for policy_id, domain in retailers.policies(archive, domains):
        with limited(f"the history of {domain}"):
            found = list(explain.explain(archive, policy_id, source_text))
        differences += [{"domain": domain, **asdict(difference)} for difference in found]
    return differences


def _difference_lines(differences: list[dict[str, Any]]) -> Iterator[str]:
    for seen in differences:
        between = f"{seen['last_old'][:10]} and {seen['first_new'][:10]}"
        yield f"{readable(seen['domain'])} between {between}: {seen['reason']} ({seen['why']})"
        sides = (("[-{}-]", seen["removed"]), ("{{+{}+}}", seen["added"]))
        words = " ".join(marks.format(fitting.cut(text, _LONGEST)) for marks, text in sides if text)
        yield f"    … {seen['after']} {words}"
    if not differences:
        yield "no difference between captures"
