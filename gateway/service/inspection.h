// What vecext tells of collections, searches and the server beyond Qdrant's interface.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/task.h"
#include "service/context.h"
#include "sql/point_calls.h"

namespace vecext::gateway {

/// Returns a list: names, points, sizes by part and states of the collections that may be read.
Task<std::string> collection_overview(Context& context);

/// Runs a request. Returns the statements that it becomes, as a list of
/// {"statement", "parameters", "rows", "plan"}.
Task<std::string> query_plan(Context& context, std::string_view collection,
                             const sql::SearchRequest& request);

/// Returns what vecext.collection_info has: it reads catalogs alone.
Task<std::string> collection_outline(Context& context, std::string_view collection);

/// Returns what collection_outline does, and the members `sizes`, `indexes` and `use`, for which it
/// reads indexes as a whole.
Task<std::string> collection_health(Context& context, std::string_view collection);

struct RecallEstimate {
  std::string index;
  double recall = 0;
};

/// Throws a Failure kBadInput if the vector has no index.
Task<RecallEstimate> estimate_recall(Context& context, std::string_view collection,
                                     std::string_view vector, std::int32_t limit,
                                     std::int32_t sample);

/// A point, and the rank and score that each search has for it: arrays of JSON.
struct HybridPoint {
  sql::Point point;
  std::string_view ranks;
  std::string_view scores;
};

struct HybridList {
  HybridList(Result of, std::vector<HybridPoint> all)
      : rows(std::move(of)), points(std::move(all)) {}

  Result rows;
  std::vector<HybridPoint> points;
};

/// Throws a Failure kBadJson if the body has a member that the search does not know.
Task<HybridList> hybrid_search(Context& context, std::string_view collection,
                               const JsonObject& body);

/// Returns the role of the server, its standbys, its slots, and their lag.
Task<std::string> replication_state(Context& context);

}  // namespace vecext::gateway
