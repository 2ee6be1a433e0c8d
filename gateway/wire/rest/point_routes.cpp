// Routes that write and read points.
#include "base/failure.h"
#include "service/points.h"
#include "wire/json/checks.h"
#include "wire/rest/point_columns.h"
#include "wire/rest/point_json.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

// --- Changes -------------------------------------------------------------------------------------

// Reads points given as columns, {"ids", "vectors", "payloads"}. They become a list of points if
// their vectors cannot go to the server in binary.
void read_batch(Change& change, RawJson batch) {
  const JsonObject object = JsonObject::parse(batch, "batch");
  const std::vector<RawJson> ids = json_elements(object.at("ids"), "ids");
  std::vector<RawJson> payloads;
  if (const auto given = object.find("payloads")) {
    payloads = json_elements(*given, "payloads");
  }
  const RawJson vectors = object.at("vectors");
  // Vectors are a list, or lists by name.
  std::vector<std::pair<std::string, std::vector<RawJson>>> named;
  if (is_object(vectors)) {
    const JsonObject lists = JsonObject::parse(vectors, "vectors");
    for (const JsonMember& member : lists.members()) {
      named.emplace_back(member.key, json_elements(member.value, "vectors"));
    }
  } else {
    named.emplace_back("", json_elements(vectors, "vectors"));
  }
  for (const auto& [name, list] : named) {
    if (list.size() != ids.size()) {
      throw Failure(FailureKind::kBadInput, "number of ids and vectors must be equal");
    }
  }
  if (!payloads.empty() && payloads.size() != ids.size()) {
    throw Failure(FailureKind::kBadInput, "number of ids and payloads must be equal");
  }
  change.columns = columns_of(ids, payloads, named);
  if (change.columns) {
    return;
  }
  change.value = json_list([&](JsonList& list) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      list.object([&](JsonWriter& point) {
        point.raw("id", ids[i]);
        const std::string vectors_of_point = json_object([&](JsonWriter& vector) {
          for (const auto& [name, values] : named) {
            vector.raw(name, values[i]);
          }
        });
        check_sparse(vectors_of_point, "batch.vectors");
        point.raw("vector", vectors_of_point);
        if (!payloads.empty()) {
          point.raw("payload", payloads[i]);
        }
      });
    }
  });
}

Change upsert_of(const JsonObject& body) {
  Change change(Change::Kind::kUpsert);
  if (const auto batch = body.find("batch")) {
    read_batch(change, *batch);
  } else {
    const RawJson points = body.at("points");
    change.columns = columns_of(points);
    change.value = change.columns ? "" : std::string(points);
  }
  change.mode = body.find_string("update_mode").value_or("upsert");
  change.condition = body.find("update_filter");
  return change;
}

Change selected(Change::Kind kind, const JsonObject& body, std::string_view member) {
  Change change(kind);
  if (!member.empty()) {
    change.value = std::string(body.at(member));
  }
  change.points = selector_of(body);
  return change;
}

Change update_vectors_of(const JsonObject& body) {
  Change change(Change::Kind::kUpdateVectors);
  const std::vector<RawJson> points = json_elements(body.at("points"), "points");
  change.value = json_list([&](JsonList& list) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      const JsonObject point = JsonObject::parse(points[i], "points");
      const auto vector = point.find("vector");
      if (!vector ||
          (is_object(*vector) && JsonObject::parse(*vector, "vector").members().empty())) {
        throw Failure(FailureKind::kValidation,
                      "Validation error in JSON body: [points[" + std::to_string(i) +
                          "].vector: must specify vectors to update for point]");
      }
      if (is_object(*vector)) {
        check_sparse(*vector, "points[" + std::to_string(i) + "].vector");
      }
      list.object([&](JsonWriter& object) {
        object.raw("id", point.at("id"));
        object.raw("vector", *vector);
      });
    }
  });
  change.condition = body.find("update_filter");
  return change;
}

Change set_payload_of(const JsonObject& body) {
  Change change = selected(Change::Kind::kSetPayload, body, "payload");
  change.key = body.find_string("key");
  return change;
}

Change overwrite_payload_of(const JsonObject& body) {
  return selected(Change::Kind::kOverwritePayload, body, "payload");
}

Change delete_payload_of(const JsonObject& body) {
  return selected(Change::Kind::kDeletePayload, body, "keys");
}

Change delete_vectors_of(const JsonObject& body) {
  return selected(Change::Kind::kDeleteVectors, body, "vector");
}

Change delete_of(const JsonObject& body) {
  return selected(Change::Kind::kDelete, body, "");
}

Change clear_payload_of(const JsonObject& body) {
  return selected(Change::Kind::kClearPayload, body, "");
}

// The operations of a batch, as their member is called.
struct Operation {
  std::string_view name;
  Change (*read)(const JsonObject& body);
};
constexpr Operation kOperations[] = {
    {"upsert", upsert_of},
    {"delete", delete_of},
    {"set_payload", set_payload_of},
    {"overwrite_payload", overwrite_payload_of},
    {"delete_payload", delete_payload_of},
    {"clear_payload", clear_payload_of},
    {"update_vectors", update_vectors_of},
    {"delete_vectors", delete_vectors_of},
};

// A change has been carried out when it is answered, if the client waits for it or not. Clients
// that do not wait expect another word.
std::string_view update_result(const Request& request) {
  return request.parameter("wait").value_or("false") == "true"
             ? R"({"operation_id":0,"status":"completed"})"
             : R"({"operation_id":0,"status":"acknowledged"})";
}

Task<std::string> change(Request& request, Change (*read)(const JsonObject& body)) {
  const JsonObject body = request.object();
  const std::vector<Change> changes = {read(body)};
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

Change change_of_operation(RawJson text) {
  const JsonObject operation = JsonObject::parse(text, "operations");
  for (const Operation& known : kOperations) {
    if (const auto body = operation.find(known.name)) {
      return known.read(JsonObject::parse(*body, known.name));
    }
  }
  throw Failure(FailureKind::kBadJson, "Format error in JSON body: unknown operation");
}

Task<std::string> batch(Request& request) {
  const JsonObject body = request.object();
  std::vector<Change> changes;
  for (const RawJson text : json_elements(body.at("operations"), "operations")) {
    changes.push_back(change_of_operation(text));
  }
  if (!changes.empty()) {
    co_await change_points(request.context, request.collection(), changes);
  }
  co_return json_list([&](JsonList& list) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      list.raw(update_result(request));
    }
  });
}

// --- Reads ---------------------------------------------------------------------------------------

Task<std::string> get_many(Request& request) {
  const JsonObject body = request.object();
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
