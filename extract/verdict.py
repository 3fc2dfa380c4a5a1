"""The verdict on a capture: a privacy policy, or what was captured instead.

The rules are applied in a fixed order, and each returns a reason for people. A page with text gets points for
and against a policy. There is no trained model, so this module explains every verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from extract import lexicon
from extract.lexicon.folding import FoldedPattern
from extract.policy_terms import LANGUAGES, NAME

POLICY, OTHER_PAGE, SOFT_404 = "policy", "other-page", "soft-404"
ERROR_PAGE, BLOCK_PAGE = "error-page", "block-page"
REDIRECT_STUB, EMPTY, THIN, SCRIPT_ONLY = "redirect-stub", "empty", "thin", "script-only"
PDF, UNSUPPORTED, UNREADABLE = "pdf", "unsupported", "unreadable"
VERDICTS = (
    *(POLICY, OTHER_PAGE, SOFT_404, ERROR_PAGE, BLOCK_PAGE, REDIRECT_STUB, EMPTY, THIN, SCRIPT_ONLY),
    *(PDF, UNSUPPORTED, UNREADABLE),
)
"""All verdicts (docs/extraction.md "Verdicts")."""

ENOUGH = 7
"""A text with at least this many points is a policy. Among the captures of twelve retailers that people
judged,
every policy has at least 8 points, and every other page at most 6. The limit is below 8 because a short
policy
in plain words has fewer policy terms."""
THIN_WORDS = 30
"""A text with fewer words is no policy, it only mentions a policy."""
UNKNOWN_WORDS = 150
"""A text in a language without policy terms is a policy if it is named as one and its sentences have at least
this many words: a policy in plain words has some hundreds, a notice or an error message has fewer."""
MENTION_WORDS, MENTION_BLOCKS, MENTION_SHARE = 100, 3, 0.35
"""A text with another name only mentions privacy if its sentences with policy terms are at most so many
blocks,
with fewer words and a smaller share of its words: "Safe shopping" on a home page."""
_LONGEST_NAME = 120
"""A heading with more characters is a sentence."""
SCRIPT_ONLY_FROM = 2000
"""A page without text is filled in by its scripts if these have at least this many characters. With fewer, it
can be a redirect."""

_BLOCKED, _MISSING, _FAILED = (
    FoldedPattern(lexicon.of_all("page", kind)) for kind in ("blocked", "missing", "failed")
)
# A line that says nothing else, but for dots or a share: "Loading … 40 %".
_LOADING = FoldedPattern([rf"^\W*(?:{'|'.join(lexicon.of_all('page', 'loading'))})[\W\d]*$"])
_OTHER_DOCUMENT = FoldedPattern(
    rf"\b(?:{name})" for names in lexicon.load("discovery")["other_documents"].values() for name in names
)
_SCRIPTED_MOVE = re.compile(
    r"(?:window|document|top|self|parent)?\.?location(?:\.href)?\s*=\s*[\"'(]|location\.(?:replace"
    r"|assign)\s*\("
)


@dataclass(frozen=True)
class VerdictInput:
    """Everything about a capture that the verdict depends on.

    ``policy_sentences`` are the numbers of words of its sentences with policy terms.
    ``main_heading`` is the first ``h1`` of the page, or "".
    ``opening`` is the text that a visitor reads first, and ``text`` the extracted text, both without
    Markdown. ``terms`` are the policy terms in ``text``, with repetitions. ``words`` and ``page_words`` are
    the number of words in the extracted text and in the whole page, and ``prose`` is the number of words in
    the sentences of the extracted text. ``language`` is the code of its language, or None if unknown.
    ``refresh`` is the address of a ``meta`` refresh, or "". ``scripts`` are the texts of the scripts, and
    ``frames`` are the addresses of frames.
    """

    url: str
    status: int | None
    headers: Mapping[str, str]
    title: str
    headings: Sequence[str]
    opening: str
    text: str
    terms: Sequence[str]
    words: int
    page_words: int
    policy_sentences: Sequence[int] = ()
    main_heading: str = ""
    prose: int = 0
    language: str | None = None
    refresh: str = ""
    scripts: Sequence[str] = ()
    frames: Sequence[str] = ()


def judge(given: VerdictInput) -> tuple[str, str]:
    """Return the verdict on HTML or plain text, with its reason in one line."""
    points, why = _points(given)
    head = f"{given.title}\n{given.opening}"
    short = given.words < 400
    blocked = _BLOCKED.search(head) if short and points < ENOUGH else None
    if blocked:
        return BLOCK_PAGE, f"the page says “{_quoted(blocked)}”"
    if found := _by_status(given.status):
        return found
    if short and (missing := _missing_by_name(given)):
        return SOFT_404, f"the page says “{_quoted(missing)}”"
    if _is_mention(given):
        why += f", all in {sum(given.policy_sentences)} words of a page about other things"
    elif points >= ENOUGH and given.words >= THIN_WORDS:
        return POLICY, why
    if _is_policy_in_unknown_language(given):
        named = f"named as a privacy policy, with {given.prose} words of sentences"
        return POLICY, f"{named}, in a language whose words of policies are not known"
    return _verdict_without_policy(given, head, why)


def _by_status(status: int | None) -> tuple[str, str] | None:
    if status is not None and status >= 400:
        return ERROR_PAGE, f"the archived status is {status}"
    if status is not None and 300 <= status < 400:
        return REDIRECT_STUB, f"the archived status is {status}: a redirect"
    return None


def _missing_by_name(given: VerdictInput) -> re.Match[str] | None:
    """Return where the title or the main heading of a page says that the page does not exist."""
    heading = given.main_heading if len(given.main_heading) <= _LONGEST_NAME else ""
    return _MISSING.search(given.title) or _MISSING.search(heading)


def _verdict_without_policy(given: VerdictInput, head: str, why: str) -> tuple[str, str]:
    missing = _MISSING.search(head)
    if missing and (given.words < 400 or missing.start() < 200):
        return SOFT_404, f"the page says “{_quoted(missing)}”"
    if given.page_words < 400 and (failed := _FAILED.search(head)):
        return ERROR_PAGE, f"the page says “{_quoted(failed)}”"
    if found := _without_text(given) or _loading(given):
        return found
    if given.frames and (
        _is_named_policy(given) or (NAME.search(given.frames[0]) and given.page_words < 400)
    ):
        return THIN, _in_frames(given)
    if _is_named_policy(given):
        return THIN, f"named as a privacy policy, but only {why.replace(', named as one', '')}"
    return OTHER_PAGE, why


def _without_text(given: VerdictInput) -> tuple[str, str] | None:
    """Return the verdict on a page with almost no text (fewer than ``THIN_WORDS`` words).

    It is ``redirect-stub``, ``thin`` (the text is in frames), ``script-only`` or ``empty``, with its reason.
    Returns None for a page with more text, or if no rule matches.
    """
    scripts = sum(map(len, given.scripts))
    found: tuple[str, str] | None = None
    if given.page_words >= THIN_WORDS:
        found = None
    elif given.refresh:
        found = REDIRECT_STUB, f"the page only sends visitors on to {given.refresh}"
    elif any(_SCRIPTED_MOVE.search(script) for script in given.scripts) and scripts < SCRIPT_ONLY_FROM:
        found = REDIRECT_STUB, "the page only sends visitors on, by script"
    elif given.frames:
        found = THIN, _in_frames(given)
    elif scripts >= SCRIPT_ONLY_FROM or (scripts and not given.page_words):
        found = SCRIPT_ONLY, f"{given.page_words} words; the rest would be brought by scripts"
    elif not given.page_words:
        found = EMPTY, "no text at all"
    return found


def _loading(given: VerdictInput) -> tuple[str, str] | None:
    """Return the verdict on a page whose text was still being loaded, or None for any other page."""
    if given.words < THIN_WORDS:
        for line in filter(is_loading, (given.title, *given.opening.splitlines())):
            return SCRIPT_ONLY, f"the page says “{line}”"
    return None


def is_loading(line: str) -> bool:
    """Return whether a line of a page says that the page is being loaded, and nothing else."""
    return len(line) <= _LONGEST_NAME and _LOADING.begins(line)


def _in_frames(given: VerdictInput) -> str:
    more = len(given.frames) - 1
    others = f", or in one of {more} other frames" if more else ""
    return f"the text is in a frame, a capture of its own: {given.frames[0]}{others}"


def _points(given: VerdictInput) -> tuple[int, str]:
    """Return the points for a policy, and the reasons for people.

    Each different policy term counts one point, up to 12. If the title, a heading or the opening names a
    privacy policy, it counts three points. At least 1.5 terms in 100 words count one point. Fewer than 0.6
    terms in 100 words take two points away.
    """
    found = given.terms
    kinds = len(set(found))
    per_hundred = 100 * len(found) / max(1, given.words)
    points = min(12, kinds)
    reasons = [f"{kinds} different words of privacy policies in {given.words} words"]
    if _is_named_policy(given):
        points += 3
        reasons.append("named as one")
    if per_hundred >= 1.5:
        points += 1
    elif per_hundred < 0.6:
        points -= 2
        reasons.append("few and far between")
    return points, ", ".join(reasons)


def _is_mention(given: VerdictInput) -> bool:
    """Return whether a page about other things has a short paragraph about privacy."""
    if any(NAME.search(name) for name in (given.title, given.main_heading, *given.headings[:1])):
        return False
    sizes = given.policy_sentences
    size = sum(sizes)
    return 0 < len(sizes) <= MENTION_BLOCKS and size < MENTION_WORDS and size < MENTION_SHARE * given.words


def _is_policy_in_unknown_language(given: VerdictInput) -> bool:
    """Return whether a text that no policy terms can judge is named as a policy, and is long enough."""
    if given.language in LANGUAGES or given.prose < max(UNKNOWN_WORDS, given.words / 2):
        return False
    head = f"{given.title}\n{given.opening[:200]}"
    if any(NAME.search(text) for text in (given.title, *given.headings)):
        return not _MISSING.search(head)
    address = re.sub(r"[\W_]+", " ", unquote(urlsplit(given.url).path))
    return bool(NAME.search(address)) and not (_MISSING.search(head) or _OTHER_DOCUMENT.search(given.title))


def _is_named_policy(given: VerdictInput) -> bool:
    return any(NAME.search(text) for text in (given.title, given.text[:300], *given.headings))


def _quoted(found: re.Match[str]) -> str:
    return " ".join(found[0].split())[:80]
