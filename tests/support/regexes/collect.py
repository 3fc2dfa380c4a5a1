"""Collect every regular expression that policytrail compiles, with the line that does.

The lines are known from the source. Expressions that are put together, for example of word lists, are taken
while all modules are imported and a few pages are read. As a command, in a process of its own,
``python -m tests.support.regexes.collect`` writes a list of JSON.
"""

from __future__ import annotations

import ast
import gc
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.paths import ROOT

PACKAGES = ("crawler", "db", "extract")
_CALLS = ("compile", "match", "search", "sub", "subn", "findall", "finditer", "split", "fullmatch")


@dataclass(frozen=True, slots=True)
class Site:
    """A line of the source that compiles an expression.

    ``name`` is that of the constant or of the function in which the line is.
    """

    file: str
    lines: range
    name: str
    method: str  # "match", "fullmatch", or "search" for all that begin at each place of a text
    literal: tuple[str | bytes, int] | None  # the expression and its flags, if the line has both

    def __str__(self) -> str:
        return f"{self.file}:{self.name or self.lines.start}"


def sites() -> list[Site]:
    """Return all lines of the three packages that call the module `re`."""
    trees = {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text("utf-8"))
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
    }
    everywhere = _uses(trees.values())
    found = []
    for file, tree in trees.items():
        here = _uses([tree])
        for name, call in _named_calls(tree):
            uses = (here if name.startswith("_") else everywhere).get(name)
            lines = range(call.lineno, (call.end_lineno or call.lineno) + 1)
            found.append(Site(file, lines, name, _method(call, uses), _literal(call)))
    return found


def _named_calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    names = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names |= {id(node): function.name for node in ast.walk(function) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and _called(node) in _CALLS
            and ast.unparse(node.func).startswith("re.")
        ):
            yield names.get(id(node), ""), node


def _literal(call: ast.Call) -> tuple[str | bytes, int] | None:
    flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    if _called(call) in ("compile", "match", "search", "fullmatch", "findall", "finditer"):
        flags += call.args[1 if _called(call) == "compile" else 2 :]
    value = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    if not isinstance(value, str | bytes):
        return None
    names = [node.attr for flag in flags for node in ast.walk(flag) if isinstance(node, ast.Attribute)]
    return value, sum(int(getattr(re, name)) for name in names)


def _called(call: ast.AST) -> str:
    return call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""


