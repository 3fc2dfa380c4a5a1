"""Names by which a menu, a control of a page, and a choice of the visitor are recognised.

They are positive evidence only: a text in another language has no such names, and its differences stay
changes.
"""

import re

# Parts of a shop's site, and departments of shops. Left out are names that policies write about too
# ("cookies", "security"), and those of social networks, because a policy can list them.
_NAMES = (
    # English
    "home", "about", "account", "apps?", "bag", "basket", "blog", "brands", "careers", "jobs", "press",
    "newsroom", "investors?", "cart", "catalog(?:ue)?s?", "check ?out", "clearance", "sale", "deals",
    "specials", "coupons", "offers", "contact us", "customer (?:care|service|support)", "departments",
    "faqs?", "help", "store (?:finder|locator)", "find a store", "locations", "gift cards?", "gifts?",
    "log ?in", "sign ?(?:in|up|out)", "register", "my account", "new arrivals", "newsletter",
    "order status", "orders", "track order", "returns?", "shipping", "shop", "shopping", "search",
    "site ?map", "stores?", "terms", "wish ?list", "affiliates?", "pricing", "download", "support",
    "community", "menu", "company", "solutions", "resources",
    "women", "men", "kids", "baby", "beauty", "clothing", "shoes", "bags", "accessories", "jewell?ery",
    "furniture", "kitchens?", "bedroom", "bath", "garden", "outdoor", "electronics", "toys", "lighting",
    # German, Dutch
    "startseite", "impressum", "agb", "warenkorb", "anmelden", "mein konto", "hilfe", "versand",
    "retouren", "karriere", "presse", "filialen", "damen", "herren", "kinder", "schuhe", "möbel",
    "winkelwagen", "winkelmand", "inloggen", "mijn account", "klantenservice", "vacatures", "verzending",
    # French
    "accueil", "panier", "connexion", "mon compte", "aide", "livraison", "retours", "magasins",
    "mentions légales", "recrutement", "boutique", "femme", "homme", "enfant", "chaussures",
    # Spanish, Italian, Portuguese
    "inicio", "carrito", "cesta", "iniciar sesión", "mi cuenta", "ayuda", "envíos", "tiendas",
    "aviso legal", "empleo", "carrello", "accedi", "il mio account", "aiuto", "spedizioni", "negozi",
    "lavora con noi", "carrinho", "entrar", "minha conta", "ajuda", "envios", "lojas",
    # Polish
    "koszyk", "zaloguj", "moje konto", "pomoc", "dostawa", "zwroty", "sklepy", "kontakt",
)  # fmt: skip
NAME = re.compile(rf"(?i)\b(?:{'|'.join(_NAMES)})\b")

# Controls of a page. They speak to the user of a browser, wherever they are.
_CONTROLS = (
    r"(?:\^ )?(?:back|return) to (?:the )?top", r"skip (?:to (?:main )?content|navigation)",
    r"(?:print|e(?: - | )?mail|share|tweet) this(?: page)?", "close window",
    "nach oben", "zum seitenanfang", "zum inhalt springen", "seite drucken", "haut de page",
    "retour en haut", "aller au contenu", "imprimer cette page", "volver arriba", "ir al contenido",
    "torna su", "vai al contenuto", "terug naar boven", "voltar ao topo",
)  # fmt: skip
CONTROL = re.compile(rf"(?i)(?:(?:{'|'.join(_CONTROLS)})\b\W*+)+")
CONTROL_LINE = re.compile(r"(?i)(?:(?:tweet|print|share|like|top|pin it|drucken|imprimer|imprimir)\b\W*+)+")

BUTTON = re.compile(r"(?:(?:Tweet|Pin It)\b\W*+)+")  # at the start of a line

# Rules of a style sheet that a page shows as text: `.box { color: #333; }`. Tokens are divided by spaces.
STYLE = re.compile(r"(?:[^{};]*+\{(?: [\w-]+(?: - \w+)*+ :[^{};]*+;)++ \}\s*+)+")

# Words that a menu does not have, or that are a statement of the policy even there.
NEVER_A_MENU = re.compile(
    r"(?i)@|\b(?:(?:19|20)\d\d|opt|sell|unsubscribe|choices?|object|withdraw|consent|rights(?! reserved)|"
    r"widerruf\w*|widerspr\w*|einwilligung\w*|rechte|refus\w*|opposer|désinscri\w*|droits|"
    r"derechos|oponerse|diritti|rechten|direitos|vend\w+)\b"
)
