#include "service/inspection.h"

#include <algorithm>

#include "service/execute.h"
#include "service/lookups.h"
#include "sql/inspection_calls.h"

namespace vecext::gateway {

namespace {

// Members of a hybrid search that become arguments of vecext.hybrid_search as they are.
constexpr std::string_view kPassed[] = {"text",   "filter",  "method",     "limit",
                                        "offset", "window",  "k",          "alpha",
                                        "params", "weights", "text_using", "vector_using"};
constexpr std::string_view kOthers[] = {"vector",       "sparse",       "sparse_using", "legs",
                                        "with_payload", "with_vectors", "with_vector"};

template <std::size_t n>
bool has(const std::string_view (&names)[n], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

// A sparse vector is the first of the legs: there it is JSON, not a literal of SQL.
void write_legs(std::string& out, const JsonObject& body) {
  append_list(out, [&](JsonList& legs) {
    if (const auto sparse = body.find("sparse")) {
      legs.object([&](JsonWriter& leg) {
        leg.raw("vector", *sparse);
        if (const auto column = body.find("sparse_using")) {
          leg.raw("using", *column);
        }
      });
    }
    if (const auto given = body.find("legs")) {
      for (const RawJson leg : json_elements(*given, "legs")) {
        legs.raw(leg);
      }
    }
  });
}

DenseVectors hybrid_vector(const JsonObject& body) {
  DenseVectors dense;
  std::vector<float> values;
  if (const auto vector = body.find("vector")) {
    if (!read_floats(*vector, values)) {
      throw Failure(FailureKind::kBadJson, "`vector` is not a list of floats");
    }
    dense.add(values);
  }
  return dense;
}

std::string arguments_of(const JsonObject& body) {
  return json_object([&](JsonWriter& arguments) {
    for (const JsonMember& member : body.members()) {
      if (!has(kPassed, member.key) && !has(kOthers, member.key)) {
        throw Failure(FailureKind::kBadJson, "unknown field `" + member.key + "`");
      }
      if (has(kPassed, member.key) && member.value != "null") {
        arguments.raw(member.key, member.value);
      }
    }
    if (body.find("sparse") || body.find("legs")) {
      write_legs(arguments.key("legs"), body);
    }
  });
}

}  // namespace

Task<std::string> collection_overview(Context& context) {
  Call call = sql::collection_overview();
  const Result rows = co_await execute(context, std::move(call), "");
  co_return json_list([&](JsonList& list) {
    for (int row = 0; row < rows.size(); ++row) {
      if (context.grant.admits(Access::kRead, rows.text(row, 0))) {
        list.raw(rows.json(row, 1));
      }
    }
  });
}

Task<std::string> query_plan(Context& context, std::string_view collection,
                             const sql::SearchRequest& request) {
  context.require(Access::kRead, collection);
  require_lookups(context.grant, request.json);
  return execute_json(context, sql::query_plan(collection, request), collection);
}

Task<std::string> collection_outline(Context& context, std::string_view collection) {
  context.require(Access::kRead, collection);
  return execute_json(context, sql::collection_outline(collection), collection);
}

Task<std::string> collection_health(Context& context, std::string_view collection) {
  context.require(Access::kRead, collection);
  return execute_json(context, sql::collection_health(collection), collection);
}

Task<std::string> replication_state(Context& context) {
  context.require_global(Access::kRead);
  return execute_json(context, sql::replication_state(), "");
}

Task<RecallEstimate> estimate_recall(Context& context, std::string_view collection,
                                     std::string_view vector, std::int32_t limit,
                                     std::int32_t sample) {
  context.require(Access::kRead, collection);
  Call call = sql::estimate_recall(collection, vector, limit, sample);
  const Result rows = co_await execute(context, std::move(call), collection);
  if (rows.size() == 0 || rows.is_null(0, 0)) {
    throw Failure(FailureKind::kBadInput, "Vector `" + std::string(vector) +
                                              "` has no index whose recall can be estimated");
  }
  co_return RecallEstimate{std::string(rows.text(0, 0)), rows.float8(0, 1)};
}

Task<HybridList> hybrid_search(Context& context, std::string_view collection,
                               const JsonObject& body) {
  context.require(Access::kRead, collection);
  Call call = sql::hybrid_search(
      collection, arguments_of(body), body.find("with_payload").value_or("true"),
      body.find("with_vector", "with_vectors").value_or("false"), hybrid_vector(body));
  Result rows = co_await execute(context, std::move(call), collection);
  std::vector<HybridPoint> points;
  for (int row = 0; row < rows.size(); ++row) {
    points.push_back(
        {sql::point_of(rows, row), sql::ranks_of(rows, row), sql::scores_of(rows, row)});
  }
  co_return HybridList(std::move(rows), std::move(points));
}

}  // namespace vecext::gateway
