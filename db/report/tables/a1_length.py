"""A1: how long policies are, and how hard to read."""

from collections.abc import Callable
from statistics import mean, median

from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import Cell, Panel, ReportTable
from db.report.tables.definitions import AMOS, text_of_period
from db.report.text_facts import LENGTH, MeasuredText

NEEDS = frozenset({LENGTH})
_WORDS: dict[str, Callable[[list[float]], float]] = {
    "words, median": median,
    "words, mean": mean,
    "words, 5th percentile": lambda values: percentile(values, 5),
    "words, 95th percentile": lambda values: percentile(values, 95),
}
_READABILITY = {"grade, median": "grade", "reading ease, median": "ease", "SMOG, median": "smog"}


def table(options: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    return ReportTable(
        "A1",
        "Length and readability",
        "policies",
        text_of_period(options)
        + "Words are runs of letters, digits and underscores, without markup and link targets. Percentiles"
        " are interpolated. The readability is that of texts of 100 words and more; its n is smaller.\n\n"
        "- Flesch-Kincaid grade = 0.39 words/sentences + 11.8 syllables/words - 15.59\n"
        "- reading ease = 206.835 - 1.015 words/sentences - 84.6 syllables/words\n"
        "- SMOG = 1.043 √(30 × words of three and more syllables / sentences) + 3.1291\n\n"
        "Grade and SMOG are for English. The reading ease is also that of Amstad for German, Fernández"
        " Huerta for Spanish, Kandel and Moles for French, Douma for Dutch, and Gulpease for Italian; other"
        " languages have none. A sentence ends at its"
        " sign or at the end of its paragraph, heading or list item. Syllables are counted by rules of our"
        " own.",
        f"{AMOS}; the formulas are those of Kincaid 1975, Flesch 1948, McLaughlin 1969, Amstad 1978,"
        " Fernández Huerta 1959, Kandel and Moles 1958, Douma 1960, Lucisano and Piemontese 1988",
        (
            Panel("Words of a policy", "words", tuple(_WORDS)),
            Panel("Grade and SMOG", "years of school", ("grade, median", "SMOG, median")),
            Panel("Reading ease", "points", ("reading ease, median",)),
        ),
        notes=(
            "The paper does not say how it counts sentences and syllables, so its grades can be compared in"
            " their course rather than in their height.",
        )
        if options.as_published
        else (),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    cells = []
    for group, period, texts in data.in_order(data.by_period()):
        lengths = [float(text.words) for text in texts]
        cells += [Cell(group, period, name, len(lengths), of(lengths)) for name, of in _WORDS.items()]
        for name, attribute in _READABILITY.items():
            values = _measured(texts, attribute)
            cells.append(Cell(group, period, name, len(values), median(values) if values else None))
    return table(data.options).with_cells(cells)


def percentile(values: list[float], rank: int) -> float:
    """Return a percentile of at least one value, interpolated between its neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * rank / 100
    below = ordered[int(place)]
    return below + (place - int(place)) * (ordered[min(int(place) + 1, len(ordered) - 1)] - below)


def _measured(texts: list[MeasuredText], attribute: str) -> list[float]:
    values = (getattr(text.readability, attribute) for text in texts if text.readability)
    return [value for value in values if value is not None]
