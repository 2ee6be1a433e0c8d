#include "wire/rest/change_json.h"

#include <algorithm>

#include "base/failure.h"
#include "wire/json/checks.h"
#include "wire/rest/point_columns.h"
#include "wire/rest/point_json.h"

namespace vecext::gateway::rest {

namespace {

using NamedLists = std::vector<std::pair<std::string, std::vector<RawJson>>>;

// Returns vectors given as a list, or as lists by name.
NamedLists vector_lists_of(RawJson vectors) {
  NamedLists named;
  if (is_object(vectors)) {
    const JsonObject lists = JsonObject::parse(vectors, "vectors");
    for (const JsonMember& member : lists.members()) {
      named.emplace_back(member.key, json_elements(member.value, "vectors"));
    }
  } else {
    named.emplace_back("", json_elements(vectors, "vectors"));
  }
  return named;
}

// Returns a list of points, whose parts stand in lists of equal length.
std::string list_of_points(const std::vector<RawJson>& ids, const std::vector<RawJson>& payloads,
                           const NamedLists& vectors) {
  return json_list([&](JsonList& list) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      list.object([&](JsonWriter& point) {
        point.raw("id", ids[i]);
        const std::string of_point = json_object([&](JsonWriter& vector) {
          for (const auto& [name, values] : vectors) {
            vector.raw(name, values[i]);
          }
        });
        check_sparse(of_point, "batch.vectors");
        point.raw("vector", of_point);
        if (!payloads.empty()) {
          check_numbers(payloads[i]);
          point.raw("payload", payloads[i]);
        }
      });
    }
  });
}

// Reads points given as columns, {"ids", "vectors", "payloads"}. They become a list of points if
// their vectors cannot go to the server in binary.
void read_batch(Change& change, RawJson batch) {
  const JsonObject object = JsonObject::parse(batch, "batch");
  const std::vector<RawJson> ids = json_elements(object.at("ids"), "ids");
  std::vector<RawJson> payloads;
  if (const auto given = object.find("payloads")) {
    payloads = json_elements(*given, "payloads");
  }
  const NamedLists vectors = vector_lists_of(object.at("vectors"));
  check_ids(object.at("ids"));
  for (const auto& [name, list] : vectors) {
    if (list.size() != ids.size()) {
      throw Failure(FailureKind::kBadInput, "number of ids and vectors must be equal");
    }
  }
  if (!payloads.empty() && payloads.size() != ids.size()) {
    throw Failure(FailureKind::kBadInput, "number of ids and payloads must be equal");
  }
  change.columns = columns_of(ids, payloads, vectors);
  if (!change.columns) {
    change.value = list_of_points(ids, payloads, vectors);
  }
}

// Reads a change of whole points. As in Qdrant, its filter counts if its points are not ids.
Change whole_points(Change::Kind kind, const JsonObject& body) {
  Change change(kind);
  const auto points = body.find("points");
  const auto filter = body.find("filter");
  if (!points || !filter) {
    change.points = selector_of(body);
    return change;
  }
  const std::vector<RawJson> ids =
      is_array(*points) ? json_elements(*points, "points") : std::vector<RawJson>{""};
  if (std::ranges::all_of(ids, is_qdrant_id)) {
    change.points.ids = points;
  } else if (std::ranges::all_of(ids,
                                 [](RawJson id) { return is_string(id) || is_qdrant_id(id); })) {
    // In a table with ids of type text, these are ids.
    change.points.ids = points;
    change.filter_otherwise = filter;
  } else {
    change.points.filter = filter;
  }
  return change;
}

Change selected(Change::Kind kind, const JsonObject& body, std::string_view member) {
  Change change(kind);
  change.value = std::string(body.at(member));
  check_numbers(change.value);
  change.points = selector_of(body);
  return change;
}

}  // namespace

Change upsert_of(const JsonObject& body) {
  Change change(Change::Kind::kUpsert);
  if (const auto batch = body.find("batch")) {
    read_batch(change, *batch);
  } else {
    const RawJson points = body.at("points");
    change.columns = columns_of(points);
    if (!change.columns) {
      check_points(points);
      check_numbers(points);
      change.value = std::string(points);
    }
  }
  change.mode = body.find_string("update_mode").value_or("upsert");
  change.condition = body.find("update_filter");
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
        check_id(point.at("id"));
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

// Here alone, `points` and `filter` may stand side by side.
Change delete_vectors_of(const JsonObject& body) {
  Change change = selected(Change::Kind::kDeleteVectors, body, "vector");
  change.points.filter = body.find("filter");
  return change;
}

Change delete_of(const JsonObject& body) {
  return whole_points(Change::Kind::kDelete, body);
}

Change clear_payload_of(const JsonObject& body) {
  return whole_points(Change::Kind::kClearPayload, body);
}

namespace {

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

}  // namespace

Change change_of_operation(RawJson text) {
  const JsonObject operation = JsonObject::parse(text, "operations");
  for (const Operation& known : kOperations) {
    if (const auto body = operation.find(known.name)) {
      return known.read(JsonObject::parse(*body, known.name));
    }
  }
  throw Failure(FailureKind::kBadJson, "Format error in JSON body: unknown operation");
}

}  // namespace vecext::gateway::rest
