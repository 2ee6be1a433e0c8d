#include "pg/collection/points/point_request.h"

#include <algorithm>

#include "pg/collection/common/point_id.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/memory.h"
#include "pg/sys/sort.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

PointRequest read_point(const Collection& collection, const JsonbValue& value, std::int64_t index,
                        const JsonPlace& place, bool takes_payload) {
  if (!is_object(value)) {
    refuse(place, "point must be an object");
  }
  PointRequest point{.id = Datum{0}, .index = index, .vector = {}, .payload = {}};
  point.vector.type = jbvNull;
  point.payload.type = jbvNull;
  bool has_id = false;
  each_member(value, [&](std::string_view key, const JsonbValue& member) {
    if (key == "id") {
      point.id = id_from_json(collection.id_type, member, place.at(key));
      has_id = true;
    } else if (key == "vector") {
      point.vector = member;
    } else if (key == "payload" && takes_payload) {
      point.payload = member;
    } else {
      refuse_key(
          place, key,
          takes_payload ? KnownWords{"id", "vector", "payload"} : KnownWords{"id", "vector"});
    }
  });
  if (!has_id) {
    refuse(place, "point must have an id");
  }
  return point;
}

/// True if the object is a sparse vector itself, and not an object of vectors by name.
bool is_sparse_vector(const JsonbValue& value) {
  return find_member(value, "indices").has_value() && find_member(value, "values").has_value();
}

int vector_index(const Collection& collection, std::string_view name, const JsonPlace& place) {
  const CollectionVector* vector = find_vector(collection, name);
  if (vector == nullptr) {
    raise_no_vector(collection, name, path_text(place));
  }
  return static_cast<int>(vector - collection.vectors);
}

}  // namespace

PointRequests parse_points(const Collection& collection, Jsonb* points, const JsonPlace& place,
                           bool takes_payload) {
  const JsonbValue list = value_of(points);
  if (!is_array(list)) {
    refuse_body(place, list, {"points"});
    refuse(place, "points must be an array");
  }
  const std::int64_t count = size_of(list);
  auto* all = huge_array<PointRequest>(Max(count, 1));
  bool is_ascending = true;
  each_element(list, [&](std::int64_t i, const JsonbValue& value) {
    CHECK_FOR_INTERRUPTS();
    all[i] = read_point(collection, value, i, place.at(i), takes_payload);
    is_ascending =
        is_ascending && (i == 0 || compare_ids(collection.id_type, all[i - 1].id, all[i].id) < 0);
  });
  if (!is_ascending) {
    interruptible_sort(all, count, [&](const PointRequest& a, const PointRequest& b) {
      const int order = compare_ids(collection.id_type, a.id, b.id);
      return order != 0 ? order < 0 : a.index < b.index;
    });
  }
  return {.at = all, .count = count};
}

PointReader new_point_reader(const Collection& collection, const JsonPlace& place) {
  auto* types = palloc_array<VectorType>(collection.vector_count + 1);
  for (int i = 0; i < collection.vector_count; ++i) {
    types[i] = vector_type(collection.vectors[i]);
    types[i].is_normalized = collection.vectors[i].is_normalized;
    types[i].most = collection.vectors[i].most;
  }
  return {.collection = &collection, .types = types, .place = place};
}

void read_vectors(const PointReader& reader, const PointRequest& point, Datum* values,
                  bool* is_null) {
  const Collection& collection = *reader.collection;
  const JsonPlace of_point = reader.place.at(point.index);
  const JsonPlace place = of_point.at("vector");
  const auto read = [&](std::string_view name, const JsonbValue& value, const JsonPlace& at) {
    const int i = vector_index(collection, name, at);
    if (value.type != jbvNull) {
      values[i] = vector_from_json(reader.types[i], value, at);
      is_null[i] = false;
    }
  };
  if (point.vector.type == jbvNull) {
    return;
  }
  if (!is_object(point.vector) || is_sparse_vector(point.vector)) {
    return read("", point.vector, place);
  }
  each_member(point.vector, [&](std::string_view name, const JsonbValue& value) {
    read(name, value, place.at(name));
  });
}

Datum read_payload(const PointReader& reader, const PointRequest& point) {
  JsonbValue payload = point.payload;
  if (payload.type == jbvNull) {
    JsonbWriter writer;
    writer.begin_object();
    writer.end_object();
    return writer.datum();
  }
  if (!is_object(payload)) {
    const JsonPlace of_point = reader.place.at(point.index);
    refuse(of_point.at("payload"), "payload must be an object");
  }
  return JsonbPGetDatum(JsonbValueToJsonb(&payload));
}

}  // namespace vecext::pg
