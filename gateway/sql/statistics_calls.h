// Calls that tell how large collections are, and in what state.
#pragma once

#include <cstdint>
#include <string_view>

#include "pool/result.h"
#include "pool/statement.h"

namespace vecext::gateway::sql {

/// Returns a row for each vector of each collection that the role may see, in the order of names,
/// and one for each collection without vectors. The statement reads statistics, and no points.
Call statistics();
/// Does the same for one collection. Raises 42P01 if it does not exist.
Call statistics(std::string_view name);

/// A row of statistics(). Texts point into the result.
struct Statistics {
  std::string_view collection;
  std::string_view status;  // green, yellow or red
  std::int64_t points;      // estimated
  std::int64_t dead_points;
  std::int64_t table_bytes;
  std::int64_t toast_bytes;
  std::int64_t vector_index_bytes;
  std::int64_t payload_index_bytes;
  std::int64_t other_index_bytes;
  std::int64_t cache_hits;   // pages found in PostgreSQL's cache
  std::int64_t cache_reads;  // pages read from files
  bool has_vector;
  std::string_view vector;  // valid if has_vector, like the following ones
  std::int64_t indexed_points;
  std::int64_t pending_points;
};
Statistics statistics_of(const Result& rows, int row);

/// Returns one row (jsonb): what Qdrant tells of the memory of a collection. It is made of sizes of
/// relations, of what sessions share of indexes, and of the points that PostgreSQL estimates.
Call collection_memory(std::string_view name);

/// Returns a row for each index of the collection that is being built.
Call index_builds(std::string_view name);

/// A row of index_builds(). Texts point into the result.
struct IndexBuild {
  std::string_view uuid;
  std::string_view started_at;  // as ISO 8601 has it
  std::string_view phase;
  std::int64_t rows_done;
  std::int64_t rows_all;
};
IndexBuild index_build_of(const Result& rows, int row);

}  // namespace vecext::gateway::sql
