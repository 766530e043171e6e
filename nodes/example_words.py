"""How alike a message and an agent's examples are in words: naive Bayes over words, pairs and pieces of words."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from nodes.words import words_of

WORDS_LIMIT = 60
PIECE = 4  # letters; pieces forgive typos
UNSEEN = 0.1  # how much an agent without the word is still believed
TEMPER = 0.5  # words that come together do not count as independent witnesses


class ExampleWords:
    """What was counted in some examples; `kinds` are numbers from 0."""

    def __init__(self, examples: Iterable[tuple[str, int]], kinds: int) -> None:
        """Count the features of each (text, kind)."""
        self.kinds = kinds
        self.sizes = [0] * kinds
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0] * kinds)
        for text, kind in examples:
            self.sizes[kind] += 1
            for feature in _features(words_of(text)[:WORDS_LIMIT]):
                self.counts[feature][kind] += 1


def word_shares(
    counted: Sequence[ExampleWords], text: str, ignored: Collection[str]
) -> list[float]:
    """Return how likely each kind is by words alone, summing to 1; `ignored` words say nothing."""
    kinds = counted[0].kinds
    features = _features([word for word in words_of(text)[:WORDS_LIMIT] if word not in ignored])
    sizes = [sum(one.sizes[kind] for one in counted) for kind in range(kinds)]
    belief = [0.0] * kinds
    for feature in features:
        known = [one.counts[feature] for one in counted if feature in one.counts]
        if not known:
            continue
        for kind in range(kinds):
            seen = sum(counts[kind] for counts in known)
            belief[kind] += math.log((seen + UNSEEN) / (sizes[kind] + kinds * UNSEEN))
    scale = TEMPER / math.sqrt(max(1, len(features)))
    highest = max(belief)
    weights = [math.exp((one - highest) * scale) for one in belief]
    return [weight / sum(weights) for weight in weights]


def _features(words: Sequence[str]) -> Counter[str]:
    pairs = zip(["^", *words], [*words, "$"], strict=True)
    features = Counter(words)
    features.update(f"{one} {next_one}" for one, next_one in pairs if words)
    for word in words:
        framed = f"<{word}>"
        pieces = max(1, len(framed) - PIECE + 1)
        features.update(f"#{framed[at : at + PIECE]}" for at in range(pieces))
    return Counter(dict.fromkeys(features, 1))
