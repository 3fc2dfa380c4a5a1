"""Lists of retailers with the addresses of their policies: the built-in list and CSV files."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from io import StringIO
from pathlib import Path
from typing import NamedTuple, TextIO
from urllib.parse import urldefrag, urlsplit

from sqlite_utils import Database

from crawler.addresses import repaired, unwrapped, web_address
from crawler.errors import RetailerListError
from db import lengths
from db.idn import to_ascii, to_unicode
from db.store import retailers
from db.urlkey import is_web_address, urlkey
from extract.domains import registered_domain

MAX_CHARACTERS = 16_000_000  # of a file: half a million retailers
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


# Columns that are no attributes. `known_since` of the built-in list is about an address.
_OWN_COLUMNS = ("domain", "policy_url", "name", "known_since")


@dataclass(frozen=True)
class Retailer:
    """A retailer, with the present and former addresses of its policy.

    `addresses` is empty if no address is known. `found_by` is "given" if the user named the retailer, and
    "list" if it comes from the built-in list. `given` are addresses that the user named as arguments.
    `attributes` are the other columns of the user's list, as pairs of name and value.
    """

    domain: str
    name: str | None
    addresses: tuple[str, ...]
    found_by: str
    given: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def pages(self) -> Iterator[tuple[str, str]]:
        """The addresses, each with the way in which it was found."""
        yield from ((address, "given") for address in self.given)
        yield from ((address, self.found_by) for address in self.addresses)


class _Row(NamedTuple):
    """A row of a list."""

    domain: str
    name: str | None
    url: str
    attributes: dict[str, str]


def choose(domains: Sequence[str], csv_file: Path | None) -> list[Retailer]:
    """Return the chosen retailers: those of a CSV file, or `domains` with their addresses in the lists.

    With both, `domains` narrow the file: each of them must be in it. A domain in no list has no addresses,
    like a retailer of the file with an empty `policy_url`: `discover` looks for them. An address with a path
    among `domains` is a page of its retailer, and no other address of that retailer is chosen. Without file
    and domains the list is empty.

    Raises RetailerListError.
    """
    listed = {retailer.domain: retailer for retailer in (read(csv_file, "given") if csv_file else [])}
    if not domains:
        return list(listed.values())
    chosen: dict[str, Retailer] = {}
    for text in domains:
        domain, page = named(text)
        if csv_file and domain not in listed:
            raise RetailerListError(
                f"{readable(domain)} is not in {csv_file}: a name beside --retailers chooses from its list"
            )
        known = listed.get(domain) or built_in().get(domain) or Retailer(domain, None, (), "given")
        before = chosen.get(domain) or replace(known, addresses=())
        if page is None:
            chosen[domain] = replace(known, given=before.given)
        else:
            chosen[domain] = replace(before, given=tuple(dict.fromkeys((*before.given, page))))
    return list(chosen.values())


@cache
def built_in() -> dict[str, Retailer]:
    """Return the built-in list of retailers, by domain."""
    # When Scrapyd runs the project, the file can be inside an egg (a zip archive).
    with as_file(files("crawler") / "retailers.csv") as csv_file:
        return {retailer.domain: retailer for retailer in read(csv_file, "list")}


def owner(csv_file: Path | None = None) -> Callable[[str], str]:
    """Return a function that takes an address and returns the domain of its retailer.

    If a list (the CSV file or the built-in list) names the address, the function returns the domain from the
    list. Otherwise it returns the registered domain of the address. Raises RetailerListError.
    """
    owners = listed(csv_file)
    return lambda address: owners.get(urlkey(address)) or registered_domain(address)


def listed(csv_file: Path | None = None) -> dict[str, str]:
    """Return the domain for each listed address, by the urlkey of the address.

    The addresses come from the CSV file, if there is one, and the built-in list. Raises RetailerListError.
    """
    lists = [*built_in().values(), *(read(csv_file, "given") if csv_file else [])]
    return {urlkey(address): retailer.domain for retailer in lists for address in retailer.addresses}


def normal_domain(text: str) -> str:
    """Return the domain in a text (a domain or an address), as browsers send it and without `www.`.

    An international domain becomes `xn--…`. The address of a capture in a web archive stands for the captured
    address. Raises RetailerListError for a text that is no domain.
    """
    return named(text)[0]


def domain_in(db: Database, text: str) -> str:
    """Return the domain in a text, as `normal_domain` does, for a command that reads an archive file.

    Raises RetailerListError for a text that is no domain. If it is part of one in the archive file, such as
    `rei`, UnknownRetailerError is raised, which suggests the domain.
    """
    try:
        return normal_domain(text)
    except RetailerListError:
        unknown = retailers.unknown(db, text[:100].lower())
        if unknown.near and text.strip():
            raise unknown from None
        raise


def named(text: str) -> tuple[str, str | None]:
    """Return the domain that a text names, and its address if it names a page; else None.

    An address with a path or a query names a page. A port other than 80 and 443 stays: in the address of a
    page, or, of a site without a page, in the domain. Raises RetailerListError for a text without a domain.
    """
    address = unwrapped(text)
    address = repaired(address) if address.strip() else ""
    try:
        parts = urlsplit(address)
        port, host = parts.port, to_ascii((parts.hostname or "").strip().rstrip("."))
    except ValueError:  # an unbalanced "[", or a port that is no number
        port, host = None, ""
    domain = host.removeprefix("www.")
    if not _DOMAIN.fullmatch(domain):
        raise RetailerListError(f"{text[:200]!r} is not a domain such as shop.example")
    if (parts.path.strip("/") or parts.query) and is_web_address(address):
        return domain, urldefrag(address).url
    return (f"{domain}:{port}" if port not in (None, 80, 443) else domain), None


def readable(domain: str) -> str:
    """Return a domain as people read it: `bücher.example` for `xn--bcher-kva.example`."""
    return to_unicode(domain)


def read(csv_file: Path, found_by: str) -> list[Retailer]:
    """Read a CSV file with the columns `domain`, `policy_url` and, optionally, `name`.

    The names of columns are read without blanks and letter case, and may be separated by commas, semicolons
    or tabs. A domain can have several rows. A retailer with an empty `policy_url` has no known address. Other
    columns are attributes of the retailer (sector, country); in several rows of a domain, the first value
    counts, as for the name. A column without a name and an empty value are skipped.

    Raises RetailerListError, with the line number of a bad row.
    """
    try:
        with csv_file.open(encoding="utf-8-sig", newline="") as file:
            content = file.read(MAX_CHARACTERS + 1)
            if len(content) > MAX_CHARACTERS:
                most = MAX_CHARACTERS // 1_000_000
                raise RetailerListError(f"{csv_file} is larger than {most} MB, so it is no list of retailers")
            text = StringIO(content, newline="")
            lines = csv.reader(text, strict=True, delimiter=_delimiter(text))
            header = [name.strip().casefold() for name in next(lines, [])]
            missing = {"domain", "policy_url"} - set(header)
            if missing:
                hint = (
                    ""
                    if len(header) != 1 or header[0].isalpha()
                    else " (columns are separated by commas, semicolons or tabs)"
                )
                names = " and no column ".join(sorted(missing))
                raise RetailerListError(f"{csv_file} has no column {names} in its first line{hint}")
            _check_attributes(csv_file, [name for name in header if name and name not in _OWN_COLUMNS])
            rows = [
                _row(csv_file, lines.line_num, dict(zip(header, line, strict=False)))
                for line in lines
                if any(value.strip() for value in line)
            ]
    except csv.Error as error:
        line = lines.line_num
        raise RetailerListError(f"{csv_file} line {line}: it is no CSV ({error})", line) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"it is no text in UTF-8 ({error})"
        raise RetailerListError(f"{csv_file} cannot be read: {reason}") from error
    if not rows:
        raise RetailerListError(f"{csv_file} names no retailer")
    return _by_domain(rows, found_by)


def _check_attributes(csv_file: Path, names: Sequence[str]) -> None:
    """Raise RetailerListError if the columns that are no columns of ours cannot be stored."""
    problems = [
        *(f"the column {name!r} twice" for name, times in Counter(names).items() if times > 1),
        *(
            f"a column whose name has more than {lengths.ATTRIBUTE_NAME} characters: {name[:20]!r}…"
            for name in names
            if len(name) > lengths.ATTRIBUTE_NAME
        ),
        *([f"more than {lengths.ATTRIBUTES} other columns"] if len(names) > lengths.ATTRIBUTES else []),
    ]
    if problems:
        raise RetailerListError(f"{csv_file} line 1: it has {problems[0]}", 1)


def _delimiter(file: TextIO) -> str:
    """Return what separates the columns of a CSV file, by its first line.

    A line `sep=;` of Excel is skipped.
    """
    first = file.readline()
    if found := re.fullmatch(r'"?sep=(.)"?\s*', first, re.I):
        return found[1]
    file.seek(0)
    return max(",;\t", key=first.count) if first else ","


def _row(csv_file: Path, number: int, line: dict[str, str]) -> _Row:
    domain, url, name = ((line.get(column) or "").strip() for column in ("domain", "policy_url", "name"))
    try:
        domain = normal_domain(domain)
        if len(name) > lengths.RETAILER_NAME:
            raise RetailerListError(f"the name is longer than {lengths.RETAILER_NAME} characters")
        url = _policy_url(url)
        attributes = _attributes(line)
    except RetailerListError as error:
        raise RetailerListError(f"{csv_file} line {number}: {error}", number) from error
    return _Row(domain, name or None, url, attributes)


def _attributes(line: dict[str, str]) -> dict[str, str]:
    """Return the values of the columns that are no columns of ours. Raises RetailerListError."""
    values = {name: text.strip() for name, text in line.items() if name and name not in _OWN_COLUMNS}
    for name, value in values.items():
        if len(value) > lengths.ATTRIBUTE_VALUE:
            raise RetailerListError(f"{name} is longer than {lengths.ATTRIBUTE_VALUE} characters")
    return {name: value for name, value in values.items() if value}


def _policy_url(text: str) -> str:
    """Return the address of a policy, "" for none. Raises RetailerListError."""
    if not text:
        return ""
    address = web_address(text)
    if address is None:
        raise RetailerListError(f"{text[:200]!r} is not an http address")
    return address


def _by_domain(rows: Iterable[_Row], found_by: str) -> list[Retailer]:
    names: dict[str, str | None] = {}
    addresses: dict[str, dict[str, None]] = {}
    attributes: dict[str, dict[str, str]] = {}
    for row in rows:
        names[row.domain] = names.get(row.domain) or row.name
        addresses.setdefault(row.domain, {}).update({row.url: None} if row.url else {})
        known = attributes.setdefault(row.domain, {})
        attributes[row.domain] = {**row.attributes, **known}
    return [
        Retailer(
            domain, names[domain], tuple(urls), found_by, attributes=tuple(sorted(attributes[domain].items()))
        )
        for domain, urls in addresses.items()
    ]
