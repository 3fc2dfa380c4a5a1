"""A8: which share of policies has a text that another shop has too, and which share of sentences."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from db.processor_time import in_time
from db.report.cells import groups_of
from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import ALL, WHOLE, Cell, Panel, ReportTable, percent
from db.report.tables.definitions import AMOS, OURS, text_of_period
from db.report.templates.families import HALF_SHARED, NEAR_TEXTS, sharing
from db.report.templates.groups import ComparedText
from db.report.templates.holders import SentenceCounts
from db.report.text_facts import SIMHASH, TEMPLATES

NEEDS = frozenset({TEMPLATES, SIMHASH})
_HALF = "half of the sentences"
_KINDS = "exact", "masked", "near", _HALF
_ORIGIN = "sentences first seen elsewhere"
_MOST_FAMILIES, _MOST_DOMAINS = 10, 12  # that a note names


def table(options: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    return ReportTable(
        "A8",
        "Templates",
        f"policies; for *{_ORIGIN}*, the sentences of policies",
        text_of_period(options)
        + "The share of policies whose text in the period stands at another domain too. *Exact*: the same"
        " wording. *Masked*: the same sentences after the shop's names, names of firms, addresses and"
        " numbers are replaced. *Near*: the 64-bit simhashes of the texts differ in at most 3 bits."
        " *Half of the sentences*: the two masked texts share at least half of the sentences of the longer"
        " one; sentences of fewer than five words, such as headings, are left out."
        " Of a period, only the texts of the period are compared. Of the whole time, a policy counts if one"
        " of its texts is like a text that another domain ever had."
        f" *{_ORIGIN}*: of all sentences of five words and more of all policies, the share that another"
        " domain showed earlier. `low`: it showed them before the last capture here without them; `high`:"
        " it can have had them earlier.",
        f"{AMOS}: the idea of near texts; {OURS}: masking, sentences, bounds",
        (Panel("Policies whose text stands at another domain", "%", _KINDS),),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    by_period: dict[tuple[str, int], list[ComparedText]] = defaultdict(list)
    ever: dict[str, list[ComparedText]] = defaultdict(list)
    for history, own in in_time(zip(data.histories, data.periods, strict=True)):
        texts = data.templates.texts.get(history.policy_id, {})
        for group in groups_of(history):
            ever[group] += texts.values()
            for period in own:
                by_period[group, period.number].append(texts[period.text_id])
    cells = [
        cell for group, period, shown in data.in_order(by_period) for cell in _shares(group, period, shown)
    ]
    for group, every in sorted(ever.items()):
        cells += [*_shares(group, WHOLE, every), _origin(data, group)]
    return table(data.options).with_cells(cells, *_notes(data, ever[ALL]))


def _shares(group: str, period: str, texts: Sequence[ComparedText]) -> Iterator[Cell]:
    """Yield for each kind of likeness the share of policies with a text like that of another policy."""
    owners = [text.policy_id for text in texts]
    every = len(set(owners))
    for kind, own in (
        ("exact", _with_same(owners, [text.exact for text in texts])),
        ("masked", _with_same(owners, [text.masked.text for text in texts])),
        ("near", sharing(owners, [text.simhash for text in texts], NEAR_TEXTS)),
        (_HALF, sharing(owners, [text.masked for text in texts], HALF_SHARED)),
    ):
        yield Cell(group, period, kind, every, percent(len(own), every))


def _with_same(owners: Sequence[int], numbers: Sequence[int]) -> set[int]:
    """Return the owners with a number that another owner has too."""
    found: dict[int, set[int]] = defaultdict(set)
    for owner, number in zip(owners, numbers, strict=True):
        found[number].add(owner)
    return {owner for own in found.values() if len(own) > 1 for owner in own}


def _origin(data: ReportData, group: str) -> Cell:
    counts = SentenceCounts()
    for history in data.histories:
        if group in groups_of(history):
            counts.add(data.templates.origins.get(history.policy_id, SentenceCounts()))
    low, value, high = (
        percent(part, counts.every) for part in (counts.certain, counts.seen, counts.possible)
    )
    return Cell(group, WHOLE, _ORIGIN, counts.every, value, low, high)


def _notes(data: ReportData, texts: Sequence[ComparedText]) -> list[str]:
    """Return a note about the largest families: chains, in which each shop is like at least one other."""
    domains = {history.policy_id: history.domain for history in data.histories}
    families: dict[int, set[str]] = defaultdict(set)
    for text in texts:
        families[text.family].add(domains[text.policy_id])
    named = sorted((sorted(own) for own in families.values() if len(own) > 1), key=_order)
    lines = []
    for own in named[:_MOST_FAMILIES]:
        more = f" and {len(own) - _MOST_DOMAINS} more" if len(own) > _MOST_DOMAINS else ""
        lines.append(", ".join(f"`{domain}`" for domain in own[:_MOST_DOMAINS]) + more)
    return (
        [f"Families, in which each shop shared half of its sentences with another one: {'; '.join(lines)}."]
        if lines
        else []
    )


def _order(domains: list[str]) -> tuple[int, list[str]]:
    return -len(domains), domains
