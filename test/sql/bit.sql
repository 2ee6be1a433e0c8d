-- Hamming and Jaccard distance of core's bit strings.

SELECT a, b, a <~> b AS hamming, a <%> b AS jaccard
FROM (VALUES
    (B'111', B'111'),
    (B'111', B'110'),
    (B'110', B'011'),
    (B'101', B'010'),
    (B'000', B'000'),
    (B'000', B'111'),
    (B'', B'')
) AS t (a, b);

SELECT hamming_distance('111', '100'), hamming_distance(B'111', '100'), hamming_distance('', '');
SELECT jaccard_distance('1111', '1101'), jaccard_distance(B'1100', '1000'),
    jaccard_distance('', '');

-- Columns of fixed and of varying width.
CREATE TEMP TABLE item (id int, code bit(3), any_width varbit);
INSERT INTO item VALUES (1, '111', '111'), (2, '000', '000'), (3, '011', '011'), (4, NULL, NULL);
SELECT id, code <~> '111' AS hamming, code <%> '111' AS jaccard FROM item ORDER BY id;
SELECT id FROM item ORDER BY code <~> '011', id;
SELECT id FROM item ORDER BY any_width <%> B'011', id;

-- Every width up to 300 bits, and one of 64000, against the counts of SQL.
CREATE TEMP TABLE exact AS
SELECT width,
    string_agg(((width * 7 + i % 1009 * i * 5) % 3 % 2)::text, '' ORDER BY i)::varbit AS a,
    string_agg(((width + i * 11) % 5 % 2)::text, '' ORDER BY i)::varbit AS b
FROM (SELECT generate_series(1, 300) UNION ALL VALUES (64000)) AS w (width),
    LATERAL generate_series(1, width) i
GROUP BY width;

SELECT count(*) AS pairs,
    count(*) FILTER (WHERE (a <~> b) = bit_count(a # b)) AS hamming,
    count(*) FILTER (WHERE abs((a <%> b)
        - CASE bit_count(a & b) WHEN 0 THEN 1
            ELSE 1 - bit_count(a & b) / bit_count(a | b)::float8 END) < 1e-12) AS jaccard,
    count(*) FILTER (WHERE (a <~> a) = 0 AND (a <~> b) = (b <~> a) AND (a <%> b) = (b <%> a))
        AS symmetric,
    count(DISTINCT a <~> b) > 100 AS differ
FROM exact;

\set VERBOSITY terse
SELECT B'111' <~> B'11';
SELECT B'1' <%> B'11';
SELECT code <~> '11' FROM item;
\set VERBOSITY default
