#include "pg/collection/common/selector.h"

#include "pg/collection/common/request.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// A selector as it is written, before its list is looked up.
struct Selection {
  PointSelector::Payload kind;
  JsonbValue list;  // an array of strings; valid for kInclude and kExclude
};

void check_strings(const JsonbValue& list, const JsonPlace& place) {
  if (!is_array(list)) {
    refuse(place, "selector must have an array of strings");
  }
  each_element(list, [&](std::int64_t i, const JsonbValue& element) {
    if (element.type != jbvString) {
      refuse(place.at(i), "selector must have strings");
    }
  });
}

Selection read_selection(Jsonb* argument, PointSelector::Payload otherwise,
                         const JsonPlace& place) {
  using Kind = PointSelector::Payload;
  if (argument == nullptr) {
    return {.kind = otherwise, .list = {}};
  }
  const JsonbValue value = value_of(argument);
  if (value.type == jbvBool) {
    return {.kind = value.val.boolean ? Kind::kAll : Kind::kNone, .list = {}};
  }
  if (is_array(value)) {
    check_strings(value, place);
    return {.kind = Kind::kInclude, .list = value};
  }
  if (!is_object(value) || size_of(value) != 1) {
    refuse(place, "selector must be true, false, a list, or an object with include or exclude");
  }
  Selection selection{};
  each_member(value, [&](std::string_view key, const JsonbValue& member) {
    if (key != "include" && key != "exclude") {
      refuse_key(place, key, {"include", "exclude"});
    }
    check_strings(member, place.at(key));
    selection = {.kind = key == "include" ? Kind::kInclude : Kind::kExclude, .list = member};
  });
  return selection;
}

PayloadPaths read_paths(const JsonbValue& list) {
  auto* paths = palloc_array<PayloadPath>(size_of(list) + 1);
  each_element(list, [&](std::int64_t i, const JsonbValue& element) {
    paths[i] = path_of_text(text_of(element));
  });
  return {paths, static_cast<std::size_t>(size_of(list))};
}

/// True if the list has the string.
bool has_string(const JsonbValue& list, std::string_view wanted) {
  bool has = false;
  each_element(list, [&](std::int64_t, const JsonbValue& element) {
    has = has || text_of(element) == wanted;
  });
  return has;
}

/// Returns the list of names if the argument is {"binary": […]}, and nothing if it is another
/// selector. Raises an ERROR if the function shows vectors as JSON alone.
std::optional<JsonbValue> binary_list(Jsonb* argument, VectorOutput output,
                                      const JsonPlace& place) {
  const JsonbValue value = argument == nullptr ? JsonbValue{} : value_of(argument);
  const auto list = argument != nullptr && is_object(value) ? find_member(value, "binary")
                                                            : std::optional<JsonbValue>{};
  if (!list.has_value()) {
    return std::nullopt;
  }
  const JsonPlace at = place.at("binary");
  if (output == VectorOutput::kJson || size_of(value) != 1) {
    refuse(at, output == VectorOutput::kJson ? "this function shows vectors as JSON alone"
                                             : "binary excludes other members");
  }
  check_strings(*list, at);
  return list;
}

/// Selects the vectors of a list of names, in its order, to be shown in binary.
void select_binary(const JsonbValue& names, PointSelector* selector) {
  const Collection& collection = *selector->collection;
  const Size room = static_cast<Size>(size_of(names)) + 1;
  auto* vectors = palloc_array<int>(room);
  selector->types = palloc_array<VectorType>(room);
  selector->senders = palloc_array<FmgrInfo>(room);
  each_element(names, [&](std::int64_t i, const JsonbValue& name) {
    const CollectionVector& vector = vector_of_name(collection, text_of(name));
    vectors[i] = static_cast<int>(&vector - collection.vectors);
    selector->types[i] = vector_type(vector);
    Oid send;
    bool is_varlena;
    getTypeBinaryOutputInfo(vector.type, &send, &is_varlena);
    fmgr_info(send, &selector->senders[i]);
  });
  selector->vectors = vectors;
  selector->vector_count = static_cast<int>(size_of(names));
}

void read_vectors(const Selection& selection, PointSelector* selector) {
  using Kind = PointSelector::Payload;
  const Collection& collection = *selector->collection;
  if (selection.kind == Kind::kNone) {
    return;
  }
  if (selection.kind != Kind::kAll) {
    each_element(selection.list, [&](std::int64_t, const JsonbValue& name) {
      vector_of_name(collection, text_of(name));
    });
  }
  const Size room = static_cast<Size>(collection.vector_count + 1);
  auto* vectors = palloc_array<int>(room);
  selector->types = palloc_array<VectorType>(room);
  for (int i = 0; i < collection.vector_count; ++i) {
    const CollectionVector& vector = collection.vectors[i];
    const bool is_selected =
        selection.kind == Kind::kAll ||
        has_string(selection.list, vector.name) == (selection.kind == Kind::kInclude);
    if (is_selected) {
      vectors[selector->vector_count] = i;
      selector->types[selector->vector_count++] = vector_type(vector);
    }
  }
  selector->vectors = vectors;
  selector->is_bare = collection.vector_count == 1 && collection.vectors[0].name[0] == '\0';
}

