"""The notifiers that a user defined, by name: where to send news, and which.

They are tables `[notify.NAME]` of `policytrail.toml`, and the environment variable POLICYTRAIL_NOTIFY with
`NAME=ADDRESS` parts between blanks. An address holds secrets, so no message shows one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from crawler.errors import NotifierError
from crawler.retailer_lists import normal_domain
from db.query.changes import ANNOUNCED, KINDS, ChangeFilter
from db.query.findings import MOVES, FindingFilter
from extract import claims

VARIABLE = "POLICYTRAIL_NOTIFY"
LIMIT = 20  # changes in a message, without a limit of the user
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_KEYS = ("urls", "retailers", "min-words", "kinds", "announced", "suspect", "finding", "move", "limit")


@dataclass(frozen=True)
class Notifier:
    """Where to send news, and which.

    `urls` are addresses of Apprise, with secrets; they are never shown. `wanted` chooses the changes, and
    `limit` is the most changes in a message.
    """

    name: str
    urls: tuple[str, ...] = field(repr=False)
    wanted: ChangeFilter = field(default_factory=ChangeFilter)
    limit: int = LIMIT


def chosen(names: Iterable[str], tables: object, environment: Mapping[str, str]) -> list[Notifier]:
    """Return the notifiers with these names, each once.

    `tables` is the table `notify` of the file. An address in the environment takes the place of those in the
    file. Raises NotifierError, without the text of the user where it may be an address.
    """
    defined = {name: _of_table(name, table) for name, table in _checked(tables).items()}
    for name, urls in _of_environment(environment.get(VARIABLE, "")).items():
        known = defined.get(name)
        defined[name] = Notifier(name, urls, known.wanted, known.limit) if known else Notifier(name, urls)
    return [_named(name, defined) for name in dict.fromkeys(names)]


def _named(name: str, defined: Mapping[str, Notifier]) -> Notifier:
    if not _NAME.fullmatch(name):
        raise NotifierError(
            "--notify takes the NAME of a table [notify.NAME] in policytrail.toml, never an address:"
            " addresses hold secrets, and a command line can be read by others"
        )
    notifier = defined.get(name)
    if notifier is None:
        near = get_close_matches(name, defined, 1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise NotifierError(
            f"no notifier is named {name!r}: define [notify.{name}] in policytrail.toml, or {VARIABLE}{meant}"
        )
    if not notifier.urls:
        raise NotifierError(f"[notify.{name}] has no address: set its urls, or {VARIABLE}")
    return notifier


def _checked(tables: object) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(tables, dict):
        raise NotifierError("policytrail.toml: notify is no table: write [notify.NAME] with the key urls")
    for name, table in tables.items():
        if not isinstance(table, dict) or not _NAME.fullmatch(name):
            raise NotifierError("policytrail.toml: a table of notify has the form [notify.NAME]")
        for key in table:
            if key not in _KEYS:
                raise NotifierError(f"[notify.{name}] has a key that is none of {', '.join(_KEYS)}")
    return tables


def _of_table(name: str, table: Mapping[str, Any]) -> Notifier:
    suspect, least, limit = (table.get(key) for key in ("suspect", "min-words", "limit"))
    if suspect is not None and not isinstance(suspect, bool):
        raise NotifierError(f"[notify.{name}]: suspect is true or false")
    for key, value, smallest in (("min-words", least, 0), ("limit", limit, 1)):
        if value is not None and (type(value) is not int or value < smallest):
            raise NotifierError(f"[notify.{name}]: {key} is a number from {smallest} on")
    wanted = ChangeFilter(
        domains=tuple(dict.fromkeys(map(normal_domain, _texts(name, table, "retailers")))),
        min_words=least or 0,
        kinds=_texts(name, table, "kinds", KINDS) or ("wording",),
        announced=_texts(name, table, "announced", ANNOUNCED),
        suspect=suspect,
        findings=FindingFilter(
            _text(name, table, "finding", claims.kinds()), _text(name, table, "move", MOVES)
        ),
    )
    return Notifier(name, _texts(name, table, "urls"), wanted, limit or LIMIT)


def _text(name: str, table: Mapping[str, Any], key: str, allowed: Sequence[str]) -> str:
    """Return the one text of a key; "" without it."""
    texts = _texts(name, table, key, allowed)
    if len(texts) > 1:
        raise NotifierError(f"[notify.{name}]: {key} is one text")
    return texts[0] if texts else ""


def _texts(
    name: str, table: Mapping[str, Any], key: str, allowed: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Return the texts of a key; () without it. One text stands for a list of one."""
    value = table.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise NotifierError(f"[notify.{name}]: {key} is a list of texts")
    if allowed and not set(texts) <= set(allowed):
        raise NotifierError(f"[notify.{name}]: {key} can have {', '.join(allowed)}")
    return tuple(texts)


def _of_environment(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for number, part in enumerate(text.split(), 1):
        name, equals, url = part.partition("=")
        if not (equals and url and _NAME.fullmatch(name)):
            raise NotifierError(f"{VARIABLE}: part {number} is not of the form NAME=ADDRESS")
        found[name] = (*found.get(name, ()), url)
    return found
