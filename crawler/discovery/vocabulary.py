"""The words for privacy, and for what is no privacy policy, in the texts and addresses of links.

Names of the document in the languages that shops publish in; whoever adds a language adds a line to `_SUBJECTS` and
`_DOCUMENTS`, and to `_TOKENS` how its addresses spell it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from urllib.parse import quote, unquote

from db.urlkey import urlkey

# What the document is about. Beginnings of words, in any spelling that `folded` makes equal.
_SUBJECTS = {
    "en": "privacy|data protection|personal (?:data|information) (?:polic|notice|statement|protection|charter)|protection of personal",
    "de": "datenschutz|privatsphäre",
    "fr": "confidentialité|vie privée|protection (?:des|de vos) données|données (?:personnelles|à caractère)",
    "es": "privacidad|protección de datos|datos personales",
    "pt": "privacidade|prote[cç]ção de dados|proteção de dados|dados pessoais",
    "it": "riservatezza|protezione dei dati|dati personali",
    "nl": "privacy|gegevensbescherming|persoonsgegevens",
    "sv": "integritet|personuppgift|dataskydd|sekretess",
    "da": "privatliv|persondata|databeskyttelse|personoplysning|fortrolighed",
    "no": "personvern|personopplysning",
    "fi": "tietosuoja|yksityisyy|rekisteriselost|henkilötieto",
    "pl": "prywatnoś|ochrona danych|ochrony danych|dane osobowe|danych osobowych",
    "cs": "osobních údajů|osobní údaje|ochrana soukromí|soukromí",
    "sk": "osobných údajov|osobné údaje|súkromi",
    "hu": "adatvédel|adatkezel|személyes adat",
    "ro": "confidențialitate|protecția datelor|date(?:lor)? (?:personale|cu caracter personal)",
    "tr": "gizlilik|kişisel veri|kvkk|veri koruma",
    "id": "privasi|data pribadi",
    "vi": "quyền riêng tư|bảo mật thông tin",
    "el": "απόρρητο|απορρήτου|προσωπικών δεδομένων|προσωπικά δεδομένα",
    "ru": "конфиденциальност|персональн\\w+ данн",
    "uk": "конфіденційн|персональн\\w+ дан",
    "bg": "поверителност|лични данни",
    "ja": "プライバシー|個人情報",
    "zh": "隐私|隱私|个人信息|個人資料",
    "ko": "개인정보|프라이버시",
    "he": "פרטיות",
    "ar": "الخصوصية",
    "th": "ความเป็นส่วนตัว",
}
# What kind of document: policy, notice, statement.
_DOCUMENTS = {
    "en": "polic(?:y|ies)|notices?|statement",
    "de": "\\w*erklärung(?:en)?|\\w*hinweise?|\\w*bestimmung(?:en)?|\\w*richtlinien?|\\w*information(?:en)?",
    "fr": "politique|charte|déclaration",
    "es": "política|aviso|declaración",
    "pt": "política|aviso|declaração",
    "it": "informativa|norme|politica",
    "nl": "\\w*verklaring|\\w*beleid|\\w*reglement|\\w*statement",
    "sv": "\\w*polic[yn]|\\w*meddelande",
    "da": "\\w*politik(?:ken)?|\\w*erklæring",
    "fi": "\\w*seloste|\\w*käytäntö|\\w*lauseke",
    "pl": "polityka",
    "cs": "zásady|prohlášení",
    "hu": "\\w*nyilatkozat|\\w*tájékoztató|szabályzat",
    "ro": "politica",
    "tr": "\\w*politika(?:sı)?|\\w*bildirimi|aydınlatma metni",
    "id": "kebijakan",
    "vi": "chính sách",
    "el": "πολιτική|δήλωση",
    "ru": "политика",
    "uk": "політика",
    "ja": "\\w*ポリシー|\\w*保護方針|\\w*取り?扱い\\w*",
    "zh": "\\w*政策|\\w*声明|\\w*聲明|\\w*权政策",
    "ko": "\\w*처리방침|\\w*취급방침|\\w*보호정책|\\w*정책",
    "he": "מדיניות",
    "ar": "سياسة",
    "th": "นโยบาย\\w*",
}
# How addresses spell it, after `urlkey`: lower case. Cut before the first accent; `.?` is a hyphen, an underscore, a plus or none.
_TOKENS = (
    "privac",  # English, Dutch and Italian privacy, Spanish privacidad, Portuguese privacidade
    "datenschutz",
    "confidentialit",  # French, Romanian
    "data.?protection",
    "vie.?priv",
    "donnees.?personnelles",
    "protection.des.donnees",
    "proteccion.?de.?datos",
    "datos.?personales",
    "prote[cç]+[aã]o.?de.?dados",
    "riservatezza",
    "protezione.?dei.?dati",
    "trattamento.?(?:dei.?)?dati",
    "persoonsgegevens",
    "integritet",
    "personuppgift",
    "dataskydd",
    "privatliv",
    "persondata",
    "personvern",
    "tietosuoja",
    "rekisteriselost",
    "prywatno",
    "ochrana.?osob",
    "osob.?n.?ch.?.daj",
    "adatv.?del",
    "adatkezel",
    "gizlilik",
    "kisisel.?veri",
    "kvkk",
    "privasi",
)
# In other scripts; addresses hold them percent-encoded.
_TOKENS_ENCODED = ("プライバシー", "個人情報", "隐私", "隱私", "개인정보", "конфиденциальност", "απορρητου", "απόρρητ")
_DOCUMENT_TOKENS = (
    r"privacy[-_+.%0-9]*(?:and[-_+])?(?:cookies?|security)?[-_+]*(?:polic|notice|statement|verklaring|beleid|erkl)|polic(?:y|ies)[-_]?privacy"
    r"|datenschutz[-_]?(?:erkl|hinweis|bestimm|richtl|inform)|(?:politique|charte|declaration)[-_a-z]*confidentialite|privacypolic"
    r"|(?:politica|aviso)[-_a-z]*privaci?da|informativa[-_]?(?:sulla[-_])?privacy|(?:integritets|dataskydds?)[-_]?polic|privatlivspolitik"
    r"|polityka[-_]?prywatnos|zasady[-_]?ochrany|adatvedelmi|politica[-_a-z]*confidentialitate|gizlilik[-_]?politika|tietosuojaselost"
)
_HUB_TOKENS = r"(?:^|[/_.=-])(?:legal|policies|policy|security|impressum|terms)(?=$|[/_.=?&-])"

# Goods that shops sell by that name: "privacy screen", "Privacy Fence Panels", "filtre de confidentialité".
_GOODS = (
    "screens?|fenc(?:e|es|ing)|film|curtains?|filters?|glass|windows?|shades?|blinds?|panels?|hedges?|trees?|plants?|tents?|doors?"
    "|door ?knobs?|knobs?|handles?|levers?|locks?|locksets?|sets?|signs?|stickers?|slats?|walls?|dividers?|partitions?|booths?|pods?|mesh"
    "|netting|liners?|protectors?|sleeves?|cases?|covers?|sheets?|drapes?|sheers?|canop(?:y|ies)|tarps?|bolts?|latch(?:es)?|trellis"
    "|lattice|wallets?|gazebos?|pergolas?|balcon(?:y|ies)|stands?|desks?|beds?|umbrellas?|vinyl|tint|hooks?|keyboards?|monitors?|laptops?"
)
_GOODS_TEXT = (
    rf"privacy (?:\w+ ){{0,2}}(?:{_GOODS})(?!\w)|(?:filtres?|films?|écrans?|rideaux?) (?:\w+ )?(?:de )?confidentialité"
    r"|(?:filtro|pantalla|valla|lámina|película|tela)s? de privacida|datenschutz-?(?:folie|filter|beutel|ordner|mappe)"
    r"|privacy-?(?:folie|scherm|glas|filter|wand|doek|zaun|vorhang)|filtr\w* prywatyzuj"
)
# Things that carry the word and are no policy of the shop towards its customers.
_NOT_THE_POLICY = {
    "a form or setting": "do not sell|don['’]t sell|opt[ -]?out|(?:privacy|cookie|data) (?:settings|preferences?|choices|options|controls|requests?"
    "|portal|manager|dashboard|tools?|shield|framework|seal|certifi\\w+)|preference cent(?:er|re)|request form|privatsphäre-?einstellungen"
    "|datenschutz-?einstellungen|(?:gérer|paramètres|préférences) .{0,30}(?:confidentialité|cookies)|configuración de privacidad"
    "|privacy-?(?:instellingen|voorkeuren)|impostazioni (?:sulla |della )?privacy|log ?in|sign ?in|log ?out|subject access|erasure request",
    "a notice for applicants or staff": "(?:applicants?|candidates?|employees?|careers?|recruit\\w*|job|staff|workforce|hr|bewerber\\w*|candidats?"
    "|candidatos|mitarbeiter\\w*)\\b",
    "a notice for suppliers": "(?:suppliers?|vendors?|lieferanten|fournisseurs)\\b",
    "an article": "blog|press release|news(?:room)?\\b|podcast|webinar|white ?paper|e-?book\\b|how to |guide to |tips\\b|what is ",
    "another document": "cookies?[ -](?:polic(?:y|ies)|notice|statement|richtlinie|verklaring|beleid)$",
}
_HUBS = (
    "legal(?: (?:notices?|information|statements?|policies|stuff))?|(?:site |store |our |company |online )?policies|security"
    "|rechtliches|impressum|mentions légales|informations légales|aviso legal|note legali|juridisch"
)
_PARTIAL = (
    "(?:children|kids|teens?|california|nevada|virginia|colorado|ccpa|gdpr|hipaa|health|pharmacy|financial|biometric|app|mobile|video"
    "|credit card|employee|your (?:california )?privacy rights|privacy rights|archive|previous|prior|old|summary|faqs?|hub|cent(?:er|re)"
    "|changes to)\\b"
)
_OTHER_DOCUMENTS = {
    "terms": "terms|conditions|agb|nutzungsbedingungen|geschäftsbedingungen|cg[uv]\\b|condizioni|términos|condiciones|termos|voorwaarden|villkor"
    "|vilkår|käyttöehdot|toimitusehdot|regulamin|obchodní podmínky|利用規約|이용약관|条款|條款|koşulları|пользовательск|eula|user agreement",
    "cookies": "cookies?|кук",
    "accessibility": "accessib\\w+|barrierefrei\\w*|accesib\\w+|toegankelijk\\w*|ada compliance|wcag",
    "returns": "returns?|refunds?|exchanges?|rücksend\\w*|widerruf\\w*|retours?|remboursement\\w*|devoluci\\w+|resi\\b|shipping|delivery|versand\\w*",
    "careers": "careers?|jobs\\b|karriere|carrières?|empleo|lavora con",
    "legal": "imprint|impressum|mentions légales|aviso legal|note legali|colophon|disclaimer|copyright|trademarks?|legal notices?",
    "slavery": "modern slavery|supply chains? (?:act|transparency)|conflict minerals|code of conduct",
}


def folded(text: str) -> str:
    """Return a text in the form in which words are compared: lower case, no accents, one kind of white space and hyphen."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(kept.replace("\u2010", "-").replace("\u2011", "-").replace("’", "'").split())


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(folded(source))


