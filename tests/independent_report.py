# mypy: disable-error-code="var-annotated"
"""Tables A1 to A6 and A9 computed again, from the archive file and the definitions of the tables alone.

It imports nothing of policytrail. The words of the planted texts have their syllables in the list below.
Run `python tests/independent_report.py archive.db` to print the cells: period, measure, n, value, low, high.
"""

import hashlib
import itertools
import math
import re
import sqlite3
import statistics
import sys
from datetime import UTC, datetime

# Words with their syllables: 1, 2, 3, 4, 5, 6. A word without vowels has one by definition.
SYLLABLES = (
    "a and ask at by can co daa for from gdpr flash in is it may not of on our share t the third to us use"
    " we web with you your | access beacons better browser bureau business collect consent cookies data"
    " device facebook google network object party twitter | alliance amazon companies controllers customers"
    " digital erasure general interests personal policy privacy processing protection purposes | advertising"
    " authority european fingerprinting information interactive legitimate recipients regulation | initiative"
    " rectification supervisory | identifiable"
)
COUNT = {word: at + 1 for at, words in enumerate(SYLLABLES.split("|")) for word in words.split()}
WORDS = {  # table -> measure -> regular expressions in lower case
    "A3": {"consent": r"\bconsent(s|ed|ing)?\b", "gdpr": r"\bgdpr\b", "access": r"\baccess(es|ed|ing)?\b",
           "supervisory authority": r"\bsupervisory authorit(y|ies)\b",
           "legitimate interest": r"\blegitimate (business )?interests?\b"},
    "A4": {"cookies": r"\bcookie", "fingerprinting": r"\b(browser|device|canvas|machine)[- ]fingerprint",
           "web beacons": r"\b(web[- ]?(bug|beacon)|tracking[- ](bug|pixel|tag)|pixel[- ]tag"
           r"|(clear|1x1|1-1)[- ]gif)s?\b",
           "zombie cookies": r"\b((ever|zombie|super|flash)[- ]?cookie|lso|local shared object|etag)s?\b"},
    "A5": {"Google": r"\b(google|doubleclick)\b", "Facebook": r"\bfacebook\b", "Amazon": r"\bamazon\b",
           "Twitter": r"\btwitter\b", "Yahoo or AOL": r"\b(yahoo|aol)\b"},
    "A6": {"BBB": r"\bbbb(online)?\b|\bbetter business bureau\b", "TrustArc": r"\btrust(e|arc)\b",
           "DAA": r"\bdaa\b|\bdigital advertising alliance\b|\badchoices\b|\baboutads\.info\b",
           "EDAA": r"\bedaa\b|\beuropean interactive digital advertising alliance\b",
           "NAI": r"\bnai\b|\bnetwork advertising initiative\b"}}  # fmt: skip
NOUNS = (  # the other terms of A3: the planted texts have them as nouns, or not at all
    "automated decision-making|complaint|consequence|contract|contractual requirement|controller"
    "|data portability|data protection officer|erasure|further processing|general data protection regulation"
    "|legal basis|legal obligation|object|official authority|performance of a contract|period|privacy shield"
    "|processing|profiling|public authority|public interest|purpose|recipient|rectification|restriction"
    "|safe harbor|statutory requirement|third country|vital interest|withdraw consent"
)
WORDS["A3"] |= {noun: rf"\b{noun}s?\b" for noun in NOUNS.split("|")}
LINKS = {
    "Google": "google.com doubleclick.net youtube.com", "Facebook": "facebook.com instagram.com",
    "Twitter": "twitter.com t.co", "Amazon": "amazon.com amazon-adsystem.com", "BBB": "bbb.org",
    "Yahoo or AOL": "yahoo.com aol.com advertising.com", "DAA": "aboutads.info"}  # fmt: skip
BY_PERIOD = "captured", "captured or known", "there before", "there after"


def half_year(moment):
    return int(moment[:4]) * 2 + (moment[5:7] > "06")


def name(number):
    return f"{number // 2}-H{number % 2 + 1}"


def lines(markdown):
    plain = re.sub(r"\]\([^)]*\)", "", markdown).replace("[", "").replace("*", "")
    return [re.sub(r"^\s*(#+|-|\d+\.)\s+", "", line).strip() for line in plain.split("\n") if line.strip()]


def simhash(words):
    runs = [" ".join(words[at : at + 4]).encode() for at in range(max(1, len(words) - 3))]
    hashes = [int.from_bytes(hashlib.blake2b(run, digest_size=8).digest(), "little") for run in runs]
    return sum(1 << bit for bit in range(64) if 2 * sum(one >> bit & 1 for one in hashes) > len(runs))


class Text:
    def __init__(self, markdown):
        self.markdown, self.lines = markdown.lower(), lines(markdown)
        self.plain = " ".join(self.lines)
        self.words = re.findall(r"\w+", self.plain)
        self.simhash = simhash(self.words)

    def readability(self):
        sentences = sum(len(re.findall(r"[.!?](?= |$)", line)) or 1 for line in self.lines)
        spoken = [COUNT[word.lower()] for word in self.words]
        length, syllables = len(spoken) / sentences, statistics.mean(spoken)
        return {
            "grade, median": 0.39 * length + 11.8 * syllables - 15.59,
            "reading ease, median": 206.835 - 1.015 * length - 84.6 * syllables,
            "SMOG, median": 1.043 * math.sqrt(30 * sum(one > 2 for one in spoken) / sentences) + 3.1291,
        }

    def has(self, table, term):
        domains = "|".join(map(re.escape, LINKS.get(term, "").split()))
        link = rf"\]\(https?://([\w-]+\.)*({domains})(/|\))" if domains else "(?!)"
        return bool(re.search(link, self.markdown) or re.search(WORDS[table][term], self.plain.lower()))


