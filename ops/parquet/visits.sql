-- A partitioned table with columns of many types, and with vectors at the ends of their ranges.
CREATE EXTENSION vecext;
CREATE TABLE visits (
    id bigint NOT NULL, day date NOT NULL, embedding halfvec(16), face vector(16), words sparsevec(1000), code bit(12), title text, payload jsonb,
    price numeric, score float8, rank int2, seen timestamptz, raw bytea, is_paid bool, tags text[], "Title's length" int GENERATED ALWAYS AS (length(title)) STORED
) PARTITION BY RANGE (day);
CREATE TABLE visits_2001 PARTITION OF visits FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE TABLE visits_2002 PARTITION OF visits FOR VALUES FROM ('2002-01-01') TO ('2003-01-01');
INSERT INTO visits
SELECT id, date '2001-01-01' + id % 730, (SELECT array_agg(sin(id * k)) FROM generate_series(1, 16) AS k)::halfvec, (SELECT array_agg(cos(id * k)) FROM generate_series(1, 16) AS k)::vector,
    format('{%s:%s,%s:1}/1000', id % 500 + 1, id + .25, id % 500 + 501)::sparsevec, (id % 4096)::bit(12), E'title "\t\\' || id || E'\n', jsonb_build_object('visit', id, 'half', id / 2.0),
    id / 7.0, sqrt(id), id % 100, timestamptz '2001-01-01 12:00:00.000001+00' + id * interval '1 second', decode(md5(id::text), 'hex'), id % 2 = 0, ARRAY['a,b', id::text, NULL]
FROM generate_series(1, 25000) AS id;
INSERT INTO visits (id, day) VALUES (0, '2001-07-01');
INSERT INTO visits (id, day, embedding, face, title, score, tags)
SELECT -id, '2001-07-01', array_fill(h, ARRAY[16])::halfvec, array_fill(v, ARRAY[16])::vector, '', s, '{}'
FROM (VALUES (1, 65504::real, 3.4028235e38::real, 'infinity'::float8), (2, 5.9604645e-08, 1e-45, '-infinity'), (3, '-0', '-0', 'nan'), (4, 6.1035156e-05, 1.1754944e-38, '-0')) AS e (id, h, v, s);