def _any(sources: dict[str, str]) -> re.Pattern[str]:
    return _pattern("|".join(sources.values()))


def names_privacy(text: str) -> bool:
    """Whether a text has a word for privacy, in any of the languages; "privacy screen", the goods, has it too."""
    return bool(_any(_SUBJECTS).search(folded(text)))


def names_the_document(text: str) -> bool:
    """Whether a text names a privacy document as such ("Privacy Policy", "Datenschutzerklärung"), not the subject alone."""
    words = folded(text)
    return bool(_any(_SUBJECTS).search(words)) and bool(
        _pattern(rf"(?<!\w)(?:{'|'.join(_DOCUMENTS.values())})(?!\w)").search(words)
    )


def names_goods(text: str) -> bool:
    """Whether a text, or an address's words, speak of goods that carry the word: privacy screens, fences, films."""
    return bool(_pattern(rf"(?<!\w)(?:{_GOODS_TEXT})").search(re.sub(r"[-_+/.=&%]+", " ", folded(text))))


def no_policy(text: str) -> str:
    """Return what else a text with a word for privacy names ("a form or setting", "an article"), "" for none of these."""
    words = folded(text)
    found = (kind for kind, source in _NOT_THE_POLICY.items() if _pattern(rf"(?<!\w)(?:{source})").search(words))
    return next(found, "")


