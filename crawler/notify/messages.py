"""The message of a notifier, in each format and in several lengths.

Services take messages of very different lengths. Whoever sends one chooses the longest that fits.
"""

import re
from typing import Any

from crawler import terminal
from db.news.digest import FORMATS, Digest, parts

_LEVELS = (60, 6, 2, 0)  # paragraphs of a change, from the longest message to the shortest
# A mention in chats, such as @everyone, <!channel> and <@U1>. An address of mail has a letter before the @.
_MENTION = re.compile(r"(?<!\w)@(?=\w)|<(?=[!@#])")
_WORD_JOINER = "\u2060"
# Apprise makes the plain text of a mail from its HTML, and people forward and quote a mail as text. So the
# HTML has the signs of plain text too. Text from pages is escaped in it, so these tags are ours.
_SIGNS = {"<ins>": "<ins>{+", "</ins>": "+}</ins>", "<del>": "<del>[-", "</del>": "-]</del>"}
_TAG = re.compile("|".join(_SIGNS))


def message(news: Digest) -> dict[str, Any]:
    """Return what is to be sent, for `apprise_process`.

    Keys: title; formats (name of a format -> levels, more). `levels` are lists of changes, from the longest
    to the shortest form. `more[n]` is the last part if only the first n changes are sent; "" if these are
    all.
    """
    return {"title": f"policytrail: {news.title}", "formats": {form: _format(news, form) for form in FORMATS}}


def _format(news: Digest, form: str) -> dict[str, Any]:
    module = FORMATS[form]
    left_out = (news.total - shown for shown in range(len(news.entries) + 1))
    return {
        "levels": [[_quiet(_signed(part, form)) for part in parts(news, form, most)] for most in _LEVELS],
        "more": [module.more(number) if number else "" for number in left_out],
    }


def _signed(part: str, form: str) -> str:
    """Return a part of a message in which added and removed words are marked by signs, also in HTML."""
    return _TAG.sub(lambda tag: _SIGNS[tag[0]], part) if form == "html" else part


def _quiet(text: str) -> str:
    """Return a text that mentions nobody in a chat, with unprintable characters escaped."""
    return _MENTION.sub(rf"\g<0>{_WORD_JOINER}", terminal.escaped(text))
