"""The command `diff`: print how a policy differs between two days, as text, HTML or JSON."""

import html
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
from sqlite_utils import Database

from crawler import terminal
from crawler.cli.options import AS_JSON, DB, DOMAIN, last_second, no_text, print_json
from crawler.errors import NoTextError
from crawler.retailer_lists import normal_domain, readable
from crawler.webarchive import citation
from db.database import open_archive
from db.history import good_captures
from db.history.comparison.words import gap
from db.history.explain import WHY
from db.history.readable_diff import Piece
from db.query import comparisons, reports
from db.query.comparisons import Comparison
from db.query.reports import PolicyText
from db.store import retailers

_TAGS = {"added": "ins", "removed": "del"}
_SIGNS = {"aside-added": "+", "aside-removed": "-"}
_STYLE = """body{font:1rem/1.5 Georgia,serif;max-width:45rem;margin:2rem auto;padding:0 1rem;
color:#111;background:#fff}
h1,h2{font-family:sans-serif;line-height:1.25}h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}
ins{background:#d2f4d9;color:#063f14;text-decoration:underline}del{background:#fbdcdc;color:#6e0f0f}
.note,.aside{color:#555;font-size:.9rem}s{text-decoration-thickness:1px}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}ins{background:#0f4420;color:#d8ffe2}
del{background:#5c1717;color:#ffe0e0}.note,.aside{color:#aaa}}"""


@click.command()
@DB
@DOMAIN
@click.argument("dates", nargs=-1, metavar="[DATE] [DATE]")
@click.option("--html", "as_html", is_flag=True, help="Print a self-contained HTML page.")
@click.option("--full", is_flag=True, help="Show unchanged paragraphs too.")
@AS_JSON
def diff(db: Path, domain: str, dates: tuple[str, ...], as_html: bool, full: bool, as_json: bool) -> None:
    """Show how a policy differs between two days, word by word (2018-05-25; the end of 2018-05 or 2018).

    With one DATE, compare that day with the latest text; without one, show the latest change of wording. In a
    pipe, words are marked as {+added+} and [-removed-]. Words that do not count as a change are in brackets,
    with the reason.

    Example: policytrail diff archive.db rei.com 2017 2019
    """
    if len(dates) > 2:
        raise click.UsageError("give at most two dates")
    domain = normal_domain(domain)
    archive = open_archive(db)
    compared = _compared(archive, db, domain, dates)
    old, new = (reports.text_of(archive, domain, seen) for seen in (compared.old, compared.new))
    pieces = [piece for piece in compared.pieces() if full or piece.kind != "same"]
    if as_json:
        differences = [{**asdict(one), "why": WHY[one.reason]} for one in compared.differences]
        found = {"old": _source(old), "new": _source(new), **compared.size._asdict()}
        print_json({**found, "differences": differences, "pieces": [asdict(piece) for piece in pieces]})
    elif as_html:
        terminal.print_text(_page(old, new, compared, pieces))
    else:
        for line in _lines(old, new, compared, pieces):
            terminal.print_line(*line)


def _compared(archive: Database, db: Path, domain: str, dates: tuple[str, ...]) -> Comparison:
    """Return the comparison of two days, or of the latest change without dates. Raises NoTextError."""
    policy_id = retailers.policy_of(archive, domain)
    if not dates:
        compared = comparisons.of_latest_change(archive, policy_id)
        if compared is None:
            raise NoTextError(
                f"no change of {readable(domain)} is known: see 'policytrail status {db} {domain}'"
            )
        return compared
    moments = [last_second(dates[0]), last_second(dates[1]) if len(dates) == 2 else None]
    old, new = (good_captures.latest(archive, policy_id, moment or "9999") for moment in moments)
    if old is None or new is None:
        missing = dates[0] if old is None else dates[1] if len(dates) == 2 else None
        raise NoTextError(no_text(db, domain, missing))
    return comparisons.of_captures(archive, policy_id, old, new)


