import pytest

from extract.claims.rules import LANGUAGES, Rule, Rules, rules

EVERY = [(language, rule) for language in LANGUAGES for rule in rules(language).rules]


def states(rule: Rule, sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in rule.any) and not any(
        pattern.search(sentence) for pattern in rule.none
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [pytest.param(rule, text, id=f"{rule.name}: {text}") for _, rule in EVERY for text in rule.match],
)
def test_a_rule_matches_its_sentences(rule: Rule, sentence: str):
    assert states(rule, sentence)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [pytest.param(rule, text, id=f"{rule.name}: {text}") for _, rule in EVERY for text in rule.no_match],
)
def test_a_rule_does_not_match_other_sentences(rule: Rule, sentence: str):
    assert not states(rule, sentence)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{rule.kind}/{rule.name}") for _, rule in EVERY])
def test_each_rule_has_sentences_of_both_sorts(rule: Rule):
    assert rule.match
    assert rule.no_match


def test_names_are_unique_and_kinds_known():
    for language in LANGUAGES:
        names = [(rule.kind, rule.name) for rule in rules(language).rules]
        assert len(names) == len(set(names))
        assert {kind for kind, _ in names} <= rules(language).order.keys()


def test_a_language_without_files_has_no_rules():
    assert Rules("xx").rules == []


@pytest.mark.parametrize(
    ("kind", "other", "expected"),
    [("choice", "sharing", True), ("sharing", "choice", False), ("date", "contact", True)],
)
def test_some_kinds_silence_others(kind: str, other: str, expected: bool):
    assert rules("en").silences(kind, other) is expected


@pytest.mark.parametrize(
    ("kind", "sentence", "mark", "expected"),
    [
        ("purpose", "We use data.", "", True),
        ("purpose", "How we use data", "##", False),
        ("law", "California residents", "##", True),
        ("tracking", "To learn more about cookies, see our help.", "", False),
        ("entity", "This policy describes how we handle data.", "", True),
        ("sharing", "This policy describes how we share data.", "", False),
    ],
)
def test_headings_pointers_and_descriptions_state_little(kind: str, sentence: str, mark: str, expected: bool):
    assert rules("en").may_state(kind, sentence, mark) is expected
