"""The words of discovery by language: what vocabulary.py asks with. Regular expressions, compared after `folded`.

Whoever adds a language adds a line to `SUBJECTS`, `DOCUMENTS` and `MOVED`, and to `TOKENS` how its addresses spell it.
"""

# What the document is about. Beginnings of words, in any spelling that `folded` makes equal.
SUBJECTS = {
    "en": "privacy|data protection|personal (?:data|information) (?:polic|notice|statement|protection|charter)"
    "|protection of personal",
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
DOCUMENTS = {
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
    "pl": "polityka|ochrona",
    "cs": "zásady|prohlášení|ochrana",
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
# How addresses spell it, after `urlkey`: lower case, cut before the first accent; `.?` is a hyphen, another mark or none.
TOKENS = (
    "privac",  # English, Dutch and Italian privacy, Spanish privacidad, Portuguese privacidade
    "datenschutz",
    "confidentialit",  # French, Romanian
    "data.?protection",
    "vie.?priv",
    "donnees.?personnelles",
    "protection.des.donnees",
    "proteccion.?de.?datos",
    "datos.?personales",
    "prote[^/]*o.?de.?dados",
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
TOKENS_ENCODED = ("プライバシー", "個人情報", "隐私", "隱私", "개인정보", "конфиденц", "απορρ", "απόρρ")
DOCUMENT_TOKENS = (
    r"privacy[-_+.%0-9]*(?:and[-_+])?(?:cookies?|security)?[-_+]*(?:polic|notice|statement|verklaring|beleid"
    r"|erkl)|polic(?:y|ies)[-_]?privacy"
    r"|datenschutz[-_]?(?:erkl|hinweis|bestimm|richtl|inform)|(?:politique|charte"
    r"|declaration)[-_a-z]*confidentialite|privacypolic"
    r"|(?:politica|aviso)[-_a-z]*privaci?da|informativa[-_]?(?:sulla[-_])?privacy|(?:integritets"
    r"|dataskydds?)[-_]?polic|privatlivspolitik"
    r"|polityka[-_]?prywatnos|zasady[-_]?ochrany|adatvedelmi|politica[-_a-z]*confidentialitate"
    r"|gizlilik[-_]?politika|tietosuojaselost"
)
HUB_TOKENS = r"(?:legal|policies|policy|security|impressum)(?:\.\w{2,5})?(?=$|[?#])"

# Goods that shops sell by that name: "privacy screen", "Privacy Fence Panels", "filtre de confidentialité".
GOODS = (
    "screens?|fenc(?:e|es|ing)|film|curtains?|filters?|glass|windows?|shades?|blinds?|panels?|hedges?|trees?"
    "|plants?|tents?|doors?"
    "|door ?knobs?|knobs?|handles?|levers?|locks?|locksets?|sets?|signs?|stickers?|slats?|walls?|dividers?"
    "|partitions?|booths?|pods?|mesh"
    "|netting|liners?|protectors?|sleeves?|cases?|covers?|sheets?|drapes?|sheers?|canop(?:y|ies)|tarps?"
    "|bolts?|latch(?:es)?|trellis"
    "|lattice|wallets?|gazebos?|pergolas?|balcon(?:y|ies)|stands?|desks?|beds?|umbrellas?|vinyl|tint|hooks?"
    "|keyboards?|monitors?|laptops?"
)
GOODS_TEXT = (
    rf"privacy (?:\w+ ){{0,2}}(?:{GOODS})(?!\w)|(?:filtres?|films?|écrans?|rideaux?) (?:\w+ )?(?:de )?confidentialité"
    r"|(?:filtro|pantalla|valla|lámina|película|tela)s? de privacida|datenschutz-?(?:folie|filter|beutel|ordner|mappe)"
    r"|privacy-?(?:folie|scherm|glas|filter|wand|doek|zaun|vorhang)|filtr\w* prywatyzuj"
)
# Things that carry the word and are no policy of the shop towards its customers.
NOT_THE_POLICY = {
    "a form or setting": "do not sell"
    "|don['’]t sell|opt[ -]?out|(?:privacy|cookie|data) (?:settings|preferences?|choices|options"
    "|controls|requests?"
    "|portal|manager|dashboard|tools?|shield|framework|seal|certifi\\w+)|preference cent(?:er|re)|request"
    " form|privatsphäre-?einstellungen"
    "|datenschutz-?einstellungen|(?:gérer|paramètres|préférences) .{0,30}(?:confidentialité|cookies)"
    "|configuración de privacidad"
    "|privacy-?(?:instellingen|voorkeuren)|impostazioni (?:sulla |della )?privacy|log ?in|sign ?in|log ?out"
    "|subject access|erasure request",
    "a notice for applicants or staff": "(?:"
    "applicants?|candidates?|employees?|careers?|recruit\\w*|job|staff|workforce|hr|bewerber\\w*"
    "|candidats?"
    "|candidatos|mitarbeiter\\w*)\\b",
    "a notice for suppliers": "(?:suppliers?|vendors?|lieferanten|fournisseurs)\\b",
    "an article": "blog|press release|news(?:room)?\\b|podcast|webinar|white ?paper|e-?book\\b|how to |guide to |tips\\b"
    "|what is ",
}
HUBS = (
    "legal(?: (?:notices?|information|statements?|policies|stuff))?|(?:site |store |our |company |online"
    " )?policies|security"
    "|rechtliches|impressum|mentions légales|informations légales|aviso legal|note legali|juridisch"
)
PARTIAL = (
    "(?:children|kids|teens?|california|nevada|virginia|colorado|ccpa|gdpr|hipaa|health|pharmacy|financial"
    "|biometric|app|mobile|video"
    "|credit card|employee|your (?:california )?privacy rights|privacy rights|archive|previous|prior|old"
    "|summary|faqs?|hub|cent(?:er|re)"
    "|changes to)\\b"
)
OTHER_DOCUMENTS = {
    "terms": "terms|conditions|agb|nutzungsbedingungen|geschäftsbedingungen|cg[uv]\\b|condizioni|términos|condiciones"
    "|termos|voorwaarden|villkor"
    "|vilkår|käyttöehdot|toimitusehdot|regulamin|obchodní podmínky|利用規約|이용약관|条款|條款|koşulları|пользовательск"
    "|eula|user agreement",
    "cookies": "cookies?|кук",
    "accessibility": "accessib\\w+|barrierefrei\\w*|accesib\\w+|toegankelijk\\w*|ada compliance|wcag",
    "returns": "returns?|refunds?|exchanges?|rücksend\\w*|widerruf\\w*|retours?|remboursement\\w*|devoluci\\w+|resi\\b"
    "|shipping|delivery|versand\\w*",
    "careers": "careers?|jobs\\b|karriere|carrières?|empleo|lavora con",
    "legal": "imprint|impressum|mentions légales|aviso legal|note legali|colophon|disclaimer|copyright|trademarks?"
    "|legal notices?",
    "opt-out": "do not sell|don't sell|opt[ -]?out",
    "slavery": "modern slavery|supply chains? (?:act|transparency)|conflict minerals|code of conduct",
}


# How a page says that its policy is elsewhere now, or that the whole of it is.
MOVED = {
    "en": "(?:has|have) (?:been )?(?:moved|replaced|relocated|superseded)|moved to|replaced by|new (?:home"
    "|location|address|page)\\b|no longer (?:current|in effect|valid)|(?:new|updated|current|latest|revised"
    "|full|complete|entire) (?:\\w+ ){0,2}(?:privacy|version)|(?:is|are|can) now (?:be )?(?:found|available"
    "|located|posted|here|at)",
    "de": "(?:neuen?|aktuellen?|vollständigen?) datenschutz|umgezogen|(?:jetzt|nun|ab sofort|künftig) (?:hier"
    "|unter)|ersetzt durch|nicht mehr gültig",
    "fr": "nouvelle (?:politique|charte)|(?:a été|est) (?:déplacée|remplacée|transférée)|désormais|changé"
    " d'adresse|politique (?:\\w+ ){0,3}complète",
    "es": "nueva política|ha (?:sido )?(?:trasladado|trasladada|movido|sustituida|reemplazada)|ahora (?:se"
    " encuentra|está)|política (?:\\w+ ){0,3}completa",
    "it": "nuova (?:informativa|politica)|(?:è|e') stata (?:spostata|sostituita)|si trova ora|informativa (?:\\w+"
    " ){0,2}completa",
    "pt": "nova política|foi (?:movida|substituída|transferida)|agora (?:está|disponível)|política (?:\\w+ ){0,3}completa",
    "nl": "(?:nieuwe|volledige) privacy|(?:is|zijn) (?:verhuisd|verplaatst|vervangen)|vindt u (?:nu|voortaan)",
    "sv": "nya? (?:integritet|personuppgift|sekretess)|har flyttats?|finns nu|ersatts",
    "da": "nye? (?:privatliv|persondata|personvern)|(?:er|har) flyttet|findes nu|finnes nå",
    "fi": "uusi tietosuoja|on (?:siirtynyt|siirretty)|löytyy nyt",
    "pl": "nowa polityka|została (?:przeniesiona|zastąpiona)|obecnie znajduje",
    "cs": "nové zásady|(?:byly|byla) přesunut",
    "hu": "új adat(?:véd|kez)|átkerült",
    "ro": "noua politică|a fost mutat",
    "tr": "yeni gizlilik|taşın(?:dı|mıştır)",
    "ru": "новая политика|перенесен|теперь (?:находится|доступна)",
    "ja": "移転しました|移動しました|新しいプライバシー",
    "zh": "已移至|已迁移|已遷移|新的?隐私",
    "ko": "이전되었|새로운 개인정보",
}
OURS = (
    "our|we|this|unsere[nr]?|diese|notre|nos|cette|nuestra|esta|nostra|questa|nossa"
    "|onze|vår|vores|nasza|naše|a mi|sayfa|наша|当社|我们|당사"
)
