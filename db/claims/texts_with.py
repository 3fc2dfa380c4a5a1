"""Which texts have a claim of a kind, which have none, and of which nobody knows it."""

from sqlite_utils import Database

from db.claims.stored import MOST

# The rules that have read most texts: claims of others are not comparable.
_RULES = "select rules from claim_readings group by rules order by count(*) desc, rules limit 1"


def texts_with(db: Database, kind: str, polarity: str = "", quote: str = "") -> dict[int, bool | None]:
    """Return text id -> whether it has such a claim, for each text that was read; None if that is unknown.

    `polarity` is "states" or "denies", and `quote` are words of the claim; "" for any. Unknown are texts that
    went over a limit, those that other rules than most have read, and those in a language in which no text
    has a claim of this kind.
    """
    folded = " ".join(quote.split()).casefold()
    db.conn.create_function("has_quoted", 2, _has_quoted, deterministic=True)
    rows = db.execute(
        f"""select r.text_id, r.claims, t.language, r.rules = ({_RULES}),
            r.text_id in (select text_id from claims where kind = :kind),
            r.text_id in (select text_id from claims where kind = :kind
                          and :polarity in ('', polarity) and (:quote = '' or has_quoted(quote, :quote)))
        from claim_readings r join texts t on t.id = r.text_id""",
        {"kind": kind, "polarity": polarity, "quote": folded},
    ).fetchall()
    languages = {language for _, _, language, _, is_of_kind, _ in rows if is_of_kind}
    return {
        text: None if not comparable else True if has_it else _lacks(claims, language in languages)
        for text, claims, language, comparable, _, has_it in rows
        if claims is not None
    }


def _lacks(claims: int, has_rules: bool) -> bool | None:
    """Return False for a text that surely has no such claim: all its claims are stored, by rules for it."""
    return False if claims <= MOST and has_rules else None


def _has_quoted(quote: str, folded: str) -> bool:
    return folded in quote.casefold()
