"""The memory of texts: by the name of an input, and of few characters."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from crawler.workers import extractor
from crawler.workers.extractor import Extractor
from crawler.workers.processes import Processes
from crawler.workers.undone import Undone
from db.store.texts import Text


class _Quiet:
    is_tight = False


def test_texts_are_remembered_by_name_and_not_too_many(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extractor, "_CHARACTERS", 10)
    asked: list[str] = []

    async def ask(inputs: Sequence[str]) -> list[Text]:
        asked.extend(inputs)
        return [Text("", "", one[:1] * 4, None, 0, 0.0, "", "policy", "", None) for one in inputs]

    made = Extractor[str](cast(Processes, _Quiet()), ask, Undone(), lambda error: None, lambda one: one[0])
    for inputs in (["a1"], ["a2", "b"], ["a3"], ["c"], ["b", "a4"]):
        found = asyncio.run(made.texts(inputs))
        assert {one: text.markdown[0] for one, text in found.items()} == {one: one[0] for one in inputs}
    assert asked == ["a1", "b", "c", "a4"]