def _source(text: PolicyText) -> dict[str, object]:
    return {name: value for name, value in asdict(text).items() if name != "markdown"}


def _summary(old: PolicyText, new: PolicyText, compared: Comparison) -> str:
    size = compared.size
    seen = [f"version {text.version}, captured {text.captured_at[:10]}" for text in (old, new)]
    return f"{readable(old.domain)}: {', and '.join(seen)}: +{size.words_added} -{size.words_removed} words"


def _lines(
    old: PolicyText, new: PolicyText, compared: Comparison, pieces: Iterable[Piece]
) -> Iterator[list[str]]:
    """Yield the lines of a difference, each as a list of parts."""
    yield [terminal.styled(_summary(old, new, compared), bold=True)]
    section = None
    for piece in pieces:
        if piece.section != section:
            section = piece.section
            yield []
            yield [terminal.styled(section or "(before the first heading)", bold=True)]
        yield ["  ", piece.mark + " " if piece.mark else "", *_parts(piece, _marked)]


def _parts(piece: Piece, marked: Callable[[str, str, str], str]) -> Iterator[str]:
    """Yield the runs of a piece, each marked, and what stands between them.

    `marked` takes the operation, the words and the reason of a run.
    """
    before = ""
    for (op, text), reason in zip(piece.runs, piece.reasons, strict=True):
        yield from (gap(before, text), marked(op, text, reason))
        before = text


def _marked(op: str, text: str, reason: str) -> str:
    """Return the words of a run, marked by signs and colours.

    If the output is no terminal, click removes the colours.
    """
    if op == "added":
        return terminal.styled("{+" + text + "+}", fg="green")
    if op == "removed":
        return terminal.styled("[-" + text + "-]", fg="red")
    return terminal.styled(f"(not counted, {reason}: {_SIGNS[op]}{text})", dim=True) if op in _SIGNS else text


def _page(old: PolicyText, new: PolicyText, compared: Comparison, pieces: Iterable[Piece]) -> str:
    """Return an HTML page without scripts and external files.

    All texts from the archive file are escaped.
    """
    body: list[str] = []
    section = ""
    for piece in pieces:
        if piece.section != section:
            section = piece.section
            body.append(f"<h2>{html.escape(section)}</h2>")
        mark = "• " if piece.mark == "*" else f"{piece.mark} " if piece.mark.rstrip("#") else ""
        body.append(f'<p class="{piece.kind}">{mark}{"".join(_parts(piece, _tagged))}</p>')
    title = html.escape(
        f"{readable(old.domain)}: what changed between {old.captured_at[:10]} and {new.captured_at[:10]}"
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>{_STYLE}</style></head>
<body><h1>{title}</h1><p class="note">{html.escape(_summary(old, new, compared))}</p>
<p class="note">Old: {_capture(old)}<br>New: {_capture(new)}</p>
{chr(10).join(body) or "<p>No word differs.</p>"}
</body></html>"""


def _capture(text: PolicyText) -> str:
    """Return the date, address and web archive of a capture as HTML, with a link to it if it is known."""
    key = text.replay_key or text.timestamp
    address = citation.address(text.archive, key, text.original)
    shown = f"{text.captured_at[:10]}, {html.escape(text.original)}"
    link = f'<a rel="noreferrer" href="{html.escape(address)}">{html.escape(address)}</a>' if address else ""
    return f"{shown}, {link or html.escape(f'capture {key} of {text.archive}')}"


def _tagged(op: str, text: str, reason: str) -> str:
    """Return the words of a run as HTML; words that do not count are grey, with the reason."""
    words = html.escape(text)
    if op in _SIGNS:
        words = f"<s>{words}</s>" if op == "aside-removed" else words
        return f'<span class="aside" title="{WHY[reason]}">(not counted, {reason}: {words})</span>'
    tag = _TAGS.get(op)
    return f"<{tag}>{words}</{tag}>" if tag else words
