"""The part of a text that is the policy, recognised by its frequent words.

Sentences have words such as "the", "of" and "your"; menus, addresses and lists of names hardly have them. The
policy is the range of a text in which these words outweigh the others most. A. Finn, N. Kushmerick and
B. Smyth ("Fact or fiction: content classification for digital libraries", 2001) find the body of a web page
by the same sum, over tags and words. The words are counted in the text itself, so any language with spaces
will do; for short texts in some languages the commonest words are known.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import compress

from db.history.comparison.tokenized import TokenizedText

LEAST_WORDS = 100  # in a shorter text the frequent words are too few to tell menus from sentences
SHORT_WORD = 5  # letters; longer frequent words are the policy's subject ("information"), and in menus too
COMMON = 30
WORDS_FOR_ONE = 12  # for so many words of the text, one word counts as frequent, at most `COMMON`
LONG_RUN = 60  # tokens; a menu shows itself in as many on each side
NEAR_STOP = 12  # tokens; a sentence hardly ends with more words of which none is frequent
PASSES = 3  # the frequent words are counted again without the menus
# Words are foreign to a text if their share of frequent words is at most this part of the policy's.
FOREIGN_SHARE = Fraction(11, 20)

_KNOWN = frozenset(
    word
    for line in (
        "the of and to or your our we you for that this with is be are by on as it not may any",
        "from have will at can if in a an do does such use used which they their these who when",
        "how",
        "der die das und oder wir sie ihre ihr unsere von zu zur zum für mit ist sind nicht",
        "werden wird auf im",
        "le la les des du de et ou nous vous votre vos nos notre que qui pour par est sont pas",
        "sur dans ne",
        "el los las su sus nuestro nuestra para por con es son no en se",
        "il lo gli di del della che per non è sono si",
        "het een wij uw onze van voor met niet zijn wordt op te",
        "os sua seus nossa não em",
        "na do lub nie jest są oraz przez od dla się",
    )
    for word in line.split()
)
SENTENCE_WORDS = 6
SENTENCE_SHARE = 0.375  # so many of the words of a sentence are frequent; of a slogan, fewer are
# So many sentences are a section and no menu, though their words are not those of the rest of the text.
SECTION_SENTENCES = 3
_BREAKS = frozenset('.,;:?!()[]"“”')
_LONG_NUMBER = 4  # digits: a house, a post code, a year


class PolicyPart:
    """The policy within a text, from token `start` to `end` (exclusive), with its frequent words.

    `is_known` is False for a text that is too short to tell.
    """

    def __init__(self, text: TokenizedText) -> None:
        self._tokens = text.tokens
        self._blocks = frozenset(text.starts)
        places = list(compress(range(len(text.tokens)), map(str.isalpha, text.tokens)))
        self.start, self.end, self._frequent, self._share = _heart(text.tokens, places)
        self.is_known = len(places) >= LEAST_WORDS

    @property
    def sentence_end(self) -> int:
        """The index after the sentence or block in which the policy ends; `end` if no stop is near."""
        for index in range(self.end, min(len(self._tokens), self.end + NEAR_STOP)):
            if index in self._blocks:
                return index
            if ends_sentence(self._tokens, index):
                return index + 1
        return len(self._tokens) if len(self._tokens) - self.end < NEAR_STOP else self.end

    def is_foreign(self, tokens: Sequence[str]) -> bool:
        """Return whether tokens have so few frequent words that they are no sentence of the policy."""
        words = [token.lower() for token in tokens if token.isalpha()]
        return sum(word in self._frequent for word in words) <= FOREIGN_SHARE * self._share * len(words)

    def has_frequent(self, tokens: Sequence[str]) -> bool:
        """Return whether any of some tokens is a frequent word."""
        return any(token.lower() in self._frequent for token in tokens)

    def sentences(self, tokens: Sequence[str]) -> int:
        """Return how many sentences have at least `SENTENCE_WORDS` words, of which some are frequent."""
        found = first = 0
        for index in range(len(tokens)):
            if ends_sentence(tokens, index):
                words = [token.lower() for token in tokens[first:index] if token.isalpha()]
                frequent = sum(word in self._frequent or word in _KNOWN for word in words)
                found += len(words) >= SENTENCE_WORDS and frequent >= SENTENCE_SHARE * len(words)
                first = index + 1
        return found

    def rare_words(self, start: int, end: int) -> int:
        """Return the greatest number of words in a row, within a range, that are no frequent word."""
        most = row = 0
        for token in self._tokens[start:end]:
            if token.isalpha():
                row = 0 if token.lower() in self._frequent else row + 1
                most = max(most, row)
        return most

    def foreign_runs(self, start: int, end: int, words: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges without a break that have at least so many words, all in all foreign ones."""
        at = start
        for index in range(start, end + 1):
            if index == end or _is_break(self._tokens, index):
                run = self._tokens[at:index]
                if len(run) >= words and sum(map(str.isalpha, run)) >= words and self.is_foreign(run):
                    yield at, index
                at = index + 1


