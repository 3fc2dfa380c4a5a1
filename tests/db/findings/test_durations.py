import pytest

from db.findings.durations import months


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("thirteen months", 13),
        ("two (2) years", 24),
        ("a 30-day period", 1),
        ("for 2 years, then 60 days", 24),
        ("forever", None),
        ("", None),
        ("for 30 days or one year", 12),
        ("nach sechs Monaten gelöscht", 6),
        ("zehn Jahre", 120),
        ("für einen Monat", 1),
        ("pendant treize (13) mois", 13),
        ("trois ans à compter de l’achat", 36),
        ("vingt-cinq mois", 25),
        ("2 années", 24),
        ("until it is no longer needed", None),
    ],
)
def test_the_longest_duration_of_a_quote(quote: str, expected: float | None):
    assert months(quote) == expected
