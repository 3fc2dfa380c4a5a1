"""The version of the rules."""

import re
from pathlib import Path

from extract.claims.version import digest_of, version


def test_a_version_is_a_hash() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", version())


def test_rules_and_code_make_another_version_and_other_files_do_not(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "find.py").write_text("rule = 1")
    (tmp_path / "en" / "sale.toml").write_text("")
    versions = [digest_of(tmp_path)]
    for name, words in (("find.py", "rule = 2"), ("en/sale.toml", "x = 1"), ("en/law.toml", "")):
        (tmp_path / name).write_text(words)
        versions.append(digest_of(tmp_path))
    (tmp_path / "en" / "sale.pyc").write_text("compiled")
    assert len(set(versions)) == 4
    assert digest_of(tmp_path) == versions[-1]
