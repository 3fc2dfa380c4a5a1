"""The most characters of a name that comes from outside: of a retailer, an address, a web archive.

Names are written into lists, file names and requests. Without a bound, one name of a stranger's file can fill
the memory of every command that shows it.
"""

DOMAIN = 259  # 253 for a domain (RFC 1035, section 2.3.4, as text), and a port
RETAILER_NAME = 1_000  # the longest names of companies have some 200 characters
# What a user's list says about a retailer beside its name (sector, country). The name becomes a column.
ATTRIBUTES = 50  # of one retailer
ATTRIBUTE_NAME = 64
ATTRIBUTE_VALUE = 1_000
# Servers refuse longer ones: Apache and nginx allow 8 kB for a line of a request.
ADDRESS = 65_536
ARCHIVE = 1_000  # an address with a path, or the name of an imported file
MEDIA_TYPE = 1_000  # RFC 6838, section 4.2, allows 127 characters for each of the two names
DIGEST = 250  # SHA-512 in hexadecimal digits has 128, and the name of its kind

# The bound of each column, in tables and in facts. A urlkey can have each byte of an address as `%xx`.
BY_COLUMN = {
    "retailers": {"domain": DOMAIN, "name": RETAILER_NAME},
    "retailer_attributes": {"name": ATTRIBUTE_NAME, "value": ATTRIBUTE_VALUE, "noted_at": 20},
    "policies": {"kind": 40},
    "pages": {"url": ADDRESS, "urlkey": 12 * ADDRESS},
    "captures": {
        "archive": ARCHIVE,
        "timestamp": 20,
        "original": ADDRESS,
        "mimetype": MEDIA_TYPE,
        "digest": DIGEST,
        "replay_key": 20,
    },
    "coverage": {"archive": ARCHIVE, "listed_from": 20, "listed_to": 20},
}


def is_address(text: str) -> bool:
    """Return whether an address is short enough to be stored."""
    return len(text) <= ADDRESS