@lru_cache(maxsize=2)  # a comparison needs two texts; more would keep large ones in memory
def policy_part(text: TokenizedText) -> PolicyPart:
    """Return the policy within a text. Results for the last texts are kept."""
    return PolicyPart(text)


def ends_sentence(tokens: Sequence[str], index: int) -> bool:
    """Return whether a token is a stop that is not within a name ("shop.example")."""
    following = tokens[index + 1 : index + 2]
    return tokens[index] in "?!" or (tokens[index] == "." and not (following and following[0].islower()))


def run_around(tokens: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the range around a range up to the next breaks, or up to `LONG_RUN` tokens away."""
    first, last = start, end
    while first > max(0, start - LONG_RUN) and not _is_break(tokens, first - 1):
        first -= 1
    while last < min(len(tokens), end + LONG_RUN) and not _is_break(tokens, last):
        last += 1
    return first, last


def _is_break(tokens: Sequence[str], index: int) -> bool:
    """Return whether a token is a comma, stop, bracket, quote or long number."""
    sign = tokens[index]
    if sign == ".":
        return ends_sentence(tokens, index)
    return sign in _BREAKS or (sign.isdigit() and len(sign) >= _LONG_NUMBER)


def _heart(tokens: Sequence[str], places: Sequence[int]) -> tuple[int, int, frozenset[str], float]:
    """Return the range of the policy, its frequent words, and their share of its words (0 to 1).

    `places` are the indexes of the tokens that are words.
    """
    as_written = list(map(tokens.__getitem__, places))
    words, lower = list(map(str.lower, as_written)), Counter(as_written)
    first, last = 0, len(words)
    frequent: frozenset[str] = frozenset()
    share = 0.0
    for _ in range(PASSES):
        counts = Counter(words[first:last])
        # A word that mostly begins with a capital is a name: "Bay".
        short = [w for w, n in counts.items() if len(w) <= SHORT_WORD and 2 * lower[w] >= n]
        short.sort(key=counts.__getitem__, reverse=True)
        frequent = frozenset(short[: min(COMMON, (last - first) // WORDS_FOR_ONE)])
        if len(frequent) < COMMON:
            frequent |= _KNOWN & counts.keys()
        number, size = sum(counts[word] for word in frequent), last - first
        share = number / max(1, size)
        heaviest = _heaviest(
            compress(range(len(words)), map(frequent.__contains__, words)),
            gain=FOREIGN_SHARE.denominator * size,
            cost=FOREIGN_SHARE.numerator * number,
        )
        if heaviest == (first, last):
            break
        first, last = heaviest
    if first == last:
        return 0, len(tokens), frequent, share
    return places[first], places[last - 1] + 1, frequent, share


def _heaviest(frequent: Iterable[int], gain: int, cost: int) -> tuple[int, int]:
    """Return the first range of words with the greatest sum; (0, 0) without frequent words.

    A frequent word adds `gain`, and each word costs `cost`: whole numbers, so that sums are exact. `frequent`
    are the places of the frequent words.
    """
    best = total = start = end = 0
    found = (0, 0)
    for place in frequent:
        total -= cost * (place - end)
        if total <= 0:
            total, start = 0, place
        end = place + 1
        total += gain - cost
        if total > best:
            best, found = total, (start, end)
    return found
