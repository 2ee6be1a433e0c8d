// C functions whose addresses are compared. An operator class is recognized by the address of its
// distance function, and a type by the address of its input function or of its comparison.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
PGDLLEXPORT Datum vector_in(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum halfvec_in(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum sparsevec_in(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum vector_l2_squared_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum vector_negative_inner_product(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum vector_l1_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum halfvec_l2_squared_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum halfvec_negative_inner_product(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum halfvec_l1_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum sparsevec_l2_squared_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum sparsevec_negative_inner_product(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum sparsevec_l1_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum bit_hamming_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum bit_jaccard_distance(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum vecext_point_id_cmp(PG_FUNCTION_ARGS);
}
