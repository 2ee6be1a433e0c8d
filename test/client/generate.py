"""Random collections, points, filters and requests, in the JSON that Qdrant and vecext share.

All comes from one random.Random: the same seed gives the same round.
"""
import uuid

from deviations import applied

WORDS = ["red", "green", "blue", "été", "日本", "Grün", "x y", "a%b_c", "it's", ""]
TEXT_WORDS = ["cat", "Dog", "dog", "house", "red", "42", "Ünder", "été", "x1", "dog.house", "red-42", "cat_dog", "it's",
              "www.cat.org/x1", "-42"]
SEPARATORS = [" ", ", ", " - ", ". ", "\n"]
TIMES = ["2024-01-05T10:00:00Z", "2024-01-05T12:00:00+02:00", "2024-01-05 10:00:00.5", "2023-12-31", "2024-02-29T23:59",
         "1969-07-20T20:17:40Z", "2024-01-05T10:00:00-0530", "2024-06-01T00:00:00.123456Z"]
NO_TIMES = ["yesterday", "2024-13-01", "", "2024-02-30T00:00:00Z", "10:00"]
BOUNDS = ["2024-01-05T10:00:00Z", "2024-01-05T10:00:00.500000Z", "2023-12-31T00:00:00Z",
          "2024-03-01T00:00:00+05:30", "1970-01-01T00:00:00Z"]
UUIDS = [str(uuid.UUID(int=0x550E8400E29B41D4A716446655440000 + i)) for i in range(5)]
DISTANCES = ["cosine", "dot", "euclid", "manhattan"]
# On both sides of what a signed integer holds, and of what sparsevec of pgvector has.
SPARSE_INDICES = [0, 1, 2, 30521, 10**9 - 1, 10**9, 2**31 - 1, 2**31, 2**31 + 1, 3 * 10**9, 2**32 - 2, 2**32 - 1]

# What each path holds where it holds what one expects, and so which conditions ask for it.
PATHS = {
    "lang": "word", "tags": "word", "tags[]": "word", "tags[0]": "word", "n": "number", "rank": "number", "ok": "bool",
    "at": "time", "place": "geo", "text": "text", "u": "uuid", "o.a": "word", "o.b.c": "number", "o.l": "number",
    "o.l[]": "number", "o.l[1]": "number", "items": "objects", "items[]": "objects", "items[].food": "word",
    "items[].tags": "word", "items[].tags[]": "word", "items[].n": "number", "items[0].n": "number", '"a.b"': "word",
    "m": "number", "m[]": "number", "m[][]": "number", "missing": "word", "o": "objects", "o.a.b": "word",
}
INNER_PATHS = {"food": "word", "tags": "word", "tags[]": "word", "n": "number", "likes": "bool", "missing": "word"}
# Of each kind of value, the types of indexes on payloads that may be made on it.
INDEXES = {"lang": ["keyword", "prefix"], "tags": ["keyword"], "n": ["integer", "float"], "rank": ["float"],
           "ok": ["bool"], "at": ["datetime"], "place": ["geo"], "u": ["uuid"], "o.b.c": ["float"],
           "text": ["text"]}


