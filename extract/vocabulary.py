"""The words by which a privacy policy is known, in the languages that shops of the lists publish in."""

from __future__ import annotations

import re

# Stems, each a thing that policies speak of and menus, product pages and terms of sale mostly do not. Order matters only
# for speed. English; French; German; Spanish, Portuguese; Italian; Dutch.
_STEMS = (
    r"privacy|personal(?:ly)? (?:data|info\w*|identif\w*|details)|(?:your|customer|visitor|user|account|contact|identifiable|aggregate) (?:data|info\w*)"
    r"|collect(?:s|ed|ing|ion of)?\b|disclos\w+|third[- ]part\w+|cookies?\b|web beacons?|opt(?:ing)?[- ](?:out|in)|unsubscribe|consent\w*"
    r"|data (?:protection|controller|processor|subject\w*|transfer\w*)|process(?:es|ing)? (?:of )?(?:your|personal)|gdpr|ccpa|coppa"
    r"|e-?mail address\w*|ip address\w*|confidential\w*|retain|retention|safeguard\w*|encrypt\w*|ssl\b|mailing lists?|subsidiar\w+"
    r"|share(?:s|d)? (?:your|this|the|personal|information|with)|service providers?|children under|under (?:the age of )?1[3-8]|affiliates?"
    r"|vie priv[ée]e|donn[ée]es|confidentialit[ée]|traitement\w*|consentement|sous-traitants?|destinataires?|cnil|rgpd"
    r"|datenschutz\w*|personenbezogen\w*|daten\b|verarbeit\w+|einwilligung\w*|dsgvo|auskunft"
    r"|privacidad\w*|datos|tratamiento|consentimiento|privacidade|dados|tratamento"
    r"|dati personali|trattamento|riservatezza|informativa|titolare"
    r"|persoonsgegevens|gegevens|verwerk\w+|toestemming"
)
TERMS = re.compile(rf"\b(?:{_STEMS})", re.I)

# What a privacy policy is called: in titles, headings and the last part of addresses.
NAME = re.compile(
    r"privacy|confidentialit|vie[ -]?priv[ée]e|donn[ée]es[ -](?:personnelles|[àa] caract)|datenschutz|privacidad|datos personales|riservatezza"
    r"|dati personali|persoonsgegevens|data[ -](?:protection|policy)|personal[ -](?:data|information)|protection des donn[ée]es"
    r"|integritetspolicy|personvern|tietosuoja|privatlivspolitik|gizlilik|prywatno|конфиденциальн|персональн|プライバシー|隐私|隱私|개인정보",
    re.I,
)


def terms(text: str) -> int:
    """Return how many of the words of privacy policies a text has, repeated ones counted each time."""
    return len(TERMS.findall(text))
