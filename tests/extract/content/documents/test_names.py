import pytest

from extract.content.documents.names import Kind, kind_of, names_document


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("## Privacy Policy", Kind.PRIVACY),
        ("**Privacy**:", Kind.PRIVACY),
        ("Quillfern Customer Privacy Notice", Kind.PRIVACY),
        ("Data Privacy Frameworks Policy (DPFs Policy)", Kind.MATTER),
        ("Datenschutzerklärung", Kind.PRIVACY),
        ("Polityka prywatności", Kind.PRIVACY),
        ("Personvernerklæring", Kind.PRIVACY),
        ("GDPR compliance", Kind.MATTER),
        ("Personal information we collect", Kind.MATTER),
        ("Updates to this privacy policy", Kind.MATTER),
        ("Terms of Use", Kind.OTHER),
        ("Website Terms and Conditions", Kind.OTHER),
        ("API Terms", Kind.OTHER),
        ("Workshop terms", Kind.OTHER),
        ("Returns Policy", Kind.OTHER),
        ("AGB", Kind.OTHER),
        ("Archived Privacy Policy (2016)", Kind.OTHER),
        ("Privacy Policy (no longer in effect)", Kind.OTHER),
        ("Privacy policy (until May 2018)", Kind.OTHER),
        ("Cookie Policy", Kind.ALSO_SECTION),
        ("Security Policy", Kind.ALSO_SECTION),
        ("Legal disclaimer", Kind.ALSO_SECTION),
        ("Impressum", Kind.ALSO_SECTION),
        ("Key terms", Kind.NONE),
        ("Definitions of terms", Kind.NONE),
        ("Changes to our Terms of Use", Kind.NONE),
        ("8\\. Privacy", Kind.NONE),
        ("3. Terms of use", Kind.NONE),
        ("IV. Cookie Policy", Kind.NONE),
        ("Section 4: Privacy Policy", Kind.NONE),
        ("How we use data", Kind.NONE),
        ("E-mail Policy", Kind.ALSO_SECTION),
        ("", Kind.NONE),
        ("Privacy Policy " * 20, Kind.NONE),
    ],
)
def test_the_kind_of_document_that_a_name_names(name, kind):
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("Privacy Policy", True),
        ("Terms of Use", True),
        ("Data Retention Notice", True),
        ("Data Privacy Frameworks Policy (DPFs Policy)", True),
        ("GDPR compliance", False),
        ("Personal information we collect", False),
        ("Contact", False),
    ],
)
def test_sections_about_privacy_are_not_documents(name, whole):
    assert names_document(name, kind_of(name)) is whole
