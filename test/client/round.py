"""A round: one random collection on both sides, questions to it, changes, and the questions again."""
import json

import psycopg

from compare import (DBSF_TOLERANCE, TOLERANCE, Difference, check_equal, check_ranking, check_records, check_sets,
                     close, same_value)
from deviations import applied
from generate import INDEXES, PATHS, Generator
from qdrant_side import REFUSALS, status_of

POINTS = (20, 90)
FILTERS = 40
QUERIES = 30
CHANGES = 12
FACET_KEYS = ["lang", "tags", "tags[]", "n", "ok", "u", "items[].food", "o.a", "missing"]
GROUP_KEYS = ["lang", "tags", "n", "u", "items[].food", "o.a"]
KEYS_TO_SET = ["o", "o.b", "items[]", "items[0]", "new.path", "o.l[1]", '"a.b"', "lang.x"]
KEYS_TO_DELETE = ["lang", "o.a", "o", "items[].food", "tags[]", '"a.b"', "items[0].n", "m[][]", "missing"]
PATHS_TO_SHOW = ["lang", "n", "o", "o.a", "o.b.c", "o.l[]", "items[]", "items[].food", "items[].tags", '"a.b"', "m[][]",
                 "missing", "tags", "tags.x"]
MAX_PAIRS = 3


class Lost(Exception):
    """The connection is lost: the server has crashed."""


