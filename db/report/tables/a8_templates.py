"""A8: which share of policies has a text that another shop has too, and which share of sentences."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from db.processor_time import in_time
from db.report.cells import groups_of
from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import ALL, WHOLE, Cell, Panel, ReportTable, percent
from db.report.tables.definitions import AMOS, OURS, text_of_period
from db.report.templates.families import share_half
from db.report.text_facts import SIMHASH, TEMPLATES
from db.report.texts.simhash import NEAR, differing_bits

NEEDS = frozenset({TEMPLATES, SIMHASH})
_NEAR, _HALF = "near", "half of the sentences"
_KINDS = {"exact": "exact", "masked": "masked", _NEAR: "near", _HALF: "family"}
_ORIGIN = "sentences first seen elsewhere"
_MOST_FAMILIES, _MOST_DOMAINS = 10, 12  # that a note names


def table(options: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    return ReportTable(
        "A8",
        "Templates",
        "policies; sentences of policies in the last row of the whole time",
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
        (Panel("Policies whose text stands at another domain", "%", tuple(_KINDS)),),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    found: dict[tuple[str, int], dict[str, _ByGroup]] = defaultdict(_no_texts)
    for history, own in zip(data.histories, data.periods, strict=True):
        for period in own:
            key = history.policy_id, period.text_id
            groups = data.templates.groups[key]
            for group in groups_of(history):
                for kind, attribute in _KINDS.items():
                    found[group, period.number][kind][getattr(groups, attribute)].add(key)
    cells = [
        _share(data, group, period, kind, by_kind[kind])
        for group, period, by_kind in data.in_order(found)
        for kind in _KINDS
    ]
    ever = _of_whole_time(data)
    for group, by_kind in sorted(ever.items()):
        cells += [_share(data, group, WHOLE, kind, by_kind[kind]) for kind in _KINDS]
        cells.append(_origin(data, group))
    notes = _notes(data, ever[ALL][_HALF]) if ever else []
    return table(data.options).with_cells(cells, *notes)


_Key = tuple[int, int]  # policy id, text id
_ByGroup = dict[int, set[_Key]]  # number of a group of texts -> its texts


def _no_texts() -> dict[str, _ByGroup]:
    return {kind: defaultdict(set) for kind in _KINDS}


def _of_whole_time(data: ReportData) -> dict[str, dict[str, _ByGroup]]:
    found: dict[str, dict[str, _ByGroup]] = {}
    for history in data.histories:
        for group in groups_of(history):
            kinds = found.setdefault(group, _no_texts())
            for text_id in {text_id for _, text_id in history.seen}:
                key = history.policy_id, text_id
                groups = data.templates.groups[key]
                for kind, attribute in _KINDS.items():
                    kinds[kind][getattr(groups, attribute)].add(key)
    return found


def _share(data: ReportData, group: str, period: str, kind: str, texts: _ByGroup) -> Cell:
    every = {policy_id for own in texts.values() for policy_id, _ in own}
    alike = partial(_are_alike, data, kind)
    shared = set[int]().union(*(_sharing(sorted(own), alike) for own in texts.values() if len(own) > 1))
    return Cell(group, period, kind, len(every), percent(len(shared), len(every)))


def _sharing(texts: Sequence[_Key], are_alike: Callable[[_Key, _Key], bool]) -> set[int]:
    """Return the policies with a text that is like a text of another policy."""
    found: set[int] = set()
    for text in in_time(texts):
        if text[0] not in found:
            others = (other for other in texts if other[0] != text[0])
            like = next((other for other in others if are_alike(text, other)), None)
            found |= {text[0], like[0]} if like else set()
    return found


def _are_alike(data: ReportData, kind: str, one: _Key, other: _Key) -> bool:
    """Return whether two texts of a group are like each other, not only connected by others."""
    if kind == _NEAR:
        return differing_bits(data.facts[one[1]].simhash, data.facts[other[1]].simhash) <= NEAR
    if kind == _HALF:
        return share_half(*(data.facts[text].masked[policy].sentences for policy, text in (one, other)))
    return True  # they have the same words


def _origin(data: ReportData, group: str) -> Cell:
    counts: Counter[str] = Counter()
    for history in data.histories:
        if group in groups_of(history):
            counts += data.templates.origins[history.policy_id]
    low, value, high = (percent(counts[name], counts["all"]) for name in ("certain", "seen", "possible"))
    return Cell(group, WHOLE, _ORIGIN, counts["all"], value, low, high)


def _notes(data: ReportData, families: _ByGroup) -> list[str]:
    """Return a note about the largest families: chains, in which each shop is like at least one other."""
    domains = {history.policy_id: history.domain for history in data.histories}
    policies = [{policy_id for policy_id, _ in own} for own in families.values()]
    named = sorted((sorted(domains[one] for one in own) for own in policies if len(own) > 1), key=_order)
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
