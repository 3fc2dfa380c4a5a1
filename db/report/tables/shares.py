"""A3 to A6: which share of policies has each term of a list."""

from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import Panel, ReportTable
from db.report.tables.definitions import AMOS, text_of_period
from db.report.texts import vocabulary

_TITLES = {
    "A3": "Vocabulary of the GDPR",
    "A4": "Tracking technologies",
    "A5": "Third parties",
    "A6": "Programmes and seals",
}
_DEFINITIONS = {
    "A3": "The share of policies whose text has each term, in singular or plural, and in the forms of its"
    " verb.",
    "A4": "The share of policies whose text names each technology. *Cookies*: a word that begins with"
    " cookie. *Web beacons*: web bug or beacon; tracking bug, pixel or tag; pixel tag; clear, 1x1 or 1-1"
    " gif. *Zombie cookies*: ever-, zombie, super- or flash cookie, LSO, local shared object, etag."
    " *Fingerprinting*: browser, device, canvas or machine fingerprint.",
    "A5": "The share of policies whose text has the name of a company as a word, or a link to a domain of it:"
    " google.com, doubleclick.net, youtube.com; facebook.com, instagram.com; twitter.com, t.co; amazon.com,"
    " amazon-adsystem.com; yahoo.com, aol.com, advertising.com. A policy of the company itself counts too.",
    "A6": "The share of policies whose text names each programme: BBB (BBBOnLine, Better Business Bureau,"
    " bbb.org); TrustArc (TRUSTe); DAA (Digital Advertising Alliance, AdChoices, aboutads.info); EDAA"
    " (European Interactive Digital Advertising Alliance); NAI (Network Advertising Initiative).",
}
_AS_PUBLISHED = {
    "A3": "A text has a term if its lemmas (simplemma) contain it, so that *object* is also found in"
    " *objective*."
    ' The list has "data protection officier", so that row is 0, as published.',
    "A6": "As published, the long names of EDAA and DAA never match.",
}
_OPEN = {
    "A3": "The paper does not say which lemmatizer it used. Here only plurals become their lemma, as with a"
    " lemmatizer for nouns, because *processing* as a verb would be *process*. Privacy shield and safe harbor"
    " are searched as they are.",
}


def table(name: str, options: ReportOptions) -> ReportTable:
    """Return one of the tables A3 to A6 without cells."""
    published = options.as_published
    terms = vocabulary.names(name)
    how = f" {_AS_PUBLISHED[name]}" if published and name in _AS_PUBLISHED else ""
    return ReportTable(
        name,
        _TITLES[name],
        "policies",
        text_of_period(options) + _DEFINITIONS[name] + how,
        AMOS + ("" if published else "; with corrected lists"),
        tuple(Panel(term, "%", (term,)) for term in terms)
        if name == "A3"
        else (Panel(_TITLES[name], "%", terms),),
        notes=(_OPEN[name],) if published and name in _OPEN else (),
    )


def compute(name: str, data: ReportData) -> ReportTable:
    """Return one of the tables A3 to A6."""
    cells = data.shares(vocabulary.names(name), lambda text, term: f"{name}:{term}" in text.terms)
    return table(name, data.options).with_cells(cells)
