"""The language of a text."""

from __future__ import annotations


def language(text: str, declared: str = "") -> str | None:
    """Return the two-letter code of a text's language, None where it cannot be told."""
    code = declared.split("-")[0].split("_")[0].lower()
    return code if len(code) == 2 and code.isalpha() and text else None
