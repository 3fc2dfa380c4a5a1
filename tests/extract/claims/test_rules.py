import re

import pytest

from extract.claims.rules import Rule, RuleError, Rules, _rule, languages, rules

EVERY = [(language, rule) for language in languages() for rule in rules(language).rules]


def states(rule: Rule, sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in rule.any) and not any(
        pattern.search(sentence) for pattern in rule.none
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        pytest.param(rule, text, id=f"{language}/{rule.kind}, {rule.name}: {text}")
        for language, rule in EVERY
        for text in rule.match
    ],
)
def test_a_rule_matches_its_sentences(rule: Rule, sentence: str):
    assert states(rule, sentence)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        pytest.param(rule, text, id=f"{language}/{rule.kind}, {rule.name}: {text}")
        for language, rule in EVERY
        for text in rule.no_match
    ],
)
def test_a_rule_does_not_match_other_sentences(rule: Rule, sentence: str):
    assert not states(rule, sentence)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{rule.kind}/{rule.name}") for _, rule in EVERY])
def test_each_rule_has_sentences_of_both_sorts(rule: Rule):
    assert rule.match
    assert rule.no_match


def test_names_are_unique_and_kinds_known():
    for language in languages():
        names = [(rule.kind, rule.name) for rule in rules(language).rules]
        assert len(names) == len(set(names))
        assert {kind for kind, _ in names} <= rules(language).order.keys()


REFERENCE = re.compile(
    r"(?:(?:GDPR|ePrivacy Directive) Art\. \d|CCPA 1798\.|COPPA 16 CFR|CalOPPA 2257|\d+ U\.S\.C\.|dpv:[A-Z])"
)


def test_references_name_a_law_or_a_term_of_the_data_privacy_vocabulary():
    assert [
        rule.reference for _, rule in EVERY if rule.reference and not REFERENCE.match(rule.reference)
    ] == []


@pytest.mark.parametrize("language", languages())
def test_most_kinds_have_a_rule_with_a_reference(language: str):
    every = {rule.kind for rule in rules(language).rules}
    with_reference = {rule.kind for rule in rules(language).rules if rule.reference}
    assert every - with_reference <= {"date", "disputes"}


def test_a_language_without_files_has_no_rules():
    assert Rules("xx").rules == []


@pytest.mark.parametrize(
    ("kind", "other", "expected"),
    [("choice", "sharing", True), ("sharing", "choice", False), ("date", "contact", True)],
)
def test_some_kinds_silence_others(kind: str, other: str, expected: bool):
    assert rules("en").silences(kind, other) is expected


@pytest.mark.parametrize(
    ("kind", "sentence", "is_heading", "expected"),
    [
        ("purpose", "We use data.", False, True),
        ("purpose", "How we use data", True, False),
        ("law", "California residents", True, True),
        ("tracking", "To learn more about cookies, see our help.", False, False),
        ("entity", "This policy describes how we handle data.", False, True),
        ("sharing", "This policy describes how we share data.", False, False),
    ],
)
def test_headings_pointers_and_descriptions_state_little(
    kind: str, sentence: str, is_heading: bool, expected: bool
):
    known = rules("en")
    found = known.kinds_of(known.sift(sentence), is_heading=is_heading)
    assert (kind in found) is expected


@pytest.mark.parametrize("language", languages())
def test_a_rule_is_a_candidate_for_its_own_sentences(language: str):
    known = rules(language)
    for rule in known.rules:
        assert all(rule in known.candidates(known.sift(text)) for text in rule.match)


def test_candidates_keep_the_order_of_the_rules():
    known = rules("en")
    found = list(known.candidates(known.sift("We share and sell your data, and keep them for 30 days.")))
    assert found == sorted(found, key=known.rules.index)
    assert len(found) > 1


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [("Our return policy is simple.", True), ("Our privacy policy is simple.", False), ("", False)],
)
def test_sentences_of_other_documents(sentence: str, expected: bool):
    known = rules("en")
    assert known.is_of_another_document(known.sift(sentence)) is expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"name": "a", "subject": "s"}, "xx/sale.toml, rule 'a': there is no 'any', neither"),
        ({"name": "a", "subject": "s", "any": ["{dta}"]}, "rule 'a': there is no 'dta', neither"),
        ({"name": "a", "subject": "s", "any": ["sell("]}, "'sell(' is no regular expression: missing )"),
        ({"subject": "s", "any": []}, "rule '': there is no 'name'"),
    ],
)
def test_an_entry_that_is_no_rule_says_what_is_wrong(entry: dict[str, object], expected: str):
    with pytest.raises(RuleError, match=re.escape(expected)):
        _rule("xx/sale.toml", "sale", entry, {})
