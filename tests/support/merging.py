"""Merges with the histories that follow, in one process."""

from sqlite_utils import Database

from db import merge as merging
from db.database import transaction
from db.history import underived, versions
from db.merge.source_file import SourceArchive
from extract.html.source_text import source_text


def merge_and_derive(into: Database, other: SourceArchive, extractor: str = "1") -> merging.Merged:
    """Merge an archive file into another one, and derive the histories that it changed."""
    merged = merging.merge(into, other, extractor)
    for policy_id in sorted(merged.policies):
        versions.refresh(into, policy_id, source_text)
        with transaction(into):
            underived.drop(into, policy_id)
    return merged
