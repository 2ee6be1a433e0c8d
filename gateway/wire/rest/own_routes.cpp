// Routes of vecext's own, below /vecext: what PostgreSQL can tell and Qdrant has no route for.
#include "base/failure.h"
#include "service/inspection.h"
#include "service/statements.h"
#include "wire/rest/point_json.h"
#include "wire/rest/query_stream.h"
#include "wire/rest/router.h"
#include "wire/rest/search_json.h"

namespace vecext::gateway::rest {

namespace {

// Checks a number of a body that has an upper bound.
std::int32_t bounded_member(const JsonObject& body, std::string_view name, std::int32_t otherwise,
                            std::int32_t most) {
  const std::int32_t value = number_member(body, name, otherwise, 1);
  if (value > most) {
    throw Failure(FailureKind::kValidation, "Validation error in JSON body: [" + std::string(name) +
                                                ": value " + std::to_string(value) +
                                                " invalid, must be from 1 to " +
                                                std::to_string(most) + "]");
  }
  return value;
}

// What the key of the request admits.
Task<std::string> access(Request& request) {
  co_return json_object([&](JsonWriter& object) {
    const Grant& grant = request.context.grant;
    object.string("access", grant.is_read_only() ? "read" : "write");
    // True if it admits changes of collections themselves.
    object.boolean("manages", grant.manages());
    object.string("version", VECEXTD_VERSION);
  });
}

Task<std::string> overview(Request& request) {
  const std::string list = co_await collection_overview(request.context);
  co_return R"({"collections":)" + list + "}";
}

Task<std::string> outline(Request& request) {
  return collection_outline(request.context, request.collection());
}

Task<std::string> health(Request& request) {
  return collection_health(request.context, request.collection());
}

Task<std::string> plan(Request& request) {
  SearchRequest search;
  append_query(search, request.object());
  const std::string statements = co_await query_plan(request.context, request.collection(), search);
  co_return R"({"statements":)" + statements + "}";
}

Task<std::string> recall(Request& request) {
  const JsonObject body = request.object();
  const std::string vector = body.find_string("using").value_or("");
  const std::int32_t limit = bounded_member(body, "limit", 10, 1000);
  const std::int32_t sample = bounded_member(body, "sample", 100, 1000);
  const RecallEstimate estimate =
      co_await estimate_recall(request.context, request.collection(), vector, limit, sample);
  co_return json_object([&](JsonWriter& object) {
    object.string("index", estimate.index);
    append_float(object.key("recall"), static_cast<float>(estimate.recall));
    object.integer("limit", limit);
    object.integer("sample", sample);
  });
}

Task<std::string> hybrid(Request& request) {
  const JsonObject body = request.object();
  const HybridList found = co_await hybrid_search(request.context, request.collection(), body);
  co_return json_object([&](JsonWriter& object) {
    object.list("points", [&](JsonList& list) {
      for (const HybridPoint& hit : found.points) {
        std::string& out = list.element();
        append_scored(out, hit.point);
        out.pop_back();  // the ranks and scores of the searches are members of the point
        out.append(R"(,"ranks":)").append(hit.ranks);
        out.append(R"(,"scores":)").append(hit.scores).append("}");
      }
    });
  });
}

Task<std::string> replication(Request& request) {
  return replication_state(request.context);
}

Task<std::string> statements(Request& request) {
  const std::string list = co_await list_statements(request.context);
  co_return R"({"statements":)" + list + "}";
}

Task<std::string> named(Request& request) {
  std::vector<RawJson> parameters;
  if (!request.body.empty()) {
    const JsonObject body = request.object();
    if (const auto given = body.find("parameters")) {
      parameters = json_elements(*given, "parameters");
    }
  }
  const std::string rows =
      co_await run_statement(request.context, request.path.front(), parameters);
  co_return R"({"rows":)" + rows + "}";
}

}  // namespace

const std::vector<Route>& own_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/vecext/access", access, "tells what the key admits"},
      {"GET", "/vecext/collections", overview, "lists collections with their sizes and states"},
      {"GET", "/vecext/collections/{collection_name}", outline,
       "describes the vectors and payload indexes of a collection"},
      {"GET", "/vecext/collections/{collection_name}/health", health,
       "describes the sizes and the indexes of a collection"},
      {"POST", "/vecext/collections/{collection_name}/query_plan", plan,
       "runs a query, and returns the statements that it becomes"},
      {"POST", "/vecext/collections/{collection_name}/recall", recall,
       "estimates the recall of an index"},
      {"POST", "/vecext/collections/{collection_name}/hybrid_search", hybrid,
       "searches by words and vectors together"},
      {"GET", "/ws/query-stream", begin_stream, "streams points, as a WebSocket", Access::kRead,
       true},
      {"GET", "/vecext/ws/query-stream", begin_stream, "streams points, as a WebSocket",
       Access::kRead, true},
      {"GET", "/vecext/replication", replication, "describes the server and its standbys"},
      {"GET", "/vecext/sql", statements, "lists the statements that may be run by name"},
      {"POST", "/vecext/sql/{statement_name}", named, "runs a statement by its name"},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
