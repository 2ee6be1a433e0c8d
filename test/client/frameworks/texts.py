"""What the programs of this folder share: texts, embeddings that need no model, and what a fact is."""
WORDS = ["cat", "dog", "bird", "fish", "car", "train", "ship", "plane"]
# Each with its kind and its number; the first of "cat" and "cat dog cat" is nearer to "cat", and so on.
TEXTS = ["cat", "cat dog cat", "dog", "bird dog bird", "fish", "car", "train car train", "ship", "ship plane ship", "plane"]
SIZE = len(WORDS)


def metadata(number):
    return {"kind": "animal" if number < 5 else "vehicle", "number": number, "tags": TEXTS[number].split()}


def dense(text):
    """A vector with a component for each of the words; none is zero, so every text has a direction."""
    return [text.split().count(word) + 0.1 for word in WORDS]


def sparse(text):
    """(indices, values): how often the text has each word."""
    indices = [index for index, word in enumerate(WORDS) if word in text.split()]
    return indices, [float(text.split().count(WORDS[index])) for index in indices]


facts = 0


def check(fact, got, expected):
    """Counts a fact that is as expected, and ends the program otherwise."""
    global facts
    if got != expected:
        raise SystemExit(f"{fact}: {got!r}, expected {expected!r}")
    facts += 1


def report(framework):
    print(f"{framework}: {facts} facts are as expected")