def read(path):
    """Return for each policy its captures (moment, text id) and brackets, and all texts by id."""
    db, policies = sqlite3.connect(path), {}
    captures = "captures c join pages g on g.id = c.page_id where c.verdict = 'policy' order by 1, 2"
    for policy, moment, text in db.execute(f"select policy_id, captured_at, text_id from {captures}"):
        policies.setdefault(policy, ([], []))[0].append((moment, text))
    brackets = db.execute("select policy_id, last_old, first_new from changes where kind = 'wording'")
    for policy, *bracket in brackets:
        policies[policy][1].append(bracket)
    texts = {key: Text(text) for key, text in db.execute("select id, markdown from texts")}
    return list(policies.values()), texts


def known(seen, brackets):
    """Return half-year -> the text that a policy is known to have in it."""
    last, found = {half_year(moment): text for moment, text in seen}, {}
    for number in range(min(last), max(last) + 1):
        over = any(half_year(old) <= number < half_year(new) for old, new in brackets)
        if number in last or not over:
            found[number] = last.get(number, found.get(number - 1))
    return found


def within(old, new, number):
    first, after = (datetime(n // 2, n % 2 * 6 + 1, 1, tzinfo=UTC) for n in (number, number + 1))
    begin, end = map(datetime.fromisoformat, (old, new))
    return max(0.0, (min(end, after) - max(begin, first)) / (end - begin))


def updates(policies, texts):
    cells = {}
    for seen, brackets in policies:
        pairs = [(a, b, texts[s], texts[t], s != t) for (a, s), (b, t) in itertools.pairwise(seen)]
        by_kind = {
            "strict": [(a, b) for a, b, _, _, differ in pairs if differ],
            "loose": [(a, b) for a, b, s, t, _ in pairs if (s.simhash ^ t.simhash).bit_count() > 3],
            "wording": brackets,
        }
        for number in range(half_year(seen[0][0]) + 1, half_year(seen[-1][0]) + 1):
            for kind, of_kind in by_kind.items():
                near = [(a, b) for a, b in of_kind if half_year(a) <= number <= half_year(b)]
                none = math.prod(1 - within(a, b, number) for a, b in near)
                certain = any(half_year(a) == half_year(b) for a, b in near)
                cells.setdefault((name(number), kind), []).append((1 - none, certain, bool(near)))
        for a, b in by_kind["strict"]:
            noise = cells.setdefault((name(half_year(b)), "noise of strict"), [])
            noise.append((not any(a < new <= b for _, new in brackets),))
    return {
        key: (len(own), *(100 * statistics.mean(part) for part in zip(*own, strict=True)))
        for key, own in cells.items()
    }


def coverage(policies):
    lives = [{half_year(moment) for moment, _ in seen} for seen, _ in policies]
    span = max(map(max, lives)) - min(map(min, lives)) + 1
    long = [max(life) - min(life) + 1 for life in lives]
    cells, missing = span * len(lives), sum(long) - sum(map(len, lives))
    gaps = sum(size > len(life) for life, size in zip(lives, long, strict=True))
    yield ("all", "cells filled"), (cells, 100 * (sum(long) - missing) / cells)
    yield ("all", "periods missing within life"), (sum(long), 100 * missing / sum(long))
    yield ("all", "policies with gaps"), (len(lives), 100 * gaps / len(lives))
    yield ("all", "life, median"), (len(lives), statistics.median(long))
    states = {}
    for life, (seen, brackets) in zip(lives, policies, strict=True):
        texts = known(seen, brackets)
        for number in range(min(life), max(life) + 1):
            state = number in life, number in texts, number > min(life), number < max(life)
            states.setdefault(name(number), []).append(state)
    for (period, own), (at, measure) in itertools.product(states.items(), enumerate(BY_PERIOD)):
        yield (period, measure), (len(own), 100 * statistics.mean(has[at] for has in own))


def compute(path):
    """Return table -> (period, measure) -> (n, value, low, high); without bounds, (n, value)."""
    (policies, texts), by_period = read(path), {}
    for seen, brackets in policies:
        for number, text in known(seen, brackets).items():
            by_period.setdefault(name(number), []).append(texts[text])
    found = {table: {} for table in ("A1", *WORDS)}
    found |= {"A2": updates(policies, texts), "A9": dict(coverage(policies))}
    for period, own in by_period.items():
        sizes = [len(text.words) for text in own]
        cuts = statistics.quantiles(sizes, n=100, method="inclusive") if len(own) > 1 else sizes * 99
        measures = (statistics.median(sizes), statistics.mean(sizes), cuts[4], cuts[94])
        kinds = ("median", "mean", "5th percentile", "95th percentile")
        found["A1"] |= {(period, f"words, {kind}"): (len(own), measures[at]) for at, kind in enumerate(kinds)}
        read_well = [text.readability() for text in own if len(text.words) >= 100]
        for measure in read_well[0] if read_well else ():
            value = statistics.median(one[measure] for one in read_well)
            found["A1"][period, measure] = (len(read_well), value)
        for table, term in ((table, term) for table, terms in WORDS.items() for term in terms):
            share = 100 * sum(text.has(table, term) for text in own) / len(own)
            found[table][period, term] = (len(own), share)
    return found


if __name__ == "__main__":
    for table, cells in compute(sys.argv[1]).items():
        for (period, measure), values in sorted(cells.items()):
            print(table, period, measure, *values, sep="\t")
