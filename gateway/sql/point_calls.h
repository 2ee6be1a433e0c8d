// Calls of vecext's functions that read, write and search points, and their rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/vectors.h"
#include "pool/result.h"
#include "pool/statement.h"

namespace vecext::gateway::sql {

/// A text of JSON, or nothing for null.
using Json = std::optional<std::string_view>;

/// A request of a search, or a list of requests: JSON as vecext.query takes it, in which
/// {"$dense": 0} stands for the first vector of `dense`, and so on.
struct SearchRequest {
  std::string json;
  DenseVectors dense;
};

/// Adds an argument of type vector[].
void add_vectors(Arguments& arguments, const DenseVectors& vectors);

/// Points of an upsert as columns of equal length.
struct PointColumns {
  static constexpr std::size_t kMostVectors = 8;  // by name

  struct Vectors {
    std::string name;  // "" is the unnamed one
    DenseVectors values;
  };
  std::vector<std::string> ids;            // as texts
  std::vector<std::string_view> payloads;  // JSON; an empty one is {}
  std::vector<Vectors> vectors;
};

/// A point of a result. The texts point into the Result. `payload` and `vectors` are JSON, empty if
/// they were not asked for; vectors are an object by name, "" for the unnamed one.
struct Point {
  std::string_view id;
  double score = 0;
  bool has_score = false;
  std::string_view payload;
  std::string_view vectors;
  std::string_view order_value;  // JSON; empty without an order by a key
};

/// The points that a change is made to: those of a list of ids, an array of JSON, or those that a
/// filter passes.
struct Selector {
  Json ids;
  Json filter;
};

/// Returns the point in a row of get_points, scroll and the queries.
Point point_of(const Result& rows, int row);
/// Returns the id that follows a row of scroll, or an empty text behind the last point.
inline std::string_view next_id_of(const Result& rows, int row) {
  return rows.text(row, 5);
}
/// Returns the number of the request, from 1, to which a row of query_batch belongs.
inline std::int32_t request_no_of(const Result& rows, int row) {
  return rows.int32(row, 5);
}
/// Return the key of the group to which a row of query_groups belongs, and what was looked up by
/// that key, or an empty text.
inline std::string_view group_key_of(const Result& rows, int row) {
  return rows.json(row, 5);
}
inline std::string_view lookup_of(const Result& rows, int row) {
  return rows.json(row, 6);
}

Call upsert(std::string_view collection, std::string_view points, std::string_view mode,
            Json condition);
/// Does the same with columns.
Call upsert(std::string_view collection, const PointColumns& points, std::string_view mode,
            Json condition);
Call update_vectors(std::string_view collection, std::string_view points, Json condition);
/// The calls below raise an error with this SQLSTATE if the collection cannot have one of the ids.
constexpr std::string_view kInvalidId = "22023";
/// Locks the points that are there, in the order of their ids, until the transaction ends.
Call lock_points(std::string_view collection, const std::vector<std::string>& ids);
Call delete_points(std::string_view collection, const Selector& points);
Call delete_vectors(std::string_view collection, std::string_view names, const Selector& points);
Call set_payload(std::string_view collection, std::string_view payload, const Selector& points,
                 std::optional<std::string_view> key);
Call overwrite_payload(std::string_view collection, std::string_view payload,
                       const Selector& points);
Call delete_payload(std::string_view collection, std::string_view keys, const Selector& points);
Call clear_payload(std::string_view collection, const Selector& points);

Call get_points(std::string_view collection, std::string_view ids, std::string_view with_payload,
                std::string_view with_vectors);
/// Returns one row (int8).
Call count_points(std::string_view collection, Json filter, bool is_exact);
/// Returns points, each with the id that follows it. `from_id` is the first id of the page, in the
/// order of ids.
Call scroll(std::string_view collection, std::int32_t limit, Json filter, Json order_by,
            std::string_view with_payload, std::string_view with_vectors,
            std::optional<std::string_view> from_id);
/// Returns rows (value jsonb, count int8).
Call facet(std::string_view collection, std::string_view key, Json filter, std::int32_t limit,
           bool is_exact);

Call query(std::string_view collection, const SearchRequest& request);
/// Returns points, each with the number of its request.
Call query_batch(std::string_view collection, const SearchRequest& requests);
/// Returns points, each with the key of its group.
Call query_groups(std::string_view collection, const SearchRequest& request);
/// Returns one row (jsonb).
Call distance_matrix(std::string_view collection, Json filter, std::int32_t sample,
                     std::int32_t limit, std::optional<std::string_view> vector,
                     std::string_view form);

}  // namespace vecext::gateway::sql
