"""The parameters of a CDX request, read once into a `CdxQuery` (docs/wayback.md, "Index parameters")."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from db.urlkey import urlkey
from db.web.common.errors import BadQueryError
from db.web.common.holdings import UrlkeyRange, one_urlkey
from db.web.wayback import resume_key
from db.web.wayback.cdx_filters import Collapse, Filter
from db.web.wayback.cdx_rows import FIELDS, field_number
from db.web.wayback.mementos import pad
from db.web.wayback.resume_key import ResumeKey

MAX_ROWS = 150_000  # at most this many captures are read for one response, as in the Wayback Machine
MAX_PARAMETERS = 50  # at most this many `filter` parameters, and as many `collapse` parameters
BLOCK_ROWS = 3_000  # rows of one block; `pageSize` is a number of blocks
MAX_PAGE_SIZE = MAX_ROWS // BLOCK_ROWS

Parameters = Mapping[str, Sequence[str]]


class CdxQuery(NamedTuple):
    """A query in which every value was checked."""

    urlkeys: UrlkeyRange
    start: str  # start and end have 14 digits, and both are included
    end: str
    json: bool
    columns: tuple[int, ...]
    filters: tuple[Filter, ...]
    collapses: tuple[Collapse, ...]
    limit: int  # 0 means no limit; a negative limit means the last rows
    offset: int
    sort: Literal["regular", "reverse", "closest"]
    closest: str  # 14 digits, or ""
    show_resume_key: bool
    resume: ResumeKey | None
    page: int | None
    page_rows: int
    show_num_pages: bool


def parse(parameters: Parameters, *, json: bool = False) -> CdxQuery:
    """Return the query of a request. `json` makes JSON the default output (`/web/timemap/json`).

    An empty parameter counts as missing. If a parameter is given twice, the first one is used, except for
    filter and collapse. Unknown parameters (`gzip`, `resolveRevisits`, `showDupeCount` and others) are
    ignored, as in the Wayback Machine. `fastLatest` is ignored too, because the last rows are always found
    from the end. With `page`, rows are in regular order, and resume keys are neither read nor returned.

    Raises BadQueryError. Its message is the text of the response with status 400.
    """

    def one(name: str, default: str = "") -> str:
        values = parameters.get(name) or [""]
        return values[0] or default

    urlkeys, exact = _urlkeys(one("url"), one("matchType"))
    collapses = tuple(Collapse.parse(text) for text in _many(parameters, "collapse"))
    sort = _sort(one("sort"), exact)
    return CdxQuery(
        urlkeys=urlkeys,
        start=_timestamp("from", one("from", "0")).ljust(14, "0"),
        end=_timestamp("to", one("to", "9")).ljust(14, "9"),
        json=one("output", "json" if json else "text").lower() == "json",
        columns=tuple(field_number(name) for name in one("fl", ",".join(FIELDS)).split(",")),
        filters=tuple(Filter.parse(text) for text in _many(parameters, "filter")),
        collapses=collapses,
        limit=_number("limit", one("limit", "0"), negative=True),
        offset=_number("offset", one("offset", "0")),
        sort=sort,
        closest=_closest(one("closest")) if sort == "closest" else "",
        show_resume_key=_yes(one("showResumeKey")),
        resume=_resume(one("resumeKey"), len(collapses), sort),
        page=_number("page", one("page")) if one("page") else None,
        page_rows=BLOCK_ROWS
        * min(max(_number("pageSize", one("pageSize", str(MAX_PAGE_SIZE))), 1), MAX_PAGE_SIZE),
        show_num_pages=_yes(one("showNumPages")),
    )


def _urlkeys(url: str, match_type: str) -> tuple[UrlkeyRange, bool]:
    """Return the range of urlkeys, and whether the range is a single urlkey.

    Wildcards in the address are only used if there is no `matchType`.
    """
    if not url:
        raise BadQueryError("url parameter is required")
    if match_type not in ("exact", "prefix", "host", "domain"):
        match_type = "exact"
        if url.startswith("*."):
            match_type, url = "domain", url[2:]
        elif url.endswith("*"):
            match_type, url = "prefix", url[:-1]
    key = urlkey(url)
    if match_type == "exact":
        return one_urlkey(key), True
    if match_type == "prefix":
        return _prefix(url, key), False
    host, bracket, _ = key.partition(")")
    if not bracket:
        raise BadQueryError(f"matchType={match_type} needs an address with a host")
    # In the order of characters, `*` follows `)`, and `-` follows `,`. In a urlkey, `)` ends the host, and
    # `,`
    # is before the name of a subdomain.
    return UrlkeyRange(host + ")", host + ("*" if match_type == "host" else "-")), False


def _prefix(url: str, key: str) -> UrlkeyRange:
    """Return the range of all urlkeys that begin with a prefix.

    A slash at the end of the prefix counts, although a urlkey has none there.
    """
    if url.endswith("/") and not key.endswith("/"):
        key += "/"
    elif not url.endswith("/") and key.endswith("/"):
        key = key[:-1]
    if url.endswith("?") and "?" not in key:
        key += "?"
    if not urlsplit(url if "://" in url else f"//{url}").netloc:
        raise BadQueryError("a prefix needs an address with a host")
    return UrlkeyRange(key, key[:-1] + chr(ord(key[-1]) + 1))


def _sort(value: str, exact: bool) -> Literal["regular", "reverse", "closest"]:
    if value == "closest" and not exact:
        raise BadQueryError("sort=closest works with an exact url only")
    if value in ("reverse", "closest"):
        return value  # type: ignore[return-value] # mypy does not narrow a str to its literals
    return "regular"


def _closest(value: str) -> str:
    if not value:
        raise BadQueryError("sort=closest requires the parameter closest")
    return pad(_timestamp("closest", value))


def _resume(text: str, collapses: int, sort: str) -> ResumeKey | None:
    if not text:
        return None
    if sort == "closest":
        raise BadQueryError("sort=closest cannot be resumed")
    try:
        key = resume_key.decode(text)
    except ValueError as error:
        raise BadQueryError(
            f"resumeKey: {error}; send it as it was received, with the same other parameters"
        ) from error
    if len(key.collapsed) != collapses:
        raise BadQueryError("resumeKey: the key belongs to a query with another collapse")
    return key


def _many(parameters: Parameters, name: str) -> list[str]:
    values = [value for value in parameters.get(name, ()) if value]
    if len(values) > MAX_PARAMETERS:
        raise BadQueryError(f"at most {MAX_PARAMETERS} {name} parameters")
    return values


def _timestamp(name: str, value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,14}", value):
        raise BadQueryError(f"{name} must be 1 to 14 digits: yyyyMMddhhmmss")
    return value


def _number(name: str, value: str, *, negative: bool = False) -> int:
    if not re.fullmatch(r"-?[0-9]{1,15}" if negative else r"[0-9]{1,15}", value):
        raise BadQueryError(f"{name} must be a number")
    return int(value)


def _yes(value: str) -> bool:
    return value.lower() in ("true", "1", "yes", "on")
