-- Lists of hits: recall, reciprocal rank, discounted gain; marginal relevance; formulas over arrays.
\set VERBOSITY terse
SET client_min_messages = warning;

-- Of the relevant ids 3, 7 and 9 two are among the first four.
SELECT round(vecext.recall_at_k(ARRAY[3, 1, 9, 4, 7], ARRAY[9, 7, 3], 4)::numeric, 4);
SELECT k, round(vecext.recall_at_k(ARRAY[3, 1, 9, 4, 7], ARRAY[9, 7, 3], k)::numeric, 4) AS recall,
    round(vecext.mrr(ARRAY[1, 3, 9, 4, 7], ARRAY[9, 7], k)::numeric, 4) AS mrr,
    round(vecext.ndcg(ARRAY[3, 1, 9, 4, 7], ARRAY[9, 7, 3], k)::numeric, 4) AS ndcg
FROM generate_series(1, 6) k;
-- By hand: (1 / log2(2) + 1 / log2(4) + 1 / log2(6)) / (1 / log2(2) + 1 / log2(3) + 1 / log2(4)).
SELECT round(((1 + 1 / log(2, 4) + 1 / log(2, 6)) / (1 + 1 / log(2, 3) + 1 / log(2, 4)))::numeric, 4) AS ndcg;
-- Gains: those of ids in their order; the best order has 1; a larger gain further down has less.
SELECT gains, round(vecext.ndcg(ARRAY['a', 'b', 'c'], ARRAY['a', 'b', 'c'], 10, gains)::numeric, 4) AS ndcg
FROM unnest(ARRAY['3 2 1', '1 2 3', '0 0 1', '5 5 5']) g, LATERAL (SELECT string_to_array(g, ' ')::float8[] AS gains) s;
SELECT round(((1 + 2 / log(2, 3) + 3 / log(2, 4)) / (3 + 2 / log(2, 3) + 1 / log(2, 4)))::numeric, 4) AS of_1_2_3;
-- Ids given twice count once, nulls are no ids, other types of ids.
SELECT vecext.recall_at_k(ARRAY[1, 1, 2], ARRAY[1, 1, 2, NULL], 2), vecext.mrr(ARRAY[NULL, 2], ARRAY[2, NULL]),
    vecext.ndcg(ARRAY[1, 1, 1], ARRAY[1]), vecext.recall_at_k(ARRAY[1, 2]::int8[], ARRAY[2, 3]::int4[]),
    vecext.recall_at_k(ARRAY['a', 'B'], ARRAY['b', 'a']),
    vecext.mrr(ARRAY['550e8400-e29b-41d4-a716-446655440000']::uuid[], ARRAY['550E8400-E29B-41D4-A716-446655440000']::uuid[]);
-- Nothing found: 0. Nothing relevant, or null: null.
SELECT vecext.recall_at_k('{}'::int[], ARRAY[1]), vecext.mrr(ARRAY[2], ARRAY[1]), vecext.ndcg('{}'::int[], ARRAY[1]);
SELECT vecext.recall_at_k(ARRAY[1], '{}'::int[]) AS recall, vecext.mrr(ARRAY[1], ARRAY[NULL]::int[]) AS mrr,
    vecext.ndcg(ARRAY[1], '{}'::int[]) AS ndcg, vecext.ndcg(ARRAY[1], ARRAY[1], 10, ARRAY[0]) AS without_gain,
    vecext.recall_at_k(NULL::int[], ARRAY[1]) AS of_null;
-- Against SQL, on random lists.
SELECT count(*) FROM generate_series(1, 2000) i,
    LATERAL (SELECT array_agg((random() * 30)::int + 0 * g) AS retrieved FROM generate_series(1, 20 + 0 * i) g) a,
    LATERAL (SELECT array_agg((random() * 30)::int + 0 * g) AS relevant FROM generate_series(1, 8 + 0 * i) g) b,
    LATERAL (SELECT count(*) FILTER (WHERE r = ANY (retrieved[1:10])) / count(*)::float8 AS recall,
                 coalesce(1.0 / min(array_position(retrieved[1:10], r)), 0) AS mrr,
                 sum(1 / log(2, 1 + array_position(retrieved[1:10], r))::float8) AS dcg, count(*) AS wanted
             FROM (SELECT DISTINCT unnest(relevant) AS r) d) w,
    LATERAL (SELECT sum(1 / log(2, 1 + n)::float8) AS best FROM generate_series(1, least(10, wanted)) n) d
WHERE recall <> vecext.recall_at_k(retrieved, relevant) OR abs(mrr - vecext.mrr(retrieved, relevant)) > 1e-9
    OR abs(coalesce(dcg, 0) / best - vecext.ndcg(retrieved, relevant)) > 1e-9;
SELECT vecext.recall_at_k(ARRAY[1], ARRAY[1], 0);
SELECT vecext.ndcg(ARRAY[1], ARRAY[1], 10, ARRAY[1, 2]);
SELECT vecext.ndcg(ARRAY[1], ARRAY[1], 10, ARRAY[-1]);
SELECT vecext.ndcg(ARRAY[1], ARRAY[1], 10, ARRAY['NaN'::float8]);
SELECT vecext.recall_at_k(ARRAY['(1,2)'::point], ARRAY['(1,2)'::point]);