class Round:
    """Asks both sides; what differs goes to `differences`, a list of texts."""

    def __init__(self, number, rng, ours, theirs):
        self.make = Generator(rng)
        self.rng, self.ours, self.theirs = rng, ours, theirs
        self.name = f"second opinion {number}"
        self.vectors, self.ids, self.having, self.id_type = {}, [], {}, None
        self.repeated = []  # requests to ask again
        self.compared = 0
        self.missing = set()
        self.differences = []

    # --- What a comparison is ---

    def compare(self, title, arguments, check):
        """Runs check(); an error of ours or a difference is kept with all that repeats it."""
        self.compared += 1
        try:
            check()
        except psycopg.errors.UndefinedFunction as error:
            self.missing.add(str(error).split("(")[0])
        except (Difference, psycopg.Error, *REFUSALS) as error:
            text = json.dumps(arguments, ensure_ascii=False)
            self.differences.append(f"{title}({text})\n    {type(error).__name__}: {error}")

            if isinstance(error, psycopg.OperationalError):
                raise Lost from error

    def both(self, method, *arguments, **named):
        """Changes both sides."""
        try:
            getattr(self.theirs, method)(*arguments, **named)
        except KeyError:
            applied("missing-point-is-skipped")
        getattr(self.ours, method)(*arguments, **named)

    # --- The round ---

    def run(self):
        self.vectors, self.id_type = self.make.collection(), self.make.choice(["bigint", "uuid"])
        self.ids = self.make.ids(self.id_type, self.rng.randint(*POINTS))
        self.ours.create(self.name, self.vectors, self.id_type)
        self.ours.use_indexes(self.make.chance(0.5))
        self.theirs.create(self.name, self.vectors)
        try:
            points = [self.make.point(point, self.vectors) for point in self.ids]
            self.both("upsert", points)
            self.create_indexes()
            self.note_points(self.theirs.records())
            self.ask()
            self.compare_records()
            if all(self.change() for _ in range(CHANGES)):
                self.ask()
        except Lost:
            pass
        finally:
            self.ours.drop()
            self.theirs.drop()

    def create_indexes(self):
        """On some keys of half of the collections."""
        if not self.make.chance(0.5):
            return
        for key in self.rng.sample(list(INDEXES), self.rng.randint(1, len(INDEXES))):
            self.theirs.indexes[key] = kind = self.make.choice(INDEXES[key])
            self.compare("create_payload_index", [key, kind], lambda: self.ours.create_index(key, kind))

    def ask(self):
        for _ in range(FILTERS):
            self.ask_filter()
        for _ in range(QUERIES):
            self.ask_query()
        for ask in (self.ask_scroll, self.ask_order, self.ask_list, self.ask_facet, self.ask_groups, self.ask_selected):
            for _ in range(3):
                ask()
        self.ask_matrix()  # takes the in-memory implementation long
        self.ask_batch()
        self.ask_repeated()

    def some_filter(self):
        return self.make.filter(2, None, self.ids, list(self.vectors))

    def maybe_filter(self):
        """A filter that few points fail, none, or any."""
        if self.make.chance(0.5):
            return None
        if self.make.chance(0.5):
            return {"must": [{"key": "rank", "range": {"gte": self.rng.randint(-125, 60)}}]}
        return self.some_filter()

    # --- Filters ---

    def ask_filter(self):
        filter = self.some_filter()
        expected = self.theirs.matching(filter)

        def check():
            check_sets(self.ours.matching(filter), expected)
            if not any(f'"{of_row}"' in json.dumps(filter) for of_row in ("has_id", "has_vector", "slice")):
                check_sets(self.ours.matching_payloads(filter), expected)
            check_equal(self.ours.count(filter), len(expected))
        self.compare("matches, count_points", filter, check)

    def ask_scroll(self):
        filter, limit = self.maybe_filter(), self.rng.randint(1, 15)

        def check():
            offset = cursor = None
            while True:
                ids, cursor = self.ours.scroll(filter, limit, cursor)
                by_id, following = self.ours.scroll_from(filter, limit, offset)
                expected, offset = self.theirs.scroll(filter, limit, offset)
                check_equal(ids, expected)
                check_equal(by_id, expected)
                check_equal(cursor is None, offset is None)
                check_equal(following, None if offset is None else str(offset))
                if offset is None:
                    return
        self.compare("scroll", [filter, limit], check)

    def ask_order(self):
        order_by = {"key": self.make.choice(["rank", "n", "at", "o.b.c", "missing"]),
                    "direction": self.make.choice(["asc", "desc"])}
        if order_by["key"] == "rank" and self.make.chance(0.5):
            order_by["start_from"] = self.rng.randint(-100, 100)
        filter, limit = self.maybe_filter(), self.rng.randint(1, 30)
        expected, values = self.theirs.ordered(filter, limit, order_by)
        self.compare("scroll by key", [filter, limit, order_by],
                     lambda: check_ranking(self.ours.ordered(filter, limit, order_by), expected, values))

    def ask_list(self):
        """Points by id or by a key, asked of query()."""
        request = {"limit": self.rng.randint(1, 20), "offset": self.rng.randint(0, 5)}
        filter = self.maybe_filter()
        if filter is not None:
            request["filter"] = filter
        if self.make.chance(0.5):
            request["query"] = {"order_by": {"key": "rank", "direction": self.make.choice(["asc", "desc"])}}
        expected, _ = self.theirs.query(request)
        ranks = {point: payload.get("rank") for point, (payload, _) in self.theirs.records().items()}
        applied("no-score-in-lists")

        def check():
            points = [point for point, _ in self.ours.query(request)]
            if "query" in request:
                check_ranking([(point, ranks[point]) for point in points],
                              [(point, ranks[point]) for point, _ in expected], ranks)
            else:
                check_equal(points, [point for point, _ in expected])
        self.compare("query without vectors", request, check)

    def ask_selected(self):
        paths = self.rng.sample(PATHS_TO_SHOW, self.rng.randint(1, 3))
        selector = self.make.choice([paths, {"include": paths}, {"exclude": paths}])
        expected = self.theirs.selected(self.ids, selector)

        def check():
            for point, payload in self.ours.selected(self.ids, selector).items():
                if not same_value(payload, expected[point]):
                    raise Difference(f"{point}: ours {payload!r}, theirs {expected[point]!r}")
        self.compare("with_payload", selector, check)

    def ask_facet(self):
        key, filter, limit = self.make.choice(FACET_KEYS), self.maybe_filter(), self.rng.randint(1, 12)
        expected = self.theirs.facet(key, filter)

        def by_type(hits):
            applied("facet-order-of-types")
            return sorted(hits, key=lambda hit: (-hit[2], hit[0]))  # values of a type stay as they were
        self.compare("facet", [key, filter, limit],
                     lambda: check_equal(by_type(self.ours.facet(key, filter, limit)), by_type(expected)))

    # --- Queries ---

    def using(self, kinds=("dense",)):
        """The name of a vector of one of those kinds; None where there is none."""
        names = [name for name, spec in self.vectors.items() if self.kind(spec) in kinds]
        return self.make.choice(names) if names else None

    @staticmethod
    def kind(spec):
        if spec.get("type") == "sparsevec":
            return "sparse"
        return "multi" if spec.get("multivector") else "dense"

    def new_vector(self, using):
        return self.make.vector_of(self.vectors[using])

    def example(self, using):
        """An id of a point that has the vector, or a vector."""
        having = self.having[using]
        return self.make.choice(having) if having and self.make.chance(0.6) else self.new_vector(using)

    def note_points(self, records):
        """Sets ids to those of the points that are there, and `having`: name of a vector → ids of those with it."""
        by_text = {str(point): point for point in self.ids}
        self.ids = [point for point in self.ids if str(point) in records]
        self.having = {name: [by_text[point] for point, (_, vectors) in sorted(records.items()) if name in vectors]
                for name in self.vectors}

    def base(self, using, query):
        request = {"query": query, "limit": self.rng.randint(1, 20)}
        if using != "":
            request["using"] = using
        filter = self.maybe_filter()
        if filter is not None:
            request["filter"] = filter
        # A search by a sparse vector ends where products are 0 unless it is exact (§12).
        is_sparse = self.kind(self.vectors[using]) == "sparse"
        request["params"] = {"exact": True} if is_sparse else self.make.choice([{"exact": True}, {"hnsw_ef": 1000}])
        return request

    def vector_query(self, kinds=("dense",), plain=False):
        """A request that ranks by vectors; None where the collection has none of those kinds."""
        using = self.using(kinds)
        if using is None:
            return None
        forms = ["vector", "point"]
        if kinds == ("multi",):
            forms.append("recommend")
        form = self.make.choice(forms if plain else forms + ["mmr", "recommend", "discover", "context", "feedback"])
        if form == "vector" or not self.having[using]:
            query = self.new_vector(using)
        elif form == "point":
            query = self.make.choice(self.having[using])
        elif form == "mmr":
            query = {"nearest": self.example(using), "mmr": {"diversity": self.rng.random(),
                                                             "candidates_limit": self.rng.randint(20, 40)}}
        elif form == "recommend":
            strategy = self.make.choice(["average_vector", "best_score", "sum_scores"])
            query = {"recommend": {
                "positive": self.make.some(lambda: self.example(using), 1, 3),
                "negative": self.make.some(lambda: self.example(using), 0, 2), "strategy": strategy}}
            if strategy != "average_vector" and query["recommend"]["negative"] and self.make.chance(0.3):
                query["recommend"]["positive"] = []
        elif form == "discover":
            query = {"discover": {"target": self.example(using), "context": self.pairs(using, 0)}}
        elif form == "context":
            query = {"context": self.pairs(using, 1)}
        else:
            query = {"relevance_feedback": {
                "target": self.example(using),
                "feedback": self.make.some(
                    lambda: {"example": self.example(using), "score": self.rng.randint(0, 8) / 8}, 2, 4),
                "strategy": {"naive": {"a": 0.5, "b": 0.75, "c": 0.25}}}}
        request = self.base(using, query)
        if form in ("vector", "point", "mmr", "recommend", "discover") and self.make.chance(0.3):
            request["score_threshold"] = self.rng.randint(-20, 40) / 10
        if form != "mmr" and self.make.chance(0.3):
            request["offset"] = self.rng.randint(0, 5)
        return request

    def pairs(self, using, fewest):
        return self.make.some(lambda: self.pair(using), fewest, MAX_PAIRS)

    def pair(self, using):
        """Two examples. If they were one point, rounding would decide on which side of it a point is there."""
        positive = self.example(using)
        negative = self.example(using)
        while negative == positive:
            negative = self.example(using)
        return {"positive": positive, "negative": negative}

    def prefetch(self, depth=1):
        """A request within another: no offset, and an order without ties."""
        if depth > 0 and self.make.chance(0.2):
            return self.fused(depth - 1)
        request = self.vector_query(plain=True)
        request.pop("offset", None)
        return request

    def fused(self, depth=1):
        """A fusion of several prefetches, or a formula over them; or a vector that ranks what they found."""
        request = {"prefetch": self.make.some(lambda: self.prefetch(depth), 1, 3), "limit": self.rng.randint(1, 20)}
        # Within another request it is an order without ties.
        form = self.make.choice(["rrf", "weights", "dbsf", "vector", "formula"]) if depth == 1 else "vector"
        if form == "rrf":
            request["query"] = {"fusion": "rrf"}
        elif form == "weights":
            weights = [self.rng.randint(0, 8) / 4 for _ in request["prefetch"]]
            request["query"] = {"rrf": {"k": self.rng.randint(1, 60), "weights": weights}}
        elif form == "dbsf":
            request["query"] = {"fusion": "dbsf"}
        elif form == "formula":
            request["query"] = {"formula": self.formula(2, len(request["prefetch"])), "defaults": {"rank": 1.5}}
        else:
            using = self.using()
            request["query"] = self.new_vector(using)
            if using != "":
                request["using"] = using
        if form in ("rrf", "weights") and self.make.chance(0.3):
            request["score_threshold"] = self.rng.randint(1, 60) / 97
        return request

    def formula(self, depth, prefetches):
        """An expression that is finite for every point."""
        if depth == 0 or self.make.chance(0.2):
            condition = self.make.field_condition({path: PATHS[path] for path in ("lang", "ok")})
            return self.make.choice([self.rng.randint(-20, 20) / 8, "$score", "rank",
                                     f"$score[{self.rng.randrange(prefetches)}]", condition])
        def part():
            return self.formula(depth - 1, prefetches)
        return self.make.choice([
            {"sum": [part(), part()]}, {"mult": [part(), part()]}, {"neg": part()}, {"abs": part()},
            {"div": {"left": part(), "right": {"sum": [1, {"abs": part()}]}}}, {"sqrt": {"abs": part()}},
            {"max": [part(), part(), part()]}, {"min": [part(), part()]}, {"acosh": {"sum": [1, {"abs": part()}]}},
            {"ln": {"sum": [1, {"abs": part()}]}}, {"log10": {"sum": [1, {"abs": part()}]}},
            {"pow": {"base": {"sum": [1, {"abs": part()}]}, "exponent": 0.5}},
            {"exp_decay": {"x": part(), "target": 2, "scale": 10, "midpoint": 0.25}},
            {"gauss_decay": {"x": part(), "scale": 5}},
            {"lin_decay": {"x": part(), "target": -1, "scale": 20, "midpoint": 0.5}}])

    def compare_query(self, request):
        try:
            expected, everything = self.theirs.query(request)
        except ValueError as error:
            self.compare("query that fails", [request, str(error)], lambda: self.check_refused(request))
            return
        tolerance = DBSF_TOLERANCE if request["query"] == {"fusion": "dbsf"} else TOLERANCE
        self.compare("query", request,
                     lambda: check_ranking(self.ours.query(request), expected, everything, tolerance))
        if "prefetch" in request:
            return

        def check_direct():
            direct = self.ours.direct(request)
            if direct is not None:
                check_ranking(direct, expected, everything)
        self.compare("function of its own", request, check_direct)

    def check_refused(self, request):
        try:
            answer = self.ours.query(request)
        except psycopg.DataError:
            return
        except REFUSALS as error:
            if status_of(error) == 400:
                return
            raise
        raise Difference(f"ours {answer}")

    def ask_query(self):
        if self.using() is not None and self.make.chance(0.35):
            request = self.fused()
        else:
            kinds = self.make.choice([("dense",), ("dense",), ("sparse",), ("multi",)])
            request = self.vector_query(kinds, plain=kinds != ("dense",)) or self.vector_query()
        self.compare_query(request)
        if self.make.chance(0.15):
            self.repeated.append(request)

    def ask_repeated(self):
        """Requests of before, several times, so that what the session keeps of statements is used."""
        for request in self.repeated:
            if self.examples_are_there(request):
                for _ in range(3):
                    self.compare_query(request)

    def examples_are_there(self, request):
        """Whether the points whose vectors a request asks for still have them."""
        try:
            self.theirs.query(request)
        except ValueError:
            return False
        return True

    def ask_batch(self):
        requests = [self.vector_query() for _ in range(4)]
        expected = [self.theirs.query(request) for request in requests]

        def check():
            for answer, (ranking, everything) in zip(self.ours.query_batch(requests), expected, strict=True):
                check_ranking(answer, ranking, everything)
        self.compare("query_batch", requests, check)

    def ask_groups(self):
        request = self.vector_query(plain=True)
        for key in ("limit", "offset"):
            request.pop(key, None)
        arguments = self.make.choice(GROUP_KEYS), self.rng.randint(1, 6), self.rng.randint(1, 4)
        expected = self.theirs.groups(request, *arguments)

        def check(groups):
            check_equal([key for key, _ in groups], [key for key, _ in expected])
            for (_, ranking), (_, other) in zip(groups, expected):
                check_ranking(ranking, other, dict(other))
        self.compare("query_groups", [request, *arguments], lambda: check(self.ours.groups(request, *arguments)))
        if isinstance(request["query"], list):
            self.compare("search_groups", [request, *arguments],
                         lambda: check(self.ours.search_groups(request, *arguments)))

    def ask_matrix(self):
        filter, limit, using = self.maybe_filter(), self.rng.randint(1, 4), self.using()
        sample = len(self.ids)
        expected = self.theirs.matrix(filter, sample, limit, using)

        def check():
            pairs = self.ours.matrix(filter, sample, limit, using)
            check_sets(pairs, expected)
            for pair, score in pairs.items():
                if not close(score, expected[pair]):
                    raise Difference(f"{pair}: ours {score}, theirs {expected[pair]}")
        self.compare("distance_matrix", [filter, sample, limit, using], check)

    # --- Changes ---

    def compare_records(self):
        expected = self.theirs.records()
        self.compare("get_points", len(self.ids), lambda: check_records(self.ours.records(self.ids), expected))

    def selection(self):
        """Points of the collection: ids, or a filter."""
        if self.make.chance(0.5):
            ids = self.rng.sample(self.ids, min(len(self.ids), self.rng.randint(1, 8)))
            return {"ids": ids + self.unknown_ids() if self.make.chance(0.2) else ids}
        return {"filter": self.some_filter()}

    def unknown_ids(self):
        return [point for point in self.make.ids(self.id_type, 200) if point not in self.ids][:1]

    def change(self):
        """Changes both sides; whether they are still the same."""
        before = len(self.differences) + len(self.missing)
        kinds = ["upsert", "update_vectors", "delete_vectors", "delete", "set_payload", "set_payload", "set_payload",
                 "overwrite_payload", "delete_payload", "clear_payload"]
        kind = self.make.choice(kinds)
        method = getattr(self, f"change_{kind}", None)
        arguments = method() if method else self.selection()
        self.compare(kind, arguments, lambda: self.both(kind, **arguments))
        expected = self.theirs.records()
        self.note_points(expected)
        self.compare(f"after {kind}", arguments, lambda: check_records(self.ours.records(self.ids), expected))
        return len(self.differences) + len(self.missing) == before

    def change_upsert(self):
        new = [point for point in self.make.ids(self.id_type, 200) if point not in self.ids][:3]
        old = self.rng.sample(self.ids, min(len(self.ids), 3))
        arguments = {"points": [self.make.point(point, self.vectors) for point in new + old]}
        mode = self.make.choice([None, None, "upsert", "insert_only", "update_only"])
        if mode is not None:
            arguments["mode"] = mode
        if self.make.chance(0.3):
            arguments["condition"] = self.some_filter()
        self.ids = self.ids + new
        return arguments

    def change_update_vectors(self):
        points = []
        for point in self.rng.sample(self.ids, min(len(self.ids), 4)):
            if "" in self.vectors:
                points.append({"id": point, "vector": self.new_vector("")})
            else:
                name = self.make.choice(self.vectors)
                points.append({"id": point, "vector": {name: self.new_vector(name)}})
        with_unknown = points + [{**points[0], "id": self.unknown_ids()[0]}]
        self.compare("update_vectors of a missing point", with_unknown, lambda: self.check_missing(with_unknown))
        return {"points": points}

    def check_missing(self, points):
        applied("missing-point-undoes")
        try:
            self.ours.update_vectors(points)
        except psycopg.errors.NoDataFound:
            return
        except REFUSALS as error:
            if status_of(error) == 404:
                return
            raise
        raise Difference("ours: no error")

    def change_delete_vectors(self):
        return {"names": self.rng.sample(list(self.vectors), 1), **self.few()}

    def change_delete(self):
        return self.few()

    def few(self):
        """Few points, so that some are left."""
        return {"ids": self.rng.sample(self.ids, min(len(self.ids), 4))}

    def change_set_payload(self):
        arguments = {"payload": {**self.make.payload(), "lang": self.make.choice([None, "new"])}, **self.selection()}
        if self.make.chance(0.6):
            arguments["key"] = key = self.make.choice(KEYS_TO_SET)
            arguments["payload"] = {"food": "set", "n": self.make.number(), "likes": None}
            if "[" in key:
                applied("no-array-is-made")
                arguments = {**arguments, "ids": None, "filter": {"must_not": [{"is_empty": {"key": key}}]}}
        return arguments

    def change_overwrite_payload(self):
        return {"payload": self.make.payload(), **self.selection()}

    def change_delete_payload(self):
        applied("delete-element")
        return {"keys": self.rng.sample(KEYS_TO_DELETE, 2), **self.selection()}

    def change_clear_payload(self):
        return self.few()
