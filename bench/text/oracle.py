"""Scores by BM25 from the words of each row, without an index: what an index has to find."""
import json

import numpy

K1, B, MOST_FREQUENT = 1.2, 0.75, 127


def decoded_lengths(lengths):
    """Lengths as an index has them: exact up to 39, above 24 and a number of four significant bits, rounded down."""
    rest = numpy.maximum(lengths.astype(numpy.int64) - 24, 1)
    shift = numpy.maximum(numpy.floor(numpy.log2(rest)).astype(numpy.int64) - 3, 0)
    return numpy.where(lengths < 32, lengths, 24 + (rest >> shift << shift))


class Oracle:
    """Knows the scores of all rows of table docs for the queries that it was made for."""

    def __init__(self, connection, queries):
        self.terms = {query: dict(connection.execute("SELECT lexeme, count FROM vecext.query_tokens('english', %s)", [query]).fetchall())
                      for query in queries}
        wanted = sorted({term for terms in self.terms.values() for term in terms})
        postings = {term: ([], []) for term in wanted}
        lengths, parts, self.place = [], [], {}
        with connection.cursor().copy("""
                COPY (SELECT json_build_array(d.id, d.part, t.length, t.counts)
                    FROM docs d, LATERAL (
                        SELECT coalesce(sum(count), 0)::int, coalesce(json_object_agg(lexeme, count) FILTER (WHERE lexeme = ANY (%s)), '{}')
                        FROM vecext.tokens('english', d.body)) t(length, counts)
                    ORDER BY d.id) TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')""", [wanted]) as rows:
            for block in lines_of(rows):
                row, part, length, counts = json.loads(block)
                for term, count in counts.items():
                    postings[term][0].append(len(lengths))
                    postings[term][1].append(min(count, MOST_FREQUENT))
                self.place[row] = len(lengths)
                lengths.append(length)
                parts.append(part)
        self.parts = numpy.array(parts)
        lengths = decoded_lengths(numpy.array(lengths))
        self.norms = K1 * (1 - B + B * lengths / lengths.mean())
        self.postings = {term: (numpy.array(rows, int), numpy.array(counts, float)) for term, (rows, counts) in postings.items()}

    def scores(self, query):
        """Of all rows, in the order of their ids; 0 where nothing matches."""
        scores = numpy.zeros(len(self.norms))
        for term, weight in self.terms[query].items():
            rows, counts = self.postings[term]
            idf = numpy.log(1 + (len(scores) - len(rows) + 0.5) / (len(rows) + 0.5))
            scores[rows] += weight * idf * (K1 + 1) * counts / (counts + self.norms[rows])
        return scores

    def difference(self, query, part, ids, limit):
        """What is wrong with the ids that a search among the rows below a part has found; None if nothing is."""
        scores = self.scores(query)
        here = numpy.flatnonzero(self.parts < part)
        places = numpy.array([self.place[row] for row in ids], int)
        if len(places) != min(limit, len(here)) or len(set(ids)) != len(ids):
            return f"{len(set(ids))} rows of {min(limit, len(here))}"
        if (self.parts[places] >= part).any():
            return "a row that does not match"
        best = numpy.sort(scores[here])[::-1][:limit]
        wrong = numpy.flatnonzero(~numpy.isclose(scores[places], best, rtol=1e-5, atol=1e-9))
        return f"row {wrong[0] + 1} has score {scores[places][wrong[0]]}, not {best[wrong[0]]}" if len(wrong) else None


def lines_of(copy):
    """The lines of a COPY, whose messages may have several or parts of them."""
    rest = b""
    for block in copy:
        *lines, rest = (rest + bytes(block)).split(b"\n")
        yield from lines
