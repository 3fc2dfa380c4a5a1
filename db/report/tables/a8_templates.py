"""A8: which share of policies has a text that another shop has too, and which share of sentences."""

from collections import Counter, defaultdict

from db.report.cells import groups_of
from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import ALL, WHOLE, Cell, Panel, ReportTable, percent
from db.report.tables.definitions import AMOS, OURS, text_of_period
from db.report.text_facts import SIMHASH, TEMPLATES

NEEDS = frozenset({TEMPLATES, SIMHASH})
_KINDS = {"exact": "exact", "masked": "masked", "near": "near", "half of the sentences": "family"}
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
        " Of the whole time, a policy counts if one of its texts ever stood at another domain."
        f" *{_ORIGIN}*: of all sentences of five words and more of all policies, the share that another"
        " domain showed earlier. `low`: it showed them before the last capture here without them; `high`:"
        " it can have had them earlier.",
        f"{AMOS}: the idea of near texts; {OURS}: masking, sentences, bounds",
        (Panel("Policies whose text stands at another domain", "%", tuple(_KINDS)),),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    found: dict[tuple[str, int], dict[str, dict[int, set[int]]]] = defaultdict(
        lambda: {kind: defaultdict(set) for kind in _KINDS}
    )
    for history, own in zip(data.histories, data.periods, strict=True):
        for period in own:
            groups = data.templates.groups[history.policy_id, period.text_id]
            for group in groups_of(history):
                for kind, attribute in _KINDS.items():
                    found[group, period.number][kind][getattr(groups, attribute)].add(history.policy_id)
    cells = [
        _share(group, period, kind, by_kind[kind])
        for group, period, by_kind in data.in_order(found)
        for kind in _KINDS
    ]
    ever = _of_whole_time(data)
    for group, by_kind in sorted(ever.items()):
        cells += [_share(group, WHOLE, kind, by_kind[kind]) for kind in _KINDS]
        cells.append(_origin(data, group))
    notes = _notes(data, ever[ALL][next(reversed(_KINDS))]) if ever else []
    return table(data.options).with_cells(cells, *notes)


_ByGroup = dict[int, set[int]]  # number of a group of texts -> policies


def _of_whole_time(data: ReportData) -> dict[str, dict[str, _ByGroup]]:
    found: dict[str, dict[str, _ByGroup]] = {}
    for history in data.histories:
        for group in groups_of(history):
            kinds = found.setdefault(group, {kind: defaultdict(set) for kind in _KINDS})
            for text_id in {text_id for _, text_id in history.seen}:
                groups = data.templates.groups[history.policy_id, text_id]
                for kind, attribute in _KINDS.items():
                    kinds[kind][getattr(groups, attribute)].add(history.policy_id)
    return found


def _share(group: str, period: str, kind: str, policies: _ByGroup) -> Cell:
    every = set().union(*policies.values())
    shared = set().union(*(own for own in policies.values() if len(own) > 1))
    return Cell(group, period, kind, len(every), percent(len(shared), len(every)))


def _origin(data: ReportData, group: str) -> Cell:
    counts: Counter[str] = Counter()
    for history in data.histories:
        if group in groups_of(history):
            counts += data.templates.origins[history.policy_id]
    low, value, high = (percent(counts[name], counts["all"]) for name in ("certain", "seen", "possible"))
    return Cell(group, WHOLE, _ORIGIN, counts["all"], value, low, high)


def _notes(data: ReportData, families: _ByGroup) -> list[str]:
    """Return a note about the largest families of texts."""
    domains = {history.policy_id: history.domain for history in data.histories}
    named = sorted(
        (sorted(domains[one] for one in own) for own in families.values() if len(own) > 1), key=_order
    )
    lines = []
    for own in named[:_MOST_FAMILIES]:
        more = f" and {len(own) - _MOST_DOMAINS} more" if len(own) > _MOST_DOMAINS else ""
        lines.append(", ".join(f"`{domain}`" for domain in own[:_MOST_DOMAINS]) + more)
    return [f"Shops that share half of their sentences: {'; '.join(lines)}."] if lines else []


def _order(domains: list[str]) -> tuple[int, list[str]]:
    return -len(domains), domains
