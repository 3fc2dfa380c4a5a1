"""Row ids that are computed from the content.

So `rebuild` stores the same rows with the same ids on every machine. The reasons are in
docs/decisions/0002-computed-ids.md.
"""

# versions.id, changes.id and variants.id are policy_id * IDS_PER_POLICY + number.
IDS_PER_POLICY = 1_000_000


def text_id(sha256: str) -> int:
    """Return the id of a text: the first 52 bits of its hash.

    `sha256` is the hash in hexadecimal digits. JavaScript can read integers of up to 53 bits.
    """
    return int(sha256[:13], 16)
