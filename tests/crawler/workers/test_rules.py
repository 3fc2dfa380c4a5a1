"""The version of the rules that make findings."""

import re
from importlib import resources

import pytest

from crawler.workers.rules import rules_of_findings
from extract import claims


def test_a_version_names_the_rules_of_claims_and_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    of_now = rules_of_findings()
    assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]{6}", of_now) and of_now.startswith(claims.version())
    monkeypatch.setattr(claims, "digest_of", lambda folder: f"{folder}"[::-1])
    rules_of_findings.cache_clear()
    assert rules_of_findings().endswith(f"{resources.files('db.findings')}"[::-1][:6])
    rules_of_findings.cache_clear()
