"""Texts of artificial words: frequencies by Zipf and Mandelbrot, lengths log-normal, half of a text's words from its topic, some of
them several times. Without topics, blocks of postings have no quiet stretches, and pruning looks worse than it is."""
import numpy as np

WORDS = 300_000
TOPICS = 2_000
MEAN_WORDS = 37
EXPONENT, SHIFT = 1.05, 2.7
TOPIC_SHARE = 0.5
REPEATED = 0.15
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
CHUNK = 50_000


def word_of(number):
    """A word of letters that no stop list has: at least five."""
    letters = ["q", "z"]
    for _ in range(4):
        letters.append(LETTERS[number % 26])
        number //= 26
    return "".join(letters)


def make(count, seed=5):
    """Rows (topic, text). Neighboring rows are mostly of one topic, as in a table that grew by import."""
    count = count or 1_000_000
    random = np.random.default_rng(seed)
    words = np.array([word_of(i) for i in range(WORDS)])
    weights = 1 / (np.arange(WORDS) + SHIFT) ** EXPONENT
    cumulative = np.cumsum(weights / weights.sum())
    # A topic has the same frequencies, of words of its own.
    shifts = random.integers(0, WORDS, TOPICS)
    rows = []
    for begin in range(0, count, CHUNK):
        size = min(CHUNK, count - begin)
        lengths = np.clip(random.lognormal(np.log(MEAN_WORDS) - 0.18, 0.6, size), 3, 2000).astype(int)
        topics = np.repeat(random.integers(0, TOPICS, size // 20 + 1), 20)[:size]
        total = lengths.sum()
        drawn = np.minimum(np.searchsorted(cumulative, random.random(total)), WORDS - 1)
        of_text = np.repeat(np.arange(size), lengths)
        is_topical = random.random(total) < TOPIC_SHARE
        drawn = np.where(is_topical, (drawn * 7919 + shifts[topics[of_text]]) % WORDS, drawn)
        repeats = np.flatnonzero(random.random(total) < REPEATED)
        repeats = repeats[(repeats > 0) & (of_text[repeats] == of_text[repeats - 1])]
        drawn[repeats] = drawn[repeats - 1]
        ends = np.cumsum(lengths)
        tokens = words[drawn]
        rows += [(f"topic {topics[i]}", " ".join(tokens[ends[i] - lengths[i]:ends[i]])) for i in range(size)]
    return rows, []