def _uses(trees: Any) -> dict[str, set[str]]:
    """Return the name of a constant -> its methods that are called, and "" for any other use."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        called: dict[int, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
                called[id(node.func.value)] = node.func.attr
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                name = node.id if isinstance(node, ast.Name) else node.attr
                found.setdefault(name, set()).add(called.get(id(node), ""))
    return found


def _method(call: ast.Call, uses: set[str] | None) -> str:
    methods = (uses or {""}) if _called(call) == "compile" else {_called(call)}
    if methods == {"fullmatch"}:
        return "fullmatch"
    return "match" if methods <= {"match", "fullmatch"} else "search"


def collect() -> list[tuple[str, int, str, int]]:
    """Import everything and read a few pages. Return file, line, expression and flags of each compilation."""
    found: dict[tuple[str, int, str, int], None] = {}
    compile_ = re._compiler.compile  # type: ignore[attr-defined]

    def noted(pattern: Any, flags: int = 0) -> Any:
        re.purge()  # so no expression is taken from the cache
        if place := _place(sys._getframe(1)):
            text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
            found[*place, text, int(flags) | (_BYTES if isinstance(pattern, bytes) else 0)] = None
        return compile_(pattern, flags)

    re._compiler.compile = noted  # type: ignore[attr-defined]
    re.purge()
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    _read_pages()
    _compile_all()
    return list(found)


_BYTES = 1 << 20  # a flag of ours: the expression reads bytes


def expressions(collected: list[tuple[str, int, str, int]]) -> list[tuple[Site, str | bytes, int]]:
    """Return where each expression is compiled, the expression and its flags."""
    known = sites()
    found = [(site, *site.literal) for site in known if site.literal]
    for file, line, text, flags in collected:
        for site in known:
            if site.file == file and line in site.lines and not site.literal:
                found.append((site, text.encode("latin-1") if flags & _BYTES else text, flags & ~_BYTES))
    return found


def _place(frame: FrameType | None) -> tuple[str, int] | None:
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "re":
        frame = frame.f_back
    if not frame:
        return None
    file = Path(frame.f_code.co_filename)
    if not file.is_relative_to(ROOT) or file.relative_to(ROOT).parts[0] not in PACKAGES:
        return None
    return file.relative_to(ROOT).as_posix(), frame.f_lineno


def _compile_all() -> None:
    """Compile the expressions that wait for the first text that needs them."""
    from extract import policy_terms  # noqa: PLC0415 - after `noted`
    from extract.claims.triggers import Pattern  # noqa: PLC0415
    from extract.lexicon.folding import CasePattern, FoldedPattern  # noqa: PLC0415

    for one in gc.get_objects():
        if isinstance(one, CasePattern | FoldedPattern):
            _ = one._ascii, one._pattern
        elif isinstance(one, Pattern):
            _ = one.quick, one.compiled
    policy_terms.terms("datenschutz, données à caractère personnel, 個人情報")


def _read_pages() -> None:
    """Read pages, so expressions are compiled that depend on the page or are compiled when first needed."""
    from crawler.discovery.classify import page, vocabulary  # noqa: PLC0415 - after `noted`
    from crawler.webarchive import memento, sources  # noqa: PLC0415
    from db.export import file_names  # noqa: PLC0415
    from db.findings import content, durations, ranks  # noqa: PLC0415
    from db.promises.denials import no_denials  # noqa: PLC0415
    from db.promises.topics import topics  # noqa: PLC0415
    from db.web.wayback import cdx_query  # noqa: PLC0415
    from extract import claims, dates, document, language, stated_date  # noqa: PLC0415

    texts = (
        '# Shoe Barn Privacy Policy\n\nLast updated: May 1, 2020. Shoe Barn, Inc. ("we") values you. '
        "Our full privacy policy moved to [another page](https://www.shoebarn.example/legal/privacy).",
        "# Datenschutz\n\nStand: 1. Mai 2020. Die Schuhwerk GmbH nimmt Datenschutz ernst.",
        "# Privacy\n\nGültig ab 令和二年五月一日",
    )
    for known in ("en", "de", "fr"):
        claims.sentences([claims.Paragraph(texts[0], "", "")], known)
        content.vocabulary(known)
    ranks.denies(texts[0])
    durations.months(texts[0])
    topics()
    no_denials()
    for text in texts:
        for code in (None, language.language(text)):
            stated_date.stated_date(text, language=code, url="https://www.shoebarn.example/privacy")
            for line in text.split("\n"):
                dates.written_dates(line, code)
        page.classify_page(
            domain="shoebarn.example",
            name="Shoe Barn",
            url="https://www.shoebarn.example/privacy",
            title="Privacy Policy - Shoe Barn Europe Ltd.",
            text=text,
            verdict="policy",
            language="en",
            clues=(),
        )
    for judge in (
        vocabulary.names_privacy,
        vocabulary.names_the_document,
        vocabulary.names_goods,
        vocabulary.no_policy,
        vocabulary.other_document,
        vocabulary.names_a_part,
        vocabulary.begins_with_a_part,
        vocabulary.names_a_hub,
        vocabulary.says_moved,
        vocabulary.speaks_for_itself,
        vocabulary.in_address,
    ):
        judge("shoes")
    document.extract_policy(b"<h1>Privacy</h1><p>We collect data.", url="https://shoebarn.example/")
    cdx_query._number("limit", "1")
    file_names.stem(str(file_names.policy("shoebarn.example", "2020-05-01")))
    memento._archived_address(
        sources.find("https://web.archive.org"),
        "https://web.archive.org/web/20200501000000/http://a.example/",
    )


if __name__ == "__main__":
    json.dump(collect(), sys.stdout)
