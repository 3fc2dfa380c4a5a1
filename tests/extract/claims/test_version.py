"""The version of the rules."""

import re

from extract.claims.version import version


def test_a_version_is_a_number_and_a_hash() -> None:
    assert re.fullmatch(r"\d+-[0-9a-f]{12}", version())
    assert version() == version()
