// Calls that say how a collection, a search or the server is doing.
#pragma once

#include <cstdint>
#include <string_view>

#include "pool/result.h"
#include "pool/statement.h"
#include "sql/point_calls.h"

namespace vecext::gateway::sql {

/// Returns rows (name text, jsonb): all collections with their points, sizes and states.
Call collection_overview();

/// Runs a request as vecext.query takes it. Returns one row (jsonb): the statements that it became.
/// Long parameters and vectors within plans are cut.
Call query_plan(std::string_view collection, const SearchRequest& request);

/// Returns one row (jsonb): what catalogs have of a collection.
Call collection_outline(std::string_view collection);

/// Returns one row (jsonb): the sizes of a collection by part, and the state of each index.
Call collection_health(std::string_view collection);

/// Returns one row (index text, recall float8), whose columns are null if the vector has no index.
Call estimate_recall(std::string_view collection, std::string_view vector, std::int32_t limit,
                     std::int32_t sample);

/// `request` is an object with the arguments of vecext.hybrid_search by name, except `vector`,
/// which has one vector or none. Returns points, with what each search says of them.
Call hybrid_search(std::string_view collection, std::string_view request,
                   std::string_view with_payload, std::string_view with_vectors,
                   const DenseVectors& vector);
/// Return the ranks and the scores that the point of a row of hybrid_search has in each search:
/// arrays of JSON.
inline std::string_view ranks_of(const Result& rows, int row) {
  return rows.json(row, 5);
}
inline std::string_view scores_of(const Result& rows, int row) {
  return rows.json(row, 6);
}

/// Returns one row (jsonb): the server, its standbys and their lag.
Call replication_state();

}  // namespace vecext::gateway::sql
