"""Which rules make findings: those that recognise claims, and those that compare the claims of two texts."""

from functools import cache
from importlib import resources

from extract import claims


@cache
def rules_of_findings() -> str:
    """Return the version of all that findings follow from, as `readings.rules` has it.

    It is the version of the rules of claims, and a hash of the lists and the code in `db.findings`.
    """
    return f"{claims.version()}-{claims.digest_of(resources.files('db.findings'))[:6]}"
