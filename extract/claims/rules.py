"""The rules by which claims are recognised: one TOML file for each kind and language."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from extract.claims import quantity, scope
from extract.claims.grammar import grammar
from extract.claims.triggers import Pattern, Sieve, Sifted, pattern

_GROUP = re.compile(r"\{([a-z]+)\}")
_OF_HEADINGS: Set[str] = frozenset(("law", "date"))  # what headings can state


class RuleError(ValueError):
    """A file of rules cannot be read. The message says which file, which rule and why."""


class Rule(NamedTuple):
    """A rule: a clause states a claim of `kind` if one of `any` matches it, and none of `none` its sentence.

    `match` and `no_match` are sentences that the rule must match and must not match: its tests.
    """

    kind: str
    name: str
    subject: str
    reference: str
    any: tuple[Pattern, ...]
    none: tuple[Pattern, ...]
    match: tuple[str, ...]
    no_match: tuple[str, ...]


class Rules:
    """All rules of a language, and what they have in common."""

    def __init__(self, language: str) -> None:
        """Load the files of a language. A language without files has no rules."""
        kinds = _toml(_folder().joinpath("kinds.toml"))["silences"]
        self.order = {kind: place for place, kind in enumerate(kinds)}
        self._silences = {
            kind: frozenset(kinds if others == ["*"] else others) for kind, others in kinds.items()
        }
        folder = _folder().joinpath(language)
        tables = {file.name: _toml(file) for file in _files(folder)} if language in languages() else {}
        words = tables.pop("words.toml", {})
        self.is_known = bool(tables)
        self.grammar = grammar(words.get("grammar", {}))
        groups = _groups(words.get("groups", {}))
        self.no_statement = _patterns(words.get("no_statement", ()), groups)
        self._leads = [(kind, *_patterns([text], groups)) for kind, text in words.get("leads", {}).items()]
        self._no_item = _patterns(words.get("no_item", ()), groups)
        self._only = [
            (_patterns([text], groups)[0], frozenset(kinds)) for text, kinds in words.get("only", ())
        ]
        self.rules = [
            _rule(f"{language}/{name}", table.get("kind", ""), entry, groups)
            for name, table in tables.items()
            for entry in table.get("rule", ())
        ]
        self.rules.sort(key=lambda rule: self.order[rule.kind])
        self._rule_of = {one: number for number, rule in enumerate(self.rules) for one in rule.any}
        self._sieve = Sieve(
            (
                *(one for rule in self.rules for one in (*rule.any, *rule.none)),
                *self.no_statement,
                *(one for one, _ in self._only),
                *scope.patterns(),
                *quantity.PATTERNS,
            )
        )

    def sift(self, sentence: str) -> Sifted:
        """Return a sentence with the expressions that can match it: of rules, scopes and quantities."""
        return self._sieve.sift(sentence)

    def candidates(self, sentence: Sifted) -> Iterator[Rule]:
        """Yield the rules that can match a sentence, those of the preferred kinds first."""
        for number in sorted({self._rule_of[one] for one in sentence.possible if one in self._rule_of}):
            yield self.rules[number]

    def is_of_another_document(self, sentence: Sifted) -> bool:
        """Return whether a sentence is about returns, vouchers and the like, and not about personal data."""
        return any(map(sentence.has, self.no_statement))

    def silences(self, kind: str, other: str) -> bool:
        """Return whether a clause that states `kind` does not state the kind `other` too."""
        return other == kind or other in self._silences[kind]

    def kind_of_list(self, lead: str, item: str) -> str | None:
        """Return the kind that an item of a list states by the sentence before the list, None if unknown.

        An empty `lead` introduces no list. Items that start like a new sentence state no kind by their list.
        """
        if not lead or any(one.search(item) for one in self._no_item):
            return None
        return next((kind for kind, one in self._leads if one.search(lead)), None)

    def kinds_of(self, sentence: Sifted, *, is_heading: bool) -> Set[str]:
        """Return the kinds of which a sentence can make claims: pointers and descriptions make few."""
        kinds: Set[str] = _OF_HEADINGS if is_heading else self.order.keys()
        for one, few in self._only:
            if sentence.has(one):
                kinds = kinds & few
        return kinds


@cache
def languages() -> tuple[str, ...]:
    """Return the languages with rules, two-letter codes: each has a folder."""
    return tuple(sorted(folder.name for folder in _folder().iterdir() if folder.is_dir()))


@cache
def rules(language: str) -> Rules:
    """Return the rules of a language, a two-letter code."""
    return Rules(language)


def kinds() -> tuple[str, ...]:
    """Return the kinds of claims, the preferred ones first."""
    return tuple(rules("en").order)


def covers() -> dict[str, str]:
    """Return kind -> what it is about, for people."""
    return dict(_toml(_folder().joinpath("kinds.toml"))["covers"])


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("rules")


def _files(folder: Traversable) -> list[Traversable]:
    files = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return sorted(files, key=lambda file: file.name)


def _toml(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RuleError(f"{file}: {error}") from error


def _groups(texts: Mapping[str, str]) -> dict[str, str]:
    groups: dict[str, str] = {}
    for name, text in texts.items():
        groups[name] = _filled(text, groups)
    return groups


def _filled(text: str, groups: Mapping[str, str]) -> str:
    return _GROUP.sub(lambda found: groups[found[1]], text)


def _patterns(texts: Iterable[str], groups: Mapping[str, str]) -> tuple[Pattern, ...]:
    return tuple(pattern(_filled(text, groups)) for text in texts)


def _rule(file: str, kind: str, entry: Mapping[str, Any], groups: Mapping[str, str]) -> Rule:
    """Return a rule of a file. Raises RuleError for an entry that is none."""
    where = f"{file}, rule {entry.get('name', '')!r}"
    try:
        return Rule(
            kind,
            entry["name"],
            entry["subject"],
            entry.get("reference", ""),
            _patterns(entry["any"], groups),
            _patterns(entry.get("none", ()), groups),
            tuple(entry.get("match", ())),
            tuple(entry.get("no_match", ())),
        )
    except KeyError as error:
        raise RuleError(f"{where}: there is no {error}, neither as a key nor as a group of words") from error
    except re.error as error:
        raise RuleError(f"{where}: {error.pattern!r} is no regular expression: {error}") from error
