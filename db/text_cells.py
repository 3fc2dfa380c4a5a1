"""Text in the cells of a spreadsheet."""

import re

# A spreadsheet reads text that starts like this as a formula; the signs also exist in full width (OWASP,
# "CSV Injection").
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def safe(value: object) -> object:
    """Return a value that a spreadsheet does not read as a formula.

    Text that starts like a formula gets an apostrophe before it. Numbers stay numbers.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
