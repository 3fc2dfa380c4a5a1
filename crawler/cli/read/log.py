"""The command `log`: print how policies changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from crawler import terminal
from crawler.cli.options import AS_JSON, DB, DOMAINS, print_json
from crawler.cli.own_limits import limited
from crawler.retailer_lists import normal_domain, readable
from crawler.webarchive import citation
from db.database import open_archive
from db.history import explain
from db.query import reports
from db.store import retailers
from extract.html.source_text import source_text

# The maximum number of variants that are printed for each version. A page that changes with each visit has
# dozens of similar variants.
_VARIANTS = 3


@click.command()
@DB
@DOMAINS
@click.option("-n", "--number", type=click.IntRange(1), help="Show at most this many events per retailer.")
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
@click.option("--evidence", is_flag=True, help="Show the captures before and after each change.")
@click.option("--variants", is_flag=True, help=f"Show all variants of a version, not only {_VARIANTS}.")
@AS_JSON
def log(  # noqa: PLR0913, PLR0917 - one argument an option
    db: Path,
    domains: tuple[str, ...],
    number: int | None,
    presentation: bool,
    why: bool,
    announced: tuple[str, ...],
    suspect: bool,
    evidence: bool,
    variants: bool,
    as_json: bool,
) -> None:
    """Show how policies changed, newest first.

    A change happened between two captures; the exact time of a change is unknown. The lines below a change:
    "announced" (the date that the policy states moved to a day until the capture of the new text), "ahead"
    (it moved to a day after it), "silent" (it stayed), "false" (it went back, or ahead by more than 12
    months; "undated" changes have no line); "suspect" (why the capture may be at fault, not the policy);
    "also" (a variant: another text that was live at the same time as the version).

    Example: policytrail log archive.db rei.com -n 5
    """
    archive, chosen = open_archive(db), [normal_domain(domain) for domain in domains]
    if why and (announced or suspect):
        raise click.UsageError("--why shows differences, and does not go with --announced and --suspect")
    if why:
        differences = _differences(archive, chosen)
        lines = _difference_lines(differences)
    else:
        events = _chosen(reports.log(archive, chosen, presentation=presentation), announced, suspect=suspect)
        differences = list(_first_of_each(events, number))
        named = [domain for _, domain in retailers.policies(archive, chosen)] if chosen else []
        none = "no such version or change" if announced or suspect else "no version yet"
        lines = _lines(differences, named, none, evidence=evidence, most=None if variants else _VARIANTS)
    if as_json:
        print_json(differences)
        return
    for line in lines:
        terminal.print_line(line)


def _chosen(
    events: Iterable[dict[str, Any]], announced: Sequence[str], *, suspect: bool
) -> Iterator[dict[str, Any]]:
    """Yield the events with one of these values of `announced`, and only suspect ones with `suspect`."""
    for event in events:
        if (not announced or event["announced"] in announced) and (event["suspect"] or not suspect):
            yield event


def _first_of_each(events: Iterable[dict[str, Any]], number: int | None) -> Iterator[dict[str, Any]]:
    """Yield the first `number` events of each retailer; all events for None."""
    domain, count = None, 0
    for event in events:
        count = count + 1 if event["domain"] == domain else 1
        domain = event["domain"]
        if number is None or count <= number:
            yield event


def _lines(
    events: Sequence[dict[str, Any]], named: Iterable[str], none: str, *, evidence: bool, most: int | None
) -> Iterator[str]:
    """Yield the lines that describe events.

    `named` are the domains that the user asked for; a domain without an event gets a line too, with the text
    `none`. `most` is the maximum number of variants for each version, or None for all.
    """
    domain = None
    for event in events:
        if event["domain"] != domain:
            yield from () if domain is None else ("",)
            yield terminal.styled(readable(event["domain"]), bold=True)
            domain = event["domain"]
        yield _event_line(event)
        yield from (f"      {line}" for line in _mark_lines(event))
        if aside := event["set_aside"]:
            yield f"      {aside} {'place' if aside == 1 else 'places'} not counted: see --why"
        if evidence:
            captures = (event["old_capture"], event["new_capture"])
            yield from (f"      {_address(capture)}" for capture in captures if capture)
        yield from (f"      {line}" for line in _variant_lines(event["variants"], most))
    seen = {event["domain"] for event in events}
    for missing in dict.fromkeys(domain for domain in named if domain not in seen):
        yield f"{missing}: {none}"


def _event_line(event: dict[str, Any]) -> str:
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
    title = " ".join(event["title"].split())[:60]
    return f"  version {event['version']:<3d} {when:34s} {size:36s} {title}".rstrip()


def _mark_lines(event: dict[str, Any]) -> Iterator[str]:
    stated, before = event["stated_date"], event["stated_before"]
    match event["announced"] if event["event"] == "wording" else None:
        case "silent":
            still = "" if stated == before else f" (before: {before})"
            yield f"silent: the policy still states {stated}{still}"
        case "announced" | "ahead" | "false" as way:
            yield f"{way}: the policy states {stated} (before: {before})"
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
        yield f"    … {seen['after']} [-{seen['removed'][:300]}-] {{+{seen['added'][:300]}+}}"
    if not differences:
        yield "no difference between captures"
