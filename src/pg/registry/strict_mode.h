// Strict mode limits what requests to a collection may ask for.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// A bound is -1 if there is none. All bounds are -1 if the mode is off.
struct StrictMode {
  bool is_on;
  bool refuses_unindexed_retrieve;  // filters of reads on keys without a payload index
  bool refuses_unindexed_update;    // filters of writes on such keys
  bool refuses_exact;               // searches without an index
  int64 max_query_limit;            // rows that a request returns
  int64 max_timeout;                // seconds that a call takes
  int64 max_points_count;
  int64 max_vector_bytes;  // bytes of the vectors of all points together
  int64 max_payload_bytes;
  int64 upsert_max_batchsize;  // points that one call writes
  int64 search_max_batchsize;  // searches in one call
  int64 search_max_hnsw_ef;
  int64 filter_max_conditions;
  int64 condition_max_size;       // values in a list of a condition
  int64 multivector_max_vectors;  // vectors in a multi-vector
  int64 sparse_max_length;        // non-zeros of a sparse vector
  double search_max_oversampling;
};

/// Returns the strict mode of a collection's options.
StrictMode read_strict_mode(Jsonb* options);

/// Returns the bound of strict mode for one vector: of the vectors in a multi-vector, or of the
/// non-zeros of a sparse vector. It is the lower one of that of the vector and that of all vectors,
/// and -1 if there is neither.
int64 vector_bound(Jsonb* options, const StrictMode& mode, const char* name, bool is_multi);

}  // namespace vecext::pg
