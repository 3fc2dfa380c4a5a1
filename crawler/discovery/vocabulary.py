"""The words for privacy, and for what is no privacy policy, in the texts and addresses of links."""

from __future__ import annotations

import re

ADDRESS_TOKENS = ("privac", "datenschutz", "confidentialite")
"""Parts of addresses, in lower case, that name a privacy policy."""

_NAMED = re.compile(r"privacy|datenschutz|confidentialit", re.I)


def names_privacy(text: str) -> bool:
    """Whether the text of a link names a privacy policy."""
    return bool(_NAMED.search(text))


def index_patterns() -> tuple[str, ...]:
    """Regular expressions for `filter=urlkey:…` of a CDX query that together find every address with a token."""
    return tuple(f".*{token}.*" for token in ADDRESS_TOKENS)
