"""Synsets of WordNet: as rows their glosses; as known items their words with the glosses of related synsets, and example sentences."""
import pathlib
import re

FOLDER = pathlib.Path("/usr/share/wordnet")


class Synset:
    def __init__(self, line):
        head, _, gloss = line.partition(" | ")
        fields = head.split()
        self.kind = fields[2]
        words = int(fields[3], 16)
        self.words = [re.sub(r"\(\w+\)$", "", word).replace("_", " ") for word in fields[4:4 + 2 * words:2]]
        pointers = fields[5 + 2 * words:5 + 2 * words + 4 * int(fields[4 + 2 * words])]
        self.related = [(pointers[i + 2], pointers[i + 1]) for i in range(0, len(pointers), 4)]
        self.examples = re.findall(r'"([^"]+)"', gloss)
        self.gloss = re.split(r'; "', gloss.strip())[0]


def read_synsets():
    synsets = {}
    for part, kinds in (("noun", "n"), ("verb", "v"), ("adj", "as"), ("adv", "r")):
        with open(FOLDER / f"data.{part}", encoding="utf-8") as file:
            for line in file:
                if not line.startswith("  "):  # the license
                    for kind in kinds:
                        synsets[kind, line[:8]] = Synset(line)
    return synsets


def uses_a_word(sentence, synset):
    """True if the sentence has a word of the synset, also inflected, as far as its first letters show."""
    words = sentence.lower().split()
    stems = [part[:max(4, len(part) - 2)] for word in synset.words for part in word.lower().split()]
    return any(word.startswith(stem) for word in words for stem in stems)


def read(most):
    """Rows (words, gloss), no gloss twice."""
    synsets = read_synsets()
    rows, items, seen = [], [], set()
    for (kind, _), synset in synsets.items():
        if kind == "s" or synset.gloss in seen or (most is not None and len(rows) == most):
            continue
        seen.add(synset.gloss)
        number = len(rows)
        rows.append((", ".join(synset.words), synset.gloss))
        related = [synsets[key].gloss for key in synset.related if key in synsets and synsets[key].gloss != synset.gloss]
        if related:
            items.append(("relations to gloss", " ".join(synset.words + related[:3]), number))
        for sentence in synset.examples:
            if not uses_a_word(sentence, synset) and len(sentence.split()) >= 4:
                items.append(("example to gloss", sentence, number))
    return rows, items
