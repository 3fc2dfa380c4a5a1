"""The links of a captured page: where they lead, what they say, and where on the page they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extract import charset, compression, page
from extract.addresses import address
from extract.tags import text_of


@dataclass(frozen=True)
class Link:
    """A link: its absolute http(s) address without fragment's white space, its text, and its place: footer, menu or body."""

    url: str
    text: str
    place: str


@dataclass(frozen=True)
class Links:
    """The links of a page in the order of the page, and the addresses that it names for itself ("" for none)."""

    links: tuple[Link, ...]
    canonical: str
    refresh: str
    language: str | None


NONE = Links((), "", "", None)
"""What a page without links has."""


def links_of(body: bytes, *, url: str, content_type: str | None = None, headers: Mapping[str, str] | None = None) -> Links:
    """Return the links of a page. Never raises: bytes that are no page have none."""
    try:
        body = compression.unpack(body, (headers or {}).get("content-encoding"))
        source, _ = charset.decode(body, content_type or (headers or {}).get("content-type"))
        parsed = page.parse(source, url)
        found = [
            Link(target, text_of(element), "body")
            for element in parsed.root.iter("a", "area")
            if (target := address(parsed.base, element.get("href"))).startswith(("http://", "https://"))
        ]
        return Links(tuple(found), "", parsed.refresh, parsed.language or None)
    except Exception:  # a skeleton's
        return NONE
