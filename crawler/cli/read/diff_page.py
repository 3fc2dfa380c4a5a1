"""The HTML page of `diff --html`: one file without scripts, and without anything from elsewhere."""

import html
from collections.abc import Callable, Iterable, Iterator

from crawler.retailer_lists import readable
from crawler.webarchive import citation
from db.citations import Citation
from db.history.comparison.words import gap
from db.history.explain import WHY
from db.history.readable_diff import Piece
from db.news.frame import frame
from db.query.comparisons import Comparison
from db.query.findings import Meaning
from db.query.reports import PolicyText

_TAGS = {"added": "ins", "removed": "del"}
_STYLE = """body{font:1rem/1.5 Georgia,serif;max-width:45rem;margin:2rem auto;padding:0 1rem;
color:#111;background:#fff;overflow-wrap:anywhere}
h1,h2{font-family:sans-serif;line-height:1.25}h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}
ins{background:#d2f4d9;color:#063f14;text-decoration:underline}del{background:#fbdcdc;color:#6e0f0f}
.note,.aside{color:#555;font-size:.9rem}s{text-decoration-thickness:1px}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}ins{background:#0f4420;color:#d8ffe2}
del{background:#5c1717;color:#ffe0e0}.note,.aside{color:#aaa}}"""


def summary(old: PolicyText, new: PolicyText, compared: Comparison) -> str:
    """Return one line about a difference: the two captures, and how many words were added and removed."""
    if compared.is_one_capture:
        one = f"version {old.version}, captured {old.captured_at[:10]}"
        return f"{readable(old.domain)}: both texts are of one capture, {one}: nothing to compare"
    size = compared.size
    seen = [f"version {text.version}, captured {text.captured_at[:10]}" for text in (old, new)]
    return f"{readable(old.domain)}: {', and '.join(seen)}: +{size.words_added} -{size.words_removed} words"


def marked_runs(piece: Piece, marked: Callable[[str, str, str], str]) -> Iterator[str]:
    """Yield the runs of a piece, each marked, and what stands between them.

    `marked` takes the operation, the words and the reason of a run.
    """
    before = ""
    for (op, text), reason in zip(piece.runs, piece.reasons, strict=True):
        yield from (gap(before, text), marked(op, text, reason))
        before = text


def diff_page(
    old: PolicyText,
    new: PolicyText,
    compared: Comparison,
    pieces: Iterable[Piece],
    meaning: Meaning,
    cited: Citation,
) -> str:
    """Return an HTML page without scripts and external files.

    `meaning` is what the change between the two captures means, `cited` how to cite it. All texts from the
    archive file are escaped.
    """
    body: list[str] = []
    section, number = "", 0
    shown = list(pieces)
    last = sum(_is_change(piece) for piece in shown)
    for piece in shown:
        if piece.section != section:
            section = piece.section
            body.append(f"<h2>{html.escape(section)}</h2>")
        mark = "• " if piece.mark == "*" else f"{piece.mark} " if piece.mark.rstrip("#") else ""
        if _is_change(piece):
            number += 1
            body.append(f'<p class="note" id="change-{number}">{_jumps(number, last)}</p>')
        body.append(f'<p class="{piece.kind}">{mark}{"".join(marked_runs(piece, _tagged))}</p>')
    between = f"what changed between {old.captured_at[:10]} and {new.captured_at[:10]}"
    one = f"one capture, {old.captured_at[:10]}"
    title = f"{readable(old.domain)}: {one if compared.is_one_capture else between}"
    parts = [
        f'<p class="note">{html.escape(summary(old, new, compared))}</p>',
        f'<p class="note">Old: {_capture(old)}<br>New: {_capture(new)}</p>',
        _findings(meaning),
        *(body or ([] if compared.is_one_capture else ["<p>No word differs.</p>"])),
        "" if compared.is_one_capture else _cite(cited),
    ]
    return frame(title, _STYLE, "\n".join(part for part in parts if part), alone=True)


def _findings(meaning: Meaning) -> str:
    """Return what the text says otherwise, as HTML; "" if nothing is known."""
    if not meaning.is_known:
        return ""
    lines = "".join(f"<li>{html.escape(f'{one.head}: {one.sentence}')}</li>" for one in meaning.findings)
    said = f"<ul>{lines}</ul>" if lines else ""
    note = f"{meaning.rest}; rules recognise statements, and can be wrong".lstrip("; ")
    return f'<h2>What the text says otherwise</h2>{said}<p class="note">{html.escape(note)}.</p>'


def _is_change(piece: Piece) -> bool:
    return piece.kind not in ("same", "aside")


def _jumps(number: int, last: int) -> str:
    """Return links to the changed paragraphs before and after the one with a number, as HTML."""
    before = f' <a href="#change-{number - 1}" title="Previous change">↑</a>' if number > 1 else ""
    after = f' <a href="#change-{number + 1}" title="Next change">↓</a>' if number < last else ""
    return f"{number} of {last}{before}{after}"


def _cite(cited: Citation) -> str:
    """Return the section with the citation as HTML."""
    text = "".join(f"<p>{html.escape(line)}</p>" for line in cited.text.splitlines())
    return f"<h2>Cite this comparison</h2>\n{text}"


def _address(text: PolicyText) -> str | None:
    """Return where the web archive shows the capture of a text; None for an unknown web archive."""
    return citation.address(text.archive, text.replay_key or text.timestamp, text.original)


def _name(text: PolicyText) -> str:
    return f"capture {text.replay_key or text.timestamp} of {text.archive}"


def _capture(text: PolicyText) -> str:
    """Return the date, address and web archive of a capture as HTML, with a link to it if it is known."""
    address = _address(text)
    shown = f"{text.captured_at[:10]}, {html.escape(text.original)}"
    link = f'<a rel="noreferrer" href="{html.escape(address)}">{html.escape(address)}</a>' if address else ""
    return f"{shown}, {link or html.escape(_name(text))}"


def _tagged(op: str, text: str, reason: str) -> str:
    """Return the words of a run as HTML; words that do not count are grey, with the reason."""
    words = html.escape(text)
    if op.startswith("aside"):
        words = f"<s>{words}</s>" if op == "aside-removed" else words
        return f'<span class="aside" title="{WHY[reason]}">(not counted, {reason}: {words})</span>'
    tag = _TAGS.get(op)
    return f"<{tag}>{words}</{tag}>" if tag else words