std::optional<Datum> payload_output(const PointSelector& selector, TupleTableSlot* row,
                                    int column) {
  bool is_null;
  const Datum payload = slot_getattr(row, column, &is_null);
  if (is_null) {
    return std::nullopt;
  }
  Jsonb* document = DatumGetJsonbP(payload);
  switch (selector.payload) {
    case PointSelector::Payload::kInclude:
      document = document_with(document, selector.paths);
      break;
    case PointSelector::Payload::kExclude:
      document = document_without(document, selector.paths);
      break;
    default:
      break;
  }
  return JsonbPGetDatum(document);
}

/// Returns a vector as a document. It is written as the element of an array first, as a writer only
/// has a document once an array or an object has ended.
Datum bare_vector(const VectorType& type, Datum value) {
  JsonbWriter writer;
  writer.begin_array();
  push_vector(&writer, WJB_ELEM, type, value);
  writer.end_array();
  Jsonb* list = writer.jsonb();
  JsonbValue* only = getIthJsonbValueFromContainer(&list->root, 0);
  return JsonbPGetDatum(JsonbValueToJsonb(only));
}

std::optional<Datum> vectors_output(const PointSelector& selector, TupleTableSlot* row, int first) {
  bool is_null;
  if (selector.is_bare) {
    const Datum vector = slot_getattr(row, first, &is_null);
    return is_null ? std::nullopt : std::optional{bare_vector(selector.types[0], vector)};
  }
  JsonbWriter writer;
  writer.begin_object();
  for (int i = 0; i < selector.vector_count; ++i) {
    const Datum vector = slot_getattr(row, first + selector.vectors[i], &is_null);
    if (!is_null) {
      writer.key(selector.collection->vectors[selector.vectors[i]].name);
      push_vector(&writer, WJB_VALUE, selector.types[i], vector);
    }
  }
  writer.end_object();
  return writer.datum();
}

Datum binary_output(const PointSelector& selector, TupleTableSlot* row, int first) {
  const int count = selector.vector_count;
  auto* values = palloc_array<Datum>(count);
  auto* is_null = palloc_array<bool>(count);
  for (int i = 0; i < count; ++i) {
    const Datum vector = slot_getattr(row, first + selector.vectors[i], &is_null[i]);
    values[i] =
        is_null[i] ? Datum{0} : PointerGetDatum(SendFunctionCall(&selector.senders[i], vector));
  }
  int least = 1;
  int size = count;
  return PointerGetDatum(
      construct_md_array(values, is_null, 1, &size, &least, BYTEAOID, -1, false, TYPALIGN_INT));
}

}  // namespace

PointSelector read_selector(const Collection& collection, Jsonb* with_payload, Jsonb* with_vectors,
                            VectorOutput output) {
  using Kind = PointSelector::Payload;
  PointSelector selector{};
  selector.collection = &collection;
  const Selection payload =
      read_selection(with_payload, Kind::kAll, JsonPlace::argument("with_payload"));
  selector.payload = collection.payload == InvalidAttrNumber ? Kind::kNone : payload.kind;
  if (payload.kind == Kind::kInclude || payload.kind == Kind::kExclude) {
    selector.paths = read_paths(payload.list);
  }
  const JsonPlace place = JsonPlace::argument("with_vectors");
  if (const auto names = binary_list(with_vectors, output, place); names.has_value()) {
    select_binary(*names, &selector);
  } else {
    read_vectors(read_selection(with_vectors, Kind::kNone, place), &selector);
  }
  return selector;
}

int point_columns(const PointSelector& selector) {
  return (selector.has_payload() ? 1 : 0) +
         (selector.has_vectors() ? selector.collection->vector_count : 0);
}

void append_point_columns(const PointSelector& selector, const char* alias, StatementDraft& draft) {
  const Collection& collection = *selector.collection;
  if (selector.has_payload()) {
    (draft << ", " << alias << ".").column(collection.relid, collection.payload);
  }
  if (selector.has_vectors()) {
    for (const CollectionVector& vector : collection.all_vectors()) {
      (draft << ", " << alias << ".").column(collection.relid, vector.column);
    }
  }
}

void point_output(const PointSelector& selector, TupleTableSlot* row, int first, Datum values[2],
                  bool is_null[2]) {
  const int first_vector = first + (selector.has_payload() ? 1 : 0);
  const std::optional<Datum> parts[] = {
      selector.has_payload() ? payload_output(selector, row, first) : std::nullopt,
      !selector.has_vectors() ? std::nullopt
      : selector.is_binary()  ? std::optional{binary_output(selector, row, first_vector)}
                              : vectors_output(selector, row, first_vector)};
  for (int i = 0; i < 2; ++i) {
    values[i] = parts[i].value_or(Datum{0});
    is_null[i] = !parts[i].has_value();
  }
}

}  // namespace vecext::pg
