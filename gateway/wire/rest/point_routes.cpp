// Routes that write and read points.
#include "base/failure.h"
#include "service/points.h"
#include "wire/json/checks.h"
#include "wire/rest/change_json.h"
#include "wire/rest/point_json.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

// --- Changes -------------------------------------------------------------------------------------

// A change has been carried out when it is answered, if the client waits for it or not. Clients
// that do not wait expect another word.
std::string_view update_result(const Request& request) {
  return request.awaits_changes ? R"({"operation_id":0,"status":"completed"})"
                                : R"({"operation_id":0,"status":"acknowledged"})";
}

Task<std::string> change(Request& request, Change (*read)(const JsonObject& body)) {
  const JsonObject body = request.object();
  std::vector<Change> changes;
  changes.push_back(read(body));
  co_await change_points(request.context, request.collection(), changes);
  co_return std::string(update_result(request));
}

Task<std::string> upsert(Request& request) {
  return change(request, upsert_of);
}
Task<std::string> remove(Request& request) {
  return change(request, delete_of);
}
Task<std::string> update_vectors(Request& request) {
  return change(request, update_vectors_of);
}
Task<std::string> delete_vectors(Request& request) {
  return change(request, delete_vectors_of);
}
Task<std::string> set_payload(Request& request) {
  return change(request, set_payload_of);
}
Task<std::string> overwrite_payload(Request& request) {
  return change(request, overwrite_payload_of);
}
Task<std::string> delete_payload(Request& request) {
  return change(request, delete_payload_of);
}
Task<std::string> clear_payload(Request& request) {
  return change(request, clear_payload_of);
}

Task<std::string> batch(Request& request) {
  const JsonObject body = request.object();
  std::vector<Change> changes;
  for (const RawJson text : json_elements(body.at("operations"), "operations")) {
    changes.push_back(change_of_operation(text));
  }
  co_await change_points(request.context, request.collection(), changes);
  co_return json_list([&](JsonList& list) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      list.raw(update_result(request));
    }
  });
}

// --- Reads ---------------------------------------------------------------------------------------

Task<std::string> get_many(Request& request) {
  const JsonObject body = request.object();
  check_ids(body.at("ids"));
  const RawJson with_payload = body.find("with_payload").value_or("true");
  const PointList points = co_await get_points(request.context, request.collection(),
                                               body.at("ids"), with_payload, with_vectors_of(body));
  std::string out;
  append_records(out, points, 0, points.size());
  co_return out;
}

Task<std::string> get_one(Request& request) {
  const std::string ids =
      json_list([&](JsonList& list) { append_id(list.element(), request.path[1]); });
  const PointList points =
      co_await get_points(request.context, request.collection(), ids, "true", "true");
  if (points.size() == 0) {
    throw Failure(FailureKind::kNotFound, "Point with id " + request.path[1] + " does not exists!");
  }
  std::string out;
  append_record(out, points[0]);
  co_return out;
}

Task<std::string> count(Request& request) {
  const JsonObject body = request.object();
  const std::int64_t points =
      co_await count_points(request.context, request.collection(), body.find("filter"),
                            body.find_bool("exact").value_or(true));
  co_return R"({"count":)" + std::to_string(points) + "}";
}

Task<std::string> scroll(Request& request) {
  const JsonObject body = request.object();
  const PageRequest page = page_request_of(body);
  const Page found = co_await scroll_points(request.context, request.collection(), page);
  co_return json_object([&](JsonWriter& object) { write_page(object, found); });
}

Task<std::string> facets(Request& request) {
  const JsonObject body = request.object();
  const std::string key = json_string(body.at("key"), "key");
  const Result rows =
      co_await facet(request.context, request.collection(), key, body.find("filter"),
                     number_member(body, "limit", 10, 1), body.find_bool("exact").value_or(false));
  co_return json_object([&](JsonWriter& object) {
    object.list("hits", [&](JsonList& hits) {
      for (int row = 0; row < rows.size(); ++row) {
        hits.object([&](JsonWriter& hit) {
          hit.raw("value", rows.json(row, 0));
          hit.integer("count", rows.int64(row, 1));
        });
      }
    });
  });
}

}  // namespace

const std::vector<Route>& point_routes() {
  static const std::vector<Route> kRoutes = {
      {"PUT", "/collections/{collection_name}/points", upsert, "inserts or overwrites points",
       Access::kWrite},
      {"POST", "/collections/{collection_name}/points", get_many, "returns points by their ids"},
      {"GET", "/collections/{collection_name}/points/{id}", get_one, "returns a point"},
      {"POST", "/collections/{collection_name}/points/delete", remove, "deletes points",
       Access::kWrite},
      {"PUT", "/collections/{collection_name}/points/vectors", update_vectors,
       "replaces vectors of points", Access::kWrite},
      {"POST", "/collections/{collection_name}/points/vectors/delete", delete_vectors,
       "deletes vectors of points", Access::kWrite},
      {"POST", "/collections/{collection_name}/points/payload", set_payload,
       "sets keys of payloads", Access::kWrite},
      {"PUT", "/collections/{collection_name}/points/payload", overwrite_payload,
       "replaces payloads", Access::kWrite},
      {"POST", "/collections/{collection_name}/points/payload/delete", delete_payload,
       "deletes keys of payloads", Access::kWrite},
      {"POST", "/collections/{collection_name}/points/payload/clear", clear_payload,
       "deletes payloads", Access::kWrite},
      {"POST", "/collections/{collection_name}/points/batch", batch,
       "makes several changes in one transaction", Access::kWrite},
      {"POST", "/collections/{collection_name}/points/scroll", scroll,
       "returns points page by page"},
      {"POST", "/collections/{collection_name}/points/count", count, "counts points"},
      {"POST", "/collections/{collection_name}/facet", facets,
       "counts points by the values of a payload key"},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