-- Marginal relevance: lambda 1 is the order of similarity; a smaller one skips what is like a chosen one.
SELECT lambda, vecext.mmr('[1, 0]', ARRAY['near', 'same', 'other', 'far'],
    ARRAY['[1, 0.1]', '[1, 0.11]', '[1, -0.8]', '[-1, 0]']::vector[], lambda, 3)
FROM unnest(ARRAY[1, 0.5, 0]) lambda;
SELECT vecext.mmr('[1, 0]', ARRAY[1, 2], ARRAY['[0, 1]', '[1, 0]']::vector[]),
    vecext.mmr('[1, 0]', ARRAY[1, NULL], ARRAY['[0, 0]', '[1, 0]']::vector[], 0.5, 1),
    vecext.mmr('[1, 0]', '{}'::int[], '{}'::vector[]);
SELECT vecext.mmr('[1, 0]', ARRAY[1, 2], ARRAY['[0, 1]']::vector[]);
SELECT vecext.mmr('[1, 0]', ARRAY[1], ARRAY['[0, 1, 2]']::vector[]);
SELECT vecext.mmr('[1, 0]', ARRAY[1], ARRAY[NULL]::vector[]);
SELECT vecext.mmr('[1, 0]', ARRAY[1], ARRAY['[0, 1]']::vector[], 1.5);
SELECT vecext.mmr('[1, 0]', ARRAY[1], ARRAY['[0, 1]']::vector[], 'NaN');
SELECT vecext.mmr('[1, 0]', ARRAY[1], ARRAY['[0, 1]']::vector[], 0.5, 0);

-- Formulas: scores, payloads, conditions, defaults, several lists.
SELECT * FROM vecext.rerank_formula('{"sum": ["$score", {"mult": [0.5, {"key": "lang", "match": {"value": "en"}}]}]}',
    ARRAY['a', 'b', 'c'], ARRAY[0.3, 0.5, 0.1], ARRAY['{"lang": "en"}', '{"lang": "de"}', NULL]::jsonb[]);
SELECT * FROM vecext.rerank_formula('{"mult": ["$score", "stars"]}', ARRAY[1, 2, 3], ARRAY[1, 1, 1],
    ARRAY['{"stars": 2}', '{}', '{"stars": 5}']::jsonb[], '{"stars": 3}', 2);
SELECT * FROM vecext.rerank_formula('{"sum": ["$score[0]", {"mult": [2, "$score[1]"]}]}', ARRAY[1, 2, 3],
    ARRAY[[1, 2, NULL], [0.25, NULL, 3]], defaults => '{"$score[1]": 0.1}');
-- A hit without a payload has an empty one.
SELECT * FROM vecext.rerank_formula('{"sum": [{"mult": [10, {"must_not": {"key": "lang", "match": {"value": "en"}}}]}, {"is_empty": {"key": "lang"}}, {"key": "lang", "match": {"value": "en"}}]}',
    ARRAY['en', 'empty', 'null'], ARRAY[1, 1, 1], ARRAY['{"lang": "en"}', '{}', NULL]::jsonb[]);
SELECT * FROM vecext.rerank_formula('{"is_empty": {"key": "lang"}}', ARRAY[1], ARRAY[1]);
-- Equal ones in the order of the ids; nothing.
SELECT * FROM vecext.rerank_formula('1', ARRAY[3, 1, 2], ARRAY[1, 2, 3]);
SELECT * FROM vecext.rerank_formula('"$score"', '{}'::int[], '{}');
-- Also of many ids; of an id given twice the first gain counts there.
SELECT count(*), count(*) FILTER (WHERE n <> place) AS displaced
FROM (SELECT n, row_number() OVER (ORDER BY score DESC, id) AS place
      FROM vecext.rerank_formula('"$score"', ARRAY(SELECT generate_series(1, 3000)),
          ARRAY(SELECT i * 37 % 10 FROM generate_series(1, 3000) i), limit_ => 3000) WITH ORDINALITY r(id, score, n)) x;
SELECT vecext.ndcg(ids, ids || ids, 3000, ARRAY(SELECT 1.0 / i FROM unnest(ids) i) || ARRAY(SELECT 1.0 + i FROM unnest(ids) i))
FROM (SELECT ARRAY(SELECT generate_series(1, 3000)) AS ids) x;
SELECT vecext.rerank_formula('"$score"', ARRAY[1, 2], ARRAY[1]);
SELECT vecext.rerank_formula('"$score[1]"', ARRAY[1], ARRAY[1]);
SELECT vecext.rerank_formula('"stars"', ARRAY[1], ARRAY[1]);
SELECT vecext.rerank_formula('{"div": {"left": 1, "right": 0}}', ARRAY[1], ARRAY[1]);
SELECT vecext.rerank_formula('{"nonsense": 1}', ARRAY[1], ARRAY[1]);
SELECT vecext.rerank_formula('{"sum": [{"has_id": [1]}]}', ARRAY[1], ARRAY[1], ARRAY['{}']::jsonb[]);
SELECT vecext.rerank_formula('"$score"', ARRAY[1], ARRAY[1], ARRAY['{}', '{}']::jsonb[]);
SELECT vecext.rerank_formula('"$score"', ARRAY[1], ARRAY[1], limit_ => 0);
