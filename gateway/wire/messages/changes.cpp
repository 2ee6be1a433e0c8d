#include "wire/messages/changes.h"

#include <algorithm>
#include <span>

#include "base/failure.h"
#include "base/json.h"
#include "service/column_builder.h"
#include "wire/messages/enum_names.h"
#include "wire/messages/filter_json.h"
#include "wire/messages/value_json.h"
#include "wire/messages/vector_json.h"

namespace vecext::gateway::grpc {

namespace {

std::string_view kept(ChangeTexts& texts, std::string text) {
  return texts.emplace_back(std::move(text));
}

std::string text_of(const qdrant::Filter& filter) {
  std::string text;
  append_filter(text, filter);
  return text;
}

template <class Points>
std::string points_of(const Points& points) {
  return json_list([&](JsonList& list) {
    for (const qdrant::PointStruct& point : points) {
      list.object([&](JsonWriter& object) {
        append_id(object.key("id"), point.id());
        append_vectors(object.key("vector"), point.vectors());
        append_payload(object.key("payload"), point.payload());
      });
    }
  });
}

// Returns the numbers of a vector that is dense, or nothing.
std::span<const float> dense_of(const qdrant::Vector& vector) {
  const bool is_flat = vector.vector_case() == qdrant::Vector::VECTOR_NOT_SET &&
                       !vector.has_indices() && !vector.has_vectors_count();
  if (!is_flat && !vector.has_dense()) {
    return {};
  }
  const auto& data = is_flat ? vector.data() : vector.dense().data();
  return {data.data(), static_cast<std::size_t>(data.size())};
}

bool add_vector(PointColumnBuilder& columns, std::string_view name, const qdrant::Vector& vector) {
  const std::span<const float> values = dense_of(vector);
  return !values.empty() && values.size() <= kMostDimensions && columns.add_vector(name, values);
}

bool add_vectors(PointColumnBuilder& columns, const qdrant::Vectors& vectors) {
  if (vectors.has_vector()) {
    return add_vector(columns, "", vectors.vector());
  }
  return std::ranges::all_of(vectors.vectors().vectors(), [&](const auto& named) {
    return add_vector(columns, named.first, named.second);
  });
}

std::string id_of(const qdrant::PointId& id) {
  return id.has_num() ? std::to_string(id.num()) : id.uuid();
}

// True if the id is one that a column of texts would give to a point: a text of digits would become
// a number there.
bool is_column_id(const qdrant::PointId& id) {
  return id.has_num() || (id.has_uuid() && !is_digits(id.uuid()));
}

// Returns the points as columns, or nothing if they have what columns cannot have, such as sparse
// vectors, or a fault, which vecext.upsert is to find.
template <class Points>
std::optional<PointColumns> columns_of(const Points& points, ChangeTexts& texts) {
  std::string& payloads = texts.emplace_back();
  std::vector<std::size_t> ends;
  for (const qdrant::PointStruct& point : points) {
    append_payload(payloads, point.payload());
    ends.push_back(payloads.size());
  }
  PointColumnBuilder columns;
  std::size_t begin = 0;
  for (int i = 0; i < points.size(); ++i) {
    const std::size_t end = ends[static_cast<std::size_t>(i)];
    columns.add_point(id_of(points[i].id()), std::string_view(payloads).substr(begin, end - begin));
    begin = end;
    if (!is_column_id(points[i].id()) || !add_vectors(columns, points[i].vectors())) {
      return std::nullopt;
    }
  }
  return columns.result();
}

template <class Points>
std::string vectors_of(const Points& points) {
  return json_list([&](JsonList& list) {
    for (const qdrant::PointVectors& point : points) {
      list.object([&](JsonWriter& object) {
        append_id(object.key("id"), point.id());
        append_vectors(object.key("vector"), point.vectors());
      });
    }
  });
}

// The requests and the operations of a batch have the same members but for a few.

template <class Upsert>
Change upsert_of(const Upsert& upsert, ChangeTexts& texts) {
  constexpr std::string_view kModes[] = {"upsert", "insert_only", "update_only"};
  Change change(Change::Kind::kUpsert);
  change.columns = columns_of(upsert.points(), texts);
  if (!change.columns) {
    change.value = points_of(upsert.points());
  }
  change.mode = name_among(kModes, upsert.update_mode(), "UpdateMode");
  if (upsert.has_update_filter()) {
    change.condition = kept(texts, text_of(upsert.update_filter()));
  }
  return change;
}

template <class Update>
Change update_vectors_of(const Update& update, ChangeTexts& texts) {
  Change change(Change::Kind::kUpdateVectors);
  change.value = vectors_of(update.points());
  if (update.has_update_filter()) {
    change.condition = kept(texts, text_of(update.update_filter()));
  }
  return change;
}

template <class Delete>
Change delete_vectors_of(const Delete& request, ChangeTexts& texts) {
  Change change(Change::Kind::kDeleteVectors);
  change.value = list_of(request.vectors().names());
  change.points = selector_of(request.points_selector(), texts);
  return change;
}

template <class Set>
Change payload_of(Change::Kind kind, const Set& set, ChangeTexts& texts) {
  Change change(kind);
  append_payload(change.value, set.payload());
  change.points = selector_of(set.points_selector(), texts);
  if (set.has_key() && kind == Change::Kind::kSetPayload) {
    change.key = set.key();
  }
  return change;
}

template <class Delete>
Change delete_payload_of(const Delete& request, ChangeTexts& texts) {
  Change change(Change::Kind::kDeletePayload);
  change.value = list_of(request.keys());
  change.points = selector_of(request.points_selector(), texts);
  return change;
}

Change selected(Change::Kind kind, const qdrant::PointsSelector& points, ChangeTexts& texts) {
  Change change(kind);
  change.points = selector_of(points, texts);
  return change;
}

}  // namespace

Selector selector_of(const qdrant::PointsSelector& selector, ChangeTexts& texts) {
  Selector points;
  if (selector.has_points()) {
    points.ids = kept(texts, json_list([&](JsonList& list) {
                        for (const qdrant::PointId& id : selector.points().ids()) {
                          append_id(list.element(), id);
                        }
                      }));
  } else if (selector.has_filter()) {
    points.filter = kept(texts, text_of(selector.filter()));
  } else {
    throw Failure(FailureKind::kBadInput, "Either points or filter must be given");
  }
  return points;
}

Change change_of(const qdrant::UpsertPoints& request, ChangeTexts& texts) {
  return upsert_of(request, texts);
}
Change change_of(const qdrant::DeletePoints& request, ChangeTexts& texts) {
  return selected(Change::Kind::kDelete, request.points(), texts);
}
Change change_of(const qdrant::UpdatePointVectors& request, ChangeTexts& texts) {
  return update_vectors_of(request, texts);
}
Change change_of(const qdrant::DeletePointVectors& request, ChangeTexts& texts) {
  return delete_vectors_of(request, texts);
}
Change change_of(const qdrant::SetPayloadPoints& request, ChangeTexts& texts) {
  return payload_of(Change::Kind::kSetPayload, request, texts);
}
Change overwrite_of(const qdrant::SetPayloadPoints& request, ChangeTexts& texts) {
  return payload_of(Change::Kind::kOverwritePayload, request, texts);
}
Change change_of(const qdrant::DeletePayloadPoints& request, ChangeTexts& texts) {
  return delete_payload_of(request, texts);
}
Change change_of(const qdrant::ClearPayloadPoints& request, ChangeTexts& texts) {
  return selected(Change::Kind::kClearPayload, request.points(), texts);
}

Change change_of(const qdrant::PointsUpdateOperation& operation, ChangeTexts& texts) {
  using Operation = qdrant::PointsUpdateOperation;
  switch (operation.operation_case()) {
    case Operation::kUpsert:
      return upsert_of(operation.upsert(), texts);
    case Operation::kDeletePoints:
      return selected(Change::Kind::kDelete, operation.delete_points().points(), texts);
    case Operation::kDeleteDeprecated:
      return selected(Change::Kind::kDelete, operation.delete_deprecated(), texts);
    case Operation::kSetPayload:
      return payload_of(Change::Kind::kSetPayload, operation.set_payload(), texts);
    case Operation::kOverwritePayload:
      return payload_of(Change::Kind::kOverwritePayload, operation.overwrite_payload(), texts);
    case Operation::kDeletePayload:
      return delete_payload_of(operation.delete_payload(), texts);
    case Operation::kClearPayload:
      return selected(Change::Kind::kClearPayload, operation.clear_payload().points(), texts);
    case Operation::kClearPayloadDeprecated:
      return selected(Change::Kind::kClearPayload, operation.clear_payload_deprecated(), texts);
    case Operation::kUpdateVectors:
      return update_vectors_of(operation.update_vectors(), texts);
    case Operation::kDeleteVectors:
      return delete_vectors_of(operation.delete_vectors(), texts);
    default:
      throw Failure(FailureKind::kBadJson, "Operation is missing");
  }
}

}  // namespace vecext::gateway::grpc