class Generator:
    """Makes what a round needs."""

    def __init__(self, rng):
        self.rng = rng

    def choice(self, values):
        return self.rng.choice(list(values))

    def chance(self, share):
        return self.rng.random() < share

    def some(self, make, fewest, most):
        """A list of that many things."""
        return [make() for _ in range(self.rng.randint(fewest, most))]

    # --- Vectors and collections ---

    def vector(self, size):
        """Numbers that a float holds, so that both sides have the same; none is zero, and so many are possible that
        no two points are equally far from a third."""
        return [self.rng.choice((-1, 1)) * self.rng.randint(1, 2**23 - 1) / 2**22 for _ in range(size)]

    def sparse_vector(self):
        indices = sorted(self.rng.sample(SPARSE_INDICES, self.rng.randint(1, len(SPARSE_INDICES) // 2)))
        return {"indices": indices, "values": self.vector(len(indices))}

    def vector_of(self, spec):
        """A vector for that entry of a collection's vectors."""
        if spec.get("type") == "sparsevec":
            return self.sparse_vector()
        if spec.get("multivector"):
            return self.some(lambda: self.vector(spec["size"]), 1, 4)
        return self.vector(spec["size"])

    def collection(self):
        """Name → what create_collection() takes; the unnamed vector's name is empty."""
        def dense():
            return {"size": self.rng.randint(2, 8), "distance": self.choice(DISTANCES),
                    "index": self.choice(["none", "hnsw"])}
        if self.chance(0.5):
            return {"": dense()}
        vectors = {name: dense() for name in self.rng.sample(["title", "body", "Bild_ü"], self.rng.randint(1, 3))}
        if self.chance(0.5):
            vectors["words"] = {"distance": "dot", "type": "sparsevec", "index": "none"}
        if self.chance(0.5):
            vectors["parts"] = {"size": 3, "distance": self.choice(["cosine", "dot"]), "multivector": True,
                                "index": "none"}
        return vectors

    def ids(self, kind, count):
        if kind == "bigint":
            return self.rng.sample(range(3 * count), count)
        return [str(uuid.UUID(int=self.rng.getrandbits(128))) for _ in range(count)]

    # --- Payloads ---

    def number(self):
        if self.chance(0.6):
            return self.rng.randint(-3, 12)
        return self.choice([self.rng.randint(-20, 100) / 4, 1e300, -0.0, 5.0, 2**53, 123456789.125])

    def text(self):
        words = self.some(lambda: self.choice(TEXT_WORDS), 0, 6)
        return "".join(word + self.choice(SEPARATORS) for word in words)

    def point_on_earth(self):
        lon = self.choice([self.rng.uniform(-180, 180), self.rng.uniform(10, 16), self.rng.uniform(-180, -176),
                           self.rng.uniform(176, 180)])
        lat = self.choice([self.rng.uniform(-90, 90), self.rng.uniform(48, 54), self.rng.uniform(85, 90)])
        return {"lon": round(lon, 6), "lat": round(lat, 6)}

    def scalar(self, kind):
        if kind == "word":
            return self.choice(WORDS)
        if kind == "number":
            return self.number()
        if kind == "bool":
            return self.chance(0.5)
        if kind == "time":
            return self.choice(TIMES if self.chance(0.8) else NO_TIMES)
        if kind == "geo":
            point = self.point_on_earth()
            return point if self.chance(0.9) else self.choice([{"lon": point["lon"]}, {"lon": "1", "lat": 2}, {}, []])
        if kind == "text":
            return self.text()
        if kind == "uuid":
            return self.choice(UUIDS) if self.chance(0.9) else self.choice(WORDS)
        return {}

    def anything(self, depth=2):
        """A JSON value of any kind."""
        if depth == 0 or self.chance(0.6):
            return self.choice([None, True, False, 0, 1, 5, 2.5, "red", "5", "", "2024-01-05T10:00:00Z", [], {}])
        if self.chance(0.5):
            return self.some(lambda: self.anything(depth - 1), 0, 3)
        return {key: self.anything(depth - 1) for key in self.rng.sample(["a", "b", "food", "n", "lon"], 2)}

    def value(self, kind, array_share=0.25):
        """A value of that kind, an array of them, or now and then something else."""
        if self.chance(0.06):
            return self.anything()
        if self.chance(array_share):
            return [None if self.chance(0.05) else self.scalar(kind) for _ in range(self.rng.randint(0, 4))]
        return self.scalar(kind)

    def item(self):
        item = {}
        for key, kind in (("food", "word"), ("n", "number"), ("likes", "bool")):
            if self.chance(0.8):
                item[key] = self.value(kind, 0.05)
        if self.chance(0.5):
            item["tags"] = self.value("word", 0.8)
        return item

    def payload(self):
        payload = {}
        for key in ("lang", "n", "ok", "at", "place", "text", "u"):
            if self.chance(0.8):
                payload[key] = self.value(PATHS[key])
        if self.chance(0.8):
            payload["tags"] = self.value("word", 0.8)
        if self.chance(0.9):
            payload["rank"] = self.rng.randint(-1000, 1000) / 8
        if self.chance(0.7):
            inner = {"a": self.value("word"), "b": {"c": self.value("number")}, "l": self.value("number", 0.8)}
            payload["o"] = {key: inner[key] for key in inner if self.chance(0.8)}
        if self.chance(0.7):
            payload["items"] = self.some(self.item, 0, 3) if self.chance(0.9) else self.item()
        if self.chance(0.3):
            payload["a.b"] = self.value("word")
        if self.chance(0.4):
            payload["m"] = self.some(lambda: self.value("number", 0.7), 0, 3)
        if payload and self.chance(0.2):
            payload[self.choice(payload)] = self.anything()
            if payload.get("rank", 0) is None or isinstance(payload.get("rank"), list):
                applied("formula-of-null" if payload["rank"] is None else "formula-of-array")
                del payload["rank"]
        return payload

    def point(self, point_id, vectors):
        """A point; a vector with a name is there more often than not."""
        if "" in vectors:
            vector = self.vector_of(vectors[""])
        else:
            vector = {name: self.vector_of(spec) for name, spec in vectors.items() if self.chance(0.85)}
        return {"id": point_id, "vector": vector, "payload": self.payload()}

    # --- Filters ---

    def bounds(self, values):
        names = self.rng.sample(["gt", "gte", "lt", "lte"], self.choice([1, 1, 2]))
        return {name: self.choice(values) for name in names}

    def number_bounds(self):
        return self.bounds([self.rng.randint(-3, 12), self.rng.randint(-20, 60) / 4, 1e300, 0, 5])

    def match(self, kind):
        if kind == "number":
            values = list(range(-2, 12))
        elif kind == "uuid":
            values = UUIDS
        elif kind == "time":
            values = TIMES
        else:
            values = WORDS
        if kind == "bool" or (kind == "word" and self.chance(0.05)):
            return {"value": self.chance(0.5)}
        some = self.rng.sample(values, self.rng.randint(0, 3))
        choices = [{"value": self.choice(values)}, {"any": some}, {"except": some}]
        if kind != "number":
            choices.append({"prefix": self.choice(values)[: self.rng.randint(0, 3)]})
        if kind == "text":
            query = " ".join(self.some(lambda: self.choice(TEXT_WORDS), 1, 3))
            choices = [{"text": query}, {"text_any": query}, {"phrase": query}]
        return self.choice(choices)

    def geo(self):
        point = self.point_on_earth()
        kind = self.choice(["radius", "box", "polygon"])
        if kind == "radius":
            return {"geo_radius": {"center": point, "radius": self.choice([1e4, 3e5, 2e6, 1.2e7])}}
        if kind == "box":
            other = self.point_on_earth()
            north, south = max(point["lat"], other["lat"]), min(point["lat"], other["lat"])
            return {"geo_bounding_box": {"top_left": {"lon": point["lon"], "lat": north},
                                         "bottom_right": {"lon": other["lon"], "lat": south}}}
        center, width, height = {"lon": 13, "lat": 51}, self.rng.uniform(1, 20), self.rng.uniform(1, 20)
        def ring(share):
            corners = [(-1, -1), (1, -0.5), (0.6, 1), (-0.7, 0.8), (-1, -1)]
            return {"points": [{"lon": center["lon"] + width * share * x, "lat": center["lat"] + height * share * y}
                               for x, y in corners]}
        polygon = {"exterior": ring(1)}
        if self.chance(0.5):
            polygon["interiors"] = [ring(0.4)]
        return {"geo_polygon": polygon}

    def field_condition(self, paths):
        path = self.choice(paths)
        kind = paths[path] if self.chance(0.9) else self.choice(["word", "number", "bool", "time", "geo", "text"])
        if self.chance(0.2):
            return self.choice([{"is_empty": {"key": path}}, {"is_null": {"key": path}},
                                {"key": path, "values_count": self.bounds([0, 1, 2, 3])}])
        if kind == "geo":
            return {"key": path, **self.geo()}
        if kind == "number" and self.chance(0.7):
            return {"key": path, "range": self.number_bounds()}
        if kind == "time" and self.chance(0.8):
            return {"key": path, "range": self.bounds(BOUNDS)}
        return {"key": path, "match": self.match(kind)}

    def condition(self, depth, paths, ids, vectors):
        if depth > 0 and self.chance(0.3):
            return self.filter(depth - 1, paths, ids, vectors)
        if paths is PATHS and self.chance(0.08):
            key = self.choice(["items", "items[]", "o", "o.l"])
            return {"nested": {"key": key, "filter": self.filter(min(depth, 1), INNER_PATHS, None, None)}}
        if ids and self.chance(0.05):
            return {"has_id": self.rng.sample(ids, min(len(ids), 10))}
        if ids and self.chance(0.05):
            total = self.rng.randint(1, 5)
            return {"slice": {"total": total, "index": self.rng.randrange(total)}}
        if vectors and self.chance(0.05):
            return {"has_vector": self.choice(vectors)}
        return self.field_condition(paths)

    def filter(self, depth=2, paths=None, ids=None, vectors=None):
        """A filter of up to that many levels below it. Ids and vectors: what it may ask for."""
        paths = PATHS if paths is None else paths
        def conditions(most):
            return self.some(lambda: self.condition(depth, paths, ids, vectors), 1 if self.chance(0.9) else 0, most)
        result = {}
        for clause in self.rng.sample(["must", "should", "must_not", "min_should"], self.choice([1, 1, 2])):
            if clause == "min_should":
                parts = conditions(3)
                result[clause] = {"conditions": parts, "min_count": self.rng.randint(1, max(1, len(parts)))}
            else:
                parts = conditions(2)
                result[clause] = parts[0] if len(parts) == 1 and self.chance(0.2) else parts
        return result