def names_a_part(text: str) -> bool:
    """Whether a text names a part of a policy, or one for some people: children's privacy, California privacy rights."""
    return bool(_pattern(rf"(?<!\w)(?:{_PARTIAL})").search(folded(text)))


def other_document(text: str) -> str:
    """Return which document that is no privacy policy a text names: terms, cookies, accessibility …; "" for none."""
    words = folded(text)
    found = (kind for kind, source in _OTHER_DOCUMENTS.items() if _pattern(rf"(?<!\w)(?:{source})").search(words))
    return next(found, "")


def address_words(url: str) -> str:
    """Return the words of an address below its host, as the vocabulary spells them: decoded, folded, without session ids."""
    fragment = url.partition("#")[2]
    return folded(unquote(urlkey(url).partition(")")[2] + (f"#{fragment}" if fragment else "")))


def in_address(words: str) -> str:
    """Return how an address's words name a privacy policy: "document", "subject", "hub" (a page of legal texts) or ""."""
    if _pattern(_DOCUMENT_TOKENS).search(words):
        return "document"
    if _pattern("|".join(_TOKENS)).search(words) or _any(_SUBJECTS).search(words):
        return "subject"
    return "hub" if re.search(_HUB_TOKENS, words) else ""


def index_patterns() -> tuple[str, ...]:
    """Return regular expressions for `filter=urlkey:…` of a CDX query that together find every address with a token.

    They hold whether the server matches the whole field or its beginning (wayback.md 1.1). The first one finds what nearly
    all shops use; the second the rarer words; the third other scripts.
    """
    encoded = (quote(word, safe="").lower() for word in _TOKENS_ENCODED)
    return tuple(f".*(?:{'|'.join(tokens)}).*" for tokens in (_TOKENS[:3], _TOKENS[3:], tuple(encoded)))


def names_a_hub(text: str) -> bool:
    """Whether a text names a page of legal texts, one of which may be the policy: Legal, Policies, Security."""
    return bool(_pattern(rf"(?<!\w)(?:{_HUBS})(?!\w)").search(folded(text)))


def begins_with_a_part(text: str) -> bool:
    """Whether a title is that of a part, or of a notice for some people: "California Privacy Notice", "Children's Privacy"."""
    return bool(_pattern(rf"(?:your |our |the )?(?:{_PARTIAL})").match(folded(text)))
