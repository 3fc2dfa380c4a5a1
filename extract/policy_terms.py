"""The words by which a privacy policy is known, in the languages that shops of the lists publish in."""

from __future__ import annotations

import re

# Stems, each a thing that policies speak of and menus, product pages and terms of sale mostly do not, by first letter:
# so at each word only those are tried that can match. English; French; German; Spanish, Portuguese; Italian; Dutch.
_STEMS = (
    r"a(?:ggregated? (?:data|info\w*)|ccount (?:data|info\w*)|ffiliates?\b|uskunft)",
    r"c(?:ollect(?:s|ed|ing|ion of)?\b|ookies?\b|onsent\w*|onfidential\w*|ustomer (?:data|info\w*)|ontact (?:data"
    r"|info\w*)|cpa\b|oppa\b|hildren under|nil\b|onfidentialit[ée])",
    r"d(?:ritte(?:n|r)?\b|iritti\b|erechos\b|isclos\w+|ata (?:protection|controller|processor|subject\w*|transfer\w*)"
    r"|onn[ée]es|estinataires?"
    r"|atenschutz\w*|aten\b|sgvo|atos\b|ados\b|ati personali)",
    r"e(?:-?mail address\w*|ncrypt\w*|inwilligung\w*)",
    r"g(?:dpr\b|egevens\b)",
    r"i(?:p address\w*|dentifiable info\w*|nformativa\b)",
    r"mailing lists?",
    r"opt(?:ing)?[- ](?:out|in)\b",
    r"p(?:rivacy|ersonal(?:ly)? (?:data|info\w*|identif\w*|details)|rocess(?:es|ing)? (?:of )?(?:your|personal)"
    r"|ersonenbezogen\w*|rivacidad\w*|ersoonsgegevens)",
    r"r(?:etain|etention|gpd\b|iservatezza)",
    r"s(?:hare(?:s|d)? (?:your|this|the|personal|information|with)|afeguard\w*|sl\b|ubsidiar\w+|ervice providers?"
    r"|ous-traitants?)",
    r"t(?:iers\b|erze parti|erceros\b|hird[- ]part\w+|raitement\w*|ratamiento|ratamento|rattamento|itolare|oestemming)",
    r"u(?:nsubscribe|ser (?:data|info\w*)|nder (?:the age of )?1[3-8]\b)",
    r"v(?:isitor (?:data|info\w*)|ie priv[ée]e|erarbeit\w+|erwerk\w+)",
    r"w(?:eb beacons?|eitergabe|eitergegeben)",
    r"(?:recueill\w+|conserv(?:er|ons|ées?|ation)\b|caract[èe]re personnel|finalit[ée]s?\b|rectification|effacement)",
    r"(?:speicher\w+|l[öo]schung|berichtigung|zweck(?:e|en)?\b|rechtsgrundlage|finalidad\w*|rectificaci[óo]n"
    r"|cesi[óo]n|finalit[àa])",
    r"your (?:data|info\w*)",
)
_TERMS = re.compile(rf"\b(?:{'|'.join(_STEMS)})")

# What a privacy policy is called: in titles, headings and the last part of addresses.
NAME = re.compile(
    r"privacy|confidentialit|vie[ -]?priv[ée]e|donn[ée]es[ -](?:personnelles|[àa] caract)|datenschutz|privacidad"
    r"|datos personales|riservatezza"
    r"|dati personali|persoonsgegevens|data[ -](?:protection|policy)|personal[ -](?:data|information)|protection des donn[ée]es"
    r"|integritetspolicy|personvern|tietosuoja|privatlivspolitik|gizlilik|prywatno|конфиденциальн|персональн|プライバシー|隐私|隱私|개인정보",
    re.I,
)


def terms(text: str) -> tuple[str, ...]:
    """Return the words of privacy policies that a text has, in lower case, repeated ones each time."""
    return tuple(_TERMS.findall(text.lower()))
