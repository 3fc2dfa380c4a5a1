"""The parts of a bulk result: a retailer is always in the same bucket."""

import hashlib

MOST = 4096
BODIES = "bodies"  # the folder of bodies, beside those of the tables


def bucket_of(domain: str, buckets: int) -> int:
    """Return the bucket of a retailer, from 0 to `buckets` - 1: SHA-256 of its domain, the first 8 bytes."""
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:8]) % buckets


def folder(table: str, bucket: int) -> str:
    """Return the folder of a bucket of a table: `versions/bucket=0007`."""
    return f"{table}/bucket={bucket:04d}"


def file(table: str, bucket: int) -> str:
    """Return the file of a bucket of a table: `versions/bucket=0007/part.parquet`."""
    return f"{folder(table, bucket)}/part.parquet"


def bodies_file(bucket: int) -> str:
    """Return the file with the bodies of a bucket: `bodies/bucket=0007/part.warc.gz`."""
    return f"{folder(BODIES, bucket)}/part.warc.gz"
