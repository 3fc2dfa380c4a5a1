"""Lists of retailers with the addresses of their policies: the built-in list and CSV files."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import RetailerListError
from db.urlkey import is_web_address, urlkey
from extract.domains import registered_domain

_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True)
class Retailer:
    """A retailer, with the present and former addresses of its policy.

    `addresses` is empty if no address is known. `found_by` is "given" if the user named the retailer, and
    "list" if it comes from the built-in list.
    """

    domain: str
    name: str | None
    addresses: tuple[str, ...]
    found_by: str


def choose(domains: Sequence[str], csv_file: Path | None) -> list[Retailer]:
    """Return the retailers of a CSV file, then the retailers with the given domains.

    The addresses of a domain come from the built-in list. A domain that is in no list has no addresses, and
    so has a retailer with an empty `policy_url` in the file: `discover` searches for these addresses. Return
    an empty list without file and domains. Raises RetailerListError.
    """
    chosen = {retailer.domain: retailer for retailer in (read(csv_file, "given") if csv_file else [])}
    for domain in map(normal_domain, domains):
        if domain not in chosen:
            chosen[domain] = built_in().get(domain) or Retailer(domain, None, (), "given")
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
    """Return the domain in a text: `https://www.Shop.example/a` becomes `shop.example`.

    The text is a domain or an address. Raises RetailerListError if it contains no valid domain.
    """
    try:
        host = urlsplit(text if "//" in text else "//" + text).netloc.rpartition("@")[2].partition(":")[0]
        domain = host.strip().lower().rstrip(".").removeprefix("www.").encode("idna").decode("ascii")
    except ValueError:  # an unbalanced "[", or an invalid international name
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise RetailerListError(f"{text!r} is not a domain such as shop.example")
    return domain


def read(csv_file: Path, found_by: str) -> list[Retailer]:
    """Read a CSV file with the columns `domain`, `policy_url` and, optionally, `name`.

    A domain can have several rows, one for each address. An empty `policy_url` means that no address is
    known. Other columns are ignored. `found_by` is copied into each retailer.

    Raises RetailerListError, with the line number of a bad row.
    """
    try:
        with csv_file.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            missing = {"domain", "policy_url"} - set(lines.fieldnames or [])
            if missing:
                raise RetailerListError(
                    f"{csv_file} has no column {' and no column '.join(sorted(missing))} in its first line"
                )
            rows = [_row(csv_file, lines.line_num, line) for line in lines if any(line.values())]
    except csv.Error as error:
        line = lines.reader.line_num
        raise RetailerListError(f"{csv_file} line {line}: it is no CSV ({error})", line) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"it is no text in UTF-8 ({error})"
        raise RetailerListError(f"{csv_file} cannot be read: {reason}") from error
    if not rows:
        raise RetailerListError(f"{csv_file} names no retailer")
    return _by_domain(rows, found_by)


def _row(csv_file: Path, number: int, line: dict[str, str | None]) -> tuple[str, str | None, str]:
    domain, url, name = ((line.get(column) or "").strip() for column in ("domain", "policy_url", "name"))
    try:
        domain = normal_domain(domain)
        if url and not is_web_address(url):
            raise RetailerListError(f"{url!r} is not an http address")
    except RetailerListError as error:
        raise RetailerListError(f"{csv_file} line {number}: {error}", number) from error
    return domain, name or None, url


def _by_domain(rows: Iterable[tuple[str, str | None, str]], found_by: str) -> list[Retailer]:
    names: dict[str, str | None] = {}
    addresses: dict[str, dict[str, None]] = {}
    for domain, name, url in rows:
        names[domain] = names.get(domain) or name
        addresses.setdefault(domain, {}).update({url: None} if url else {})
    return [Retailer(domain, names[domain], tuple(urls), found_by) for domain, urls in addresses.items()]
