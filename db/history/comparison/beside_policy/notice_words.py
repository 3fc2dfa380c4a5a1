"""Words by which notices, counters and prices are recognised, and words of policies that no notice has.

The expressions match tokens with a space between them: `20 % off`, `mother ' s day`.
"""

import re

# What policies are about, and words that turn a statement round.
_POLICY = (
    # English
    "data", "informations?", "personal", "privacy", "private", "cookies?", "policy", "policies",
    r"collect\w*", r"disclos\w*", "shar(?:e|ed|ing)", "sell", "sells", "selling", "sold", r"rent\w*",
    r"lend\w*", r"consent\w*", r"agree\w*", "opt", "rights(?! reserved)", "part(?:y|ies)", "partners?",
    "affiliates?", "vendors?", r"retain\w*", "retention", r"keep\w*", "kept", r"delet\w*", r"eras\w*",
    r"protect\w*", r"process\w*", r"transfer\w*", r"track\w*", r"profil\w*", "records?", "law",
    r"legal\w*", "e - mails?", "emails?", "address(?:es)?", "names?", "children", "choices?", "object",
    r"withdraw\w*", "uses", "used", "using", "send", "sends", r"receiv\w*", r"monitor\w*", "purposes?",
    "permission", r"identif\w*", "providers?", "customers?(?! (?:service|care|support))", "lists?", "users?",
    "never", "not", "no", "nobody", "none", "without", "unless", "except",
    # German, Dutch
    "daten", r"person\w*", r"datenschutz\w*", r"einwillig\w*", "verkaufen", r"weiterg[ae]b\w*", "nicht",
    r"kein\w*", "nie", "niemals", "gegevens", "toestemming", "delen", "niet", "geen", "nooit",
    # French, Spanish
    "données", "confidentialité", r"partag\w*", r"vend\w*", "jamais", "pas", r"aucun\w*", "datos",
    "información", "privacidad", r"compart\w*", "nunca", r"ningun\w*",
    # Italian, Portuguese, Polish
    "dati", "informazioni", "riservatezza", r"condivid\w*", "mai", "non", "dados", r"informaç\w*",
    r"pesso\w*", r"partilh\w*", "não", "dane", "danych", r"osobow\w*", r"prywatn\w*", r"zgod\w*", "nigdy",
)  # fmt: skip
# What a notice is about, in a sentence too.
_NOTICES = (
    # English
    "only today", "today only",
    "on sale", "sales? (?:ends?|starts?|now|today)", "limited time", "(?:offer|sale) ends",
    "special offers?", "free (?:shipping|delivery)", "shop now", "black friday", "cyber monday",
    "(?:merry|happy) (?:christmas|holidays|easter|new year|halloween|thanksgiving)",
    "season ' s greetings", "(?:holiday|summer|winter|opening|store|shop) hours",
    "closed (?:on|for|until|from|today)", "temporarily (?:closed|unavailable|down|out)",
    "(?:site|system|scheduled) maintenance", "(?:for|under|undergoing) maintenance", "outages?",
    "downtime", r"technical difficult\w+", "are experiencing", "back soon", "tell us what you think",
    "was this (?:page|article) helpful", "rate this page", "call us any ?time", "download our app",
    # German, Dutch
    "ausverkauf", "schlussverkauf", "frohe (?:weihnachten|ostern)", "geschlossen", "wartungsarbeiten",
    "störung", "gratis ?versand", "uitverkoop", r"prettige kerst\w*", "gesloten", "onderhoud", "storing",
    "gratis verzending",
    # French, Spanish
    "soldes", "livraison gratuite", "joyeux noël", "fermée?", "indisponible", "rebajas", "envío gratis",
    "feliz navidad", "cerrad[oa]", "mantenimiento",
    # Italian, Portuguese, Polish
    "saldi", "spedizione gratuita", "buon natale", "chiuso", "manutenzione", "saldos", "frete grátis",
    "feliz natal", "fechad[oa]", "manutenção", "wyprzedaż", "wesołych świąt",
)  # fmt: skip
# What a label without a stop is about; a policy can have these words in a sentence.
_LABELS = (
    # English
    "sale(?! of)", "clearance", "discounts?", "coupons?", "promo(?:tions?)?", "deals?", "today",
    "(?:ends|until) (?:soon|sunday|midnight|tonight)", "free (?:returns?|gifts?)", "new arrivals",
    "just in", "hot", "trending", "best ?sellers?", "top (?:sellers|rated)", "featured", "recommended",
    "you may also like", "recently viewed", "christmas", "xmas", "holidays?", "easter", "valentine ' s",
    "halloween", "thanksgiving", "(?:mother|father) ' s day", "closed", "unavailable", "delay(?:s|ed)",
    "surveys?", "feedback", "sweepstakes", "giveaway", "contest",
    # German, Dutch
    r"rabatt\w*", "angebote?", "aktion", "heute", r"weihnacht\w*", "ostern", "umfrage", r"korting\w*",
    r"aanbieding\w*", r"kerst\w*",
    # French, Spanish
    "promotions?", "noël", "pâques", "sondage", "ofertas?", "navidad", "encuesta",
    # Italian, Portuguese, Polish
    "sconti?", "offerte?", "natale", r"promoç\w*", "natal", r"rabat\w*", r"promocj\w*",
)  # fmt: skip
# Buttons of a banner for cookies, at the end of a line.
_BUTTONS = (
    "(?:accept|allow|reject|decline)(?: all)?(?: cookies)?", "ok", "okay", "got it", "i agree", "close",
    "dismiss", "alles? (?:akzeptieren|ablehnen|accepteren)", "akzeptieren", "verstanden",
    "tout (?:accepter|refuser)", "j ' accepte", "acept(?:ar|o)(?: todas?)?", "accett(?:a|o)(?: tutti)?",
    "aceitar(?: todos)?", "akceptuję",
)  # fmt: skip
# What a page counts.
_THINGS = (
    "items?", "articles?", "products?", "visitors?", "visits", "views", "users online", "guests?",
    "likes?", "comments?", "reviews?", "shares?", "tweets?", "followers?", "fans?", "votes?", "ratings?",
    "results?", "downloads?", "in stock", "left", "artikel", "produkte?", "besucher", "aufrufe",
    "bewertungen", "visiteurs?", "vues", "avis", "artículos?", "visitas?", "articoli", "visite",
    "artikelen", "bezoekers", "itens", "produtos?", "sztuk",
)  # fmt: skip
_CARTS = (
    "cart", "bag", "basket", "warenkorb", "panier", "carrito", "cesta", "carrello", "carrinho", "koszyk",
    "winkelwagen", "winkelmand",
)  # fmt: skip
_UNITS = (
    "seconds?", "minutes?", "hours?", "days?", "weeks?", "months?", "years?", "tage?n?", "wochen?",
    "monate?n?", "jahre?n?", "jours?", "semaines?", "mois", "ans", "années?", "días?", "semanas?",
    "mes(?:es)?", "años?", "giorni", "settimane", "mesi", "anni", "dagen", "weken", "maanden", "jaar",
    "dias", "anos", "dni", "miesięcy", "lat",
)  # fmt: skip


def _any(words: tuple[str, ...]) -> str:
    return rf"\b(?:{'|'.join(words)})\b"


POLICY = re.compile(rf"(?i){_any(_POLICY)}|' t\b|@")
_OFF = r"\d ?% (?:off|rabatt|korting|de (?:réduction|descuento)|di sconto)\b"
NOTICE = re.compile(rf"(?i){_any(_NOTICES)}|{_OFF}")
LABEL = re.compile(rf"(?i){_any(_NOTICES + _LABELS)}|{_OFF}")
BUTTON = re.compile(rf"(?i)(?:^|(?<=[.!?] )){_any(_BUTTONS)}[ .!×]*$")
COOKIES = re.compile(r"(?i)\bcookies?\b")
_PRICE = r"[$€£¥] ?\d|\b\d+ ?(?:€|£|kr|zł|usd|eur|gbp)(?!\w)"
COUNTER = re.compile(rf"(?i)\b\d+ {_any(_THINGS)}|{_any(_THINGS + _CARTS)}\W*\d|{_PRICE}")
IN_THE_CART = re.compile(rf"(?i)\b\d+ {_any(_THINGS)}.{{1,20}}{_any(_CARTS)}")
TIME = re.compile(rf"(?i){_any(_UNITS)}")
