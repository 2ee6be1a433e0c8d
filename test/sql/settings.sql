-- The settings that come with the library. A session that has not used the extension yet has not
-- loaded it: SET is kept as a placeholder until then, and checked when it is.
SET vecext.kernel = 'portable';
SELECT '[1,2,3]'::vector <-> '[4,6,3]' AS distance;
SHOW vecext.kernel;
SET vecext.kernel = 'auto';
SELECT '[1,2,3]'::vector <-> '[4,6,3]' AS distance;

-- Values.
SET vecext.kernel = 'sse';
SET vecext.kernal = 'auto';

-- Results do not depend on it, but for the last digits of a sum.
CREATE FUNCTION distances(kernel text) RETURNS numeric[] LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vecext.kernel', kernel, true);
    RETURN (SELECT array_agg(round(d::numeric, 3))
            FROM (SELECT array_agg(sin(i + 1))::vector AS a, array_agg(cos(i * 3))::vector AS b
                  FROM generate_series(1, 300) i) v,
            LATERAL (VALUES (a <-> b), (a <#> b), (a <=> b), (a <+> b),
                            (a::halfvec <-> b::halfvec), (a::halfvec <+> b::halfvec),
                            (binary_quantize(a) <~> binary_quantize(b)),
                            (a::sparsevec <#> b::sparsevec)) d(d));
END $$;
SELECT distances('auto') = distances('portable') AS same;

-- Only a superuser may choose.
CREATE ROLE regress_vecext_user;
SET ROLE regress_vecext_user;
SET vecext.kernel = 'portable';
RESET ROLE;
DROP ROLE regress_vecext_user;
DROP FUNCTION distances;

-- Versions: of the library as a setting, for extension vector, too; of all that runs as a function.
SELECT current_setting('vecext.version') ~ '^\d+\.\d+\.\d+' AS has_version;
SET vecext.version = '9';
SELECT library = current_setting('vecext.version') AS same, library = script AS one_version, kernel IN ('portable', 'avx2', 'avx512', 'neon') AS has_kernel, advice
FROM vecext.version();
SET vecext.kernel = 'portable';
SELECT kernel FROM vecext.version();
RESET vecext.kernel;
BEGIN;
UPDATE pg_extension SET extversion = '0.0.9' WHERE extname = 'vecext';
SELECT script, regexp_replace(advice, '[\d.]+$', 'x') AS advice FROM vecext.version();
ROLLBACK;
