"""What a run knows of the Parquet files of a result, so that the next one need not open each of them.

A result can have a hundred thousand files. At its end, a run writes their keys and summaries into one file,
with their sizes and moments of change as the folder lists them. The next run opens only files that are not
listed as they were.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, Self

from crawler.bulk.storage.store import READERS, FileState, Store

NAME = "files.json"


class Summaries(Protocol):
    """Knows the keys and summaries of Parquet files."""

    def summary(self, name: str, key: str) -> Any:
        """Return the summary of a file; None if it is missing, damaged, or has another key."""

    def has(self, name: str) -> bool:
        """Return whether a file is there."""


class KnownFiles:
    """The files in some folders of a result, with what the last run knew of them.

    `listed` are the files as the folders list them now, `known` the keys and summaries of files with their
    states at the end of the last run. `noted` has what this run uses.
    """

    def __init__(
        self,
        store: Store,
        listed: Mapping[str, FileState],
        known: Mapping[str, tuple[FileState, str, Any]],
    ) -> None:
        self._store, self._listed, self._known = store, listed, known
        self.noted: dict[str, tuple[str, Any]] = {}

    @classmethod
    def of(cls, store: Store, folders: Iterable[str]) -> Self:
        """Return the files in some folders. What the last run wrote can be missing or damaged."""
        return cls(store, _listed(store, folders), _known(store.json(NAME)))

    def summary(self, name: str, key: str) -> Any:
        """Return the summary of a file; None if it is missing, damaged, or has another key."""
        if name not in self._listed:
            return None
        state, known_key, summary = self._known.get(name, (None, "", None))
        if not self._listed[name].is_unchanged(state):
            known_key, summary = self._store.key_and_summary(name)
        return summary if known_key == key else None

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        return name in self._listed

    def note(self, name: str, key: str, summary: Any) -> None:
        """Note the key and summary of a file, for the next run."""
        self.noted[name] = key, summary

    def write(self, store: Store, folders: Iterable[str]) -> None:
        """Write what was noted, with the present states of the files.

        A task of a run that was killed can have written a file meanwhile. So each file that changed since the
        begin is opened after it was listed, and left out if its key is not the one that was noted.
        """
        listed = _listed(store, folders)
        changed = [
            name
            for name in self.noted
            if name in listed and not listed[name].is_unchanged(self._listed.get(name))
        ]
        with ThreadPoolExecutor(READERS) as readers:
            found = dict(zip(changed, readers.map(store.key_and_summary, changed), strict=True))
        files = {
            name: [*listed[name], key, summary]
            for name, (key, summary) in self.noted.items()
            if name in listed and found.get(name, (key,))[0] == key
        }
        content = {"sha256": _hash_of(files), "files": files}
        store.put(NAME, lambda stream: stream.write(json.dumps(content).encode()))


def _listed(store: Store, folders: Iterable[str]) -> dict[str, FileState]:
    return {name: state for folder in folders for name, state in store.files(folder).items()}


def _known(found: Any) -> dict[str, tuple[FileState, str, Any]]:
    """Return what the last run wrote; {} for anything else, also if one character of it is another."""
    files = found.get("files") if isinstance(found, dict) else None
    if not isinstance(files, dict) or found.get("sha256") != _hash_of(files):
        return {}
    return {
        name: (FileState(size, changed), key, summary)
        for name, (size, changed, key, summary) in files.items()
    }


def _hash_of(files: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
