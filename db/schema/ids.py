"""Row ids that are computed, not counted, so that a rebuild stores the same rows in the same bytes.

docs/decisions/0002-computed-ids.md has the reasons.
"""

# versions.id, changes.id and variants.id are policy_id * IDS_PER_POLICY + number.
IDS_PER_POLICY = 1_000_000


def text_id(sha256: str) -> int:
    """Return the id of a text: the first 52 bits of its hexadecimal hash.

    JavaScript reads integers of up to 53 bits.
    """
    return int(sha256[:13], 16)
