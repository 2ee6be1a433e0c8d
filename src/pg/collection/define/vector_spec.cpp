#include "pg/collection/define/vector_spec.h"

#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/sql.h"
#include "pg/payload/jsonb_source.h"
#include "pg/sys/jsonb_writer.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr int64 kMostSparseDims = 1000000000;
constexpr int64 kMostBits = 83886080;
constexpr int64 kMostDims = 16000;

int64 most_dims(Oid type) {
  const std::optional<VectorKind> kind = vector_kind_of(type);
  return kind == VectorKind::kSparsevec ? kMostSparseDims
         : kind == VectorKind::kBit     ? kMostBits
                                        : kMostDims;
}

/// Returns the type of that kind of vector.
Oid type_of_kind(const char* kind) {
  if (strcmp(kind, "bit") == 0) {
    return BITOID;
  }
  const SqlRows types = sql_rows(
      "SELECT t.oid FROM pg_type t WHERE t.typname = $1 AND t.typtype = 'b'", {sql_text(kind)});
  for (const SqlRow type : types) {
    if (vector_kind_of(type.oid()).has_value()) {
      return type.oid();
    }
  }
  elog(ERROR, "type %s does not exist", kind);
}

[[noreturn]] void refuse_meaningless(const Json& json) {
  refuse(json, psprintf("%s has no meaning here", text_of_jsonb(DatumGetJsonbP(jsonb_of(json)))));
}

/// Checks options of storage, which have no effect: the server chooses where vectors are stored.
void check_storage(const Json& spec) {
  const Json* on_disk = member(spec, "on_disk");
  if (on_disk != nullptr && on_disk->value.type != jbvBool) {
    refuse_meaningless(*on_disk);
  }
  if (const Json* memory = member(spec, "memory")) {
    const char* word = is_string(*memory) ? string_of(*memory) : "";
    if (strcmp(word, "cold") != 0 && strcmp(word, "cached") != 0 && strcmp(word, "pinned") != 0) {
      refuse_meaningless(*memory);
    }
  }
  if (const Json* quantization = member(spec, "quantization_config")) {
    refuse_meaningless(*quantization);
  }
}

const char* read_kind(const Json& spec) {
  const Json* type = member(spec, "type");
  const char* kind = type == nullptr ? "vector" : string_of(*type);
  if (type != nullptr) {
    check_known(type->place, kind, "unknown type", {"vector", "halfvec", "sparsevec", "bit"});
  }
  const Json* datatype = member(spec, "datatype");
  if (datatype == nullptr) {
    return kind;
  }
  const char* word = is_string(*datatype) ? string_of(*datatype) : "";
  if (!is_one_of(word, {"float16", "float32", "uint8"})) {
    refuse_meaningless(*datatype);
  }
  const bool is_single = strcmp(word, "float32") == 0;
  if (type == nullptr) {
    return is_single ? "vector" : "halfvec";
  }
  const bool has_single = strcmp(kind, "vector") == 0 || strcmp(kind, "sparsevec") == 0;
  if (has_single != is_single || strcmp(kind, "bit") == 0) {
    refuse_meaningless(*datatype);
  }
  return kind;
}

bool read_multivector(const Json& spec) {
  const Json* config = member(spec, "multivector_config");
  const Json* multi = config != nullptr ? config : member(spec, "multivector");
  if (multi == nullptr) {
    return false;
  }
  if (!is_object(*multi)) {
    return bool_of(*multi);
  }
  check_members(*multi, {"comparator"});
  if (const Json* comparator = member(*multi, "comparator")) {
    check_known(comparator->place, string_of(*comparator), "unknown comparator", {"max_sim"});
  }
  return true;
}

/// Returns the size that the request asks for, or -1 if the first vector is to fix it.
int64 read_size(const Json& spec, const char* kind, Oid type) {
  if (find_member(spec.value, "size").has_value()) {
    const Json* size = member(spec, "size");
    return size == nullptr ? -1 : integer_of(*size, 1, most_dims(type));
  }
  if (strcmp(kind, "sparsevec") != 0) {
    refuse(spec.place.at("size"), "a size is expected");
  }
  return kMostSparseDims;
}

void write_member(JsonbWriter* writer, const char* key, const Json* value) {
  if (value != nullptr) {
    writer->key(key);
    writer->add(WJB_VALUE, value->value);
  }
}

const Jsonb* params_of(const char* kind, int64 size, bool is_multi, const IndexSpec& index,
                       const Json* datatype, const Json* modifier, const Json* normalized) {
  JsonbValue number;
  number.type = jbvNull;
  if (size >= 0) {
    number.type = jbvNumeric;
    number.val.numeric = int64_to_numeric(size);
  }
  JsonbValue multi;
  multi.type = jbvBool;
  multi.val.boolean = is_multi;
  JsonbWriter writer;
  writer.begin_object();
  writer.key("type");
  writer.add(WJB_VALUE, std::string_view(kind));
  writer.key("size");
  writer.add(WJB_VALUE, number);
  writer.key("multivector");
  writer.add(WJB_VALUE, multi);
  writer.key("index");
  writer.add(WJB_VALUE, std::string_view(index.method));
  write_member(&writer, "hnsw", index.hnsw);
  write_member(&writer, "ivfpq", index.ivfpq);
  write_member(&writer, "datatype", datatype);
  write_member(&writer, "modifier", modifier);
  write_member(&writer, "normalized", normalized);
  writer.end_object();
  return writer.jsonb();
}

/// Returns `index` or, if vectors of that size have no such index and the request does not ask for
/// one, none. A NOTICE says so.
IndexSpec fitting_index(const Json& spec, const IndexSpec& index, Oid type, const char* distance,
                        int64 size) {
  const int64 most = most_indexed_dims(index.method, type, distance);
  if (size <= most || index.is_given) {
    return index;
  }
  ereport(NOTICE, (errmsg("a vector of " INT64_FORMAT " dimensions gets no index", size),
                   errdetail("At %s. An index of %s has at most " INT64_FORMAT " dimensions.",
                             path_text(spec.place), index.method, most)));
  return {.method = "none", .is_given = false, .hnsw = nullptr, .ivfpq = nullptr};
}

}  // namespace

bool is_uint8(const Json& params) {
  const Json* datatype = member(params, "datatype");
  return datatype != nullptr && is_string(*datatype) && text_of(datatype->value) == "uint8";
}

const char* read_distance(const Json* distance, const JsonPlace& place, Oid type) {
  if (distance == nullptr || !is_string(*distance)) {
    refuse(place, "a distance is expected");
  }
  // Qdrant's clients write distances in upper and lower case, as Cosine.
  const std::string_view given = text_of(distance->value);
  const char* name = asc_tolower(given.data(), given.size());
  const std::optional<CollectionDistance> known = distance_of_name(name);
  if (!known.has_value()) {
    check_known(place, given, "unknown distance",
                {"cosine", "dot", "euclid", "manhattan", "hamming", "jaccard"});
  }
  if (!OidIsValid(distance_operator(element_of_vector(type), *known))) {
    refuse(place, psprintf("type %s has no distance \"%s\"", format_type_be(type), name));
  }
  return name;
}

void check_modifier(const Json* modifier, const char* kind, const char* method) {
  if (modifier == nullptr) {
    return;
  }
  check_known(modifier->place, string_of(*modifier), "unknown modifier", {"idf", "none"});
  if (strcmp(string_of(*modifier), "idf") == 0 &&
      (strcmp(kind, "sparsevec") != 0 || strcmp(method, "inverted") != 0)) {
    refuse(*modifier, "the modifier idf is for sparse vectors with an index of inverted");
  }
}

namespace {

/// Checks that vectors of length 1 have the distances of those they are made of.
void check_normalized(const Json* normalized, Oid element, const char* distance, bool has_bytes) {
  if (normalized == nullptr || !bool_of(*normalized)) {
    return;
  }
  const std::optional<VectorKind> kind = vector_kind_of(element);
  if (strcmp(distance, "cosine") != 0 ||
      (kind != VectorKind::kVector && kind != VectorKind::kHalfvec)) {
    refuse(*normalized, "normalized vectors are of type vector or halfvec, with distance cosine");
  }
  if (has_bytes) {
    refuse(*normalized, "vectors of datatype uint8 cannot be normalized");
  }
}

}  // namespace

void check_vector_params(const Json& params, Oid type, const char* distance) {
  const Oid element = element_of_vector(type);
  check_members(params, {"type", "size", "multivector", "index", "hnsw", "ivfpq", "datatype",
                         "modifier", "normalized"});
  const Json* kind = member(params, "type");
  if (kind != nullptr && type_of_kind(string_of(*kind)) != element) {
    refuse(*kind, psprintf("the column is of type %s", format_type_be(type)));
  }
  const Json* multi = member(params, "multivector");
  if (multi != nullptr && bool_of(*multi) != (type != element)) {
    refuse(*multi, psprintf("the column is of type %s", format_type_be(type)));
  }
  if (const Json* size = member(params, "size")) {
    integer_of(*size, 1, most_dims(element));
  }
  if (const Json* datatype = member(params, "datatype")) {
    check_known(datatype->place, string_of(*datatype), "unknown datatype", {"uint8"});
    if (vector_kind_of(element) != VectorKind::kHalfvec) {
      refuse(*datatype, psprintf("the column is of type %s", format_type_be(type)));
    }
  }
  const char* method = string_member(params, "index");
  method = method == nullptr ? "none" : method;
  check_index_method(method, type, distance, params.place.at("index"));
  check_index_options(method, member(params, "hnsw"), member(params, "ivfpq"));
  check_modifier(member(params, "modifier"), is_sparsevec(type) ? "sparsevec" : "", method);
  check_normalized(member(params, "normalized"), element, distance, is_uint8(params));
}

VectorSpec read_vector_spec(const Json& spec) {
  check_given_members(
      spec, {"size", "distance", "type", "multivector", "index", "hnsw", "ivfpq", "modifier",
             "normalized", "quantization", "hnsw_config", "multivector_config",
             "quantization_config", "datatype", "on_disk", "memory"});
  check_storage(spec);
  const char* kind = read_kind(spec);
  const Oid type = type_of_kind(kind);
  const Json* given = member(spec, "distance");
  // Sparse vectors have the inner product and any number of dimensions by default, as in Qdrant.
  const bool is_dot = given == nullptr && strcmp(kind, "sparsevec") == 0;
  const char* distance = is_dot ? "dot" : read_distance(given, spec.place.at("distance"), type);
  const int64 size = read_size(spec, kind, type);
  const bool is_multi = read_multivector(spec);
  const IndexSpec index =
      fitting_index(spec, read_index_spec(spec, type, distance, is_multi), type, distance, size);
  const Oid whole = is_multi ? get_array_type(type) : type;
  check_index_method(index.method, whole, distance, spec.place.at("index"));
  check_index_options(index.method, index.hnsw, index.ivfpq);
  check_modifier(member(spec, "modifier"), kind, index.method);
  check_normalized(member(spec, "normalized"), type, distance, is_uint8(spec));
  // The type "bit", in quotes, is of any length, while bit means bit(1).
  const char* name =
      size < 0 && type == BITOID ? "pg_catalog.\"bit\"" : format_type_be_qualified(type);
  const char* modifier = size < 0 ? "" : psprintf("(" INT64_FORMAT ")", size);
  if (size >= 0 && type == BITOID) {
    name = "bit";
  }
  return {.column_type = psprintf("%s%s%s", name, modifier, is_multi ? "[]" : ""),
          .distance = distance,
          .params = params_of(kind, size, is_multi, index,
                              is_uint8(spec) ? member(spec, "datatype") : nullptr,
                              member(spec, "modifier"), member(spec, "normalized")),
          .has_size = size >= 0,
          .is_multi = is_multi,
          .has_index = strcmp(index.method, "none") != 0,
          .is_uint8 = is_uint8(spec)};
}

const Json& vectors_of_body(const Json& body) {
  const Json* vectors = is_object(body) ? member(body, "vectors") : nullptr;
  if (vectors == nullptr || !is_object(*vectors)) {
    return body;
  }
  const auto is_beside = [](std::string_view key) {
    return is_one_of(
        key, {"vectors", "sparse_vectors", "hnsw_config", "quantization_config",
              "optimizers_config", "wal_config", "strict_mode_config", "on_disk_payload", "payload",
              "id_tracker", "shard_number", "sharding_method", "replication_factor",
              "write_consistency_factor", "init_from", "metadata"});
  };
  bool is_body = true;
  each_member(body.value, [&](std::string_view key, const JsonbValue&) {
    is_body = is_body && is_beside(key);
  });
  if (!is_body) {
    return body;
  }
  each_member(body.value, [&](std::string_view key, const JsonbValue& value) {
    const bool is_empty = value.type == jbvNull || (pg::is_object(value) && size_of(value) == 0);
    if (key == "vectors" || is_empty || (key == "on_disk_payload" && value.type == jbvBool)) {
      return;
    }
    const int size = static_cast<int>(key.size());
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("\"%.*s\" has no meaning here", size, key.data()),
             errdetail("At %s.", path_text(body.place.at(key))),
             errhint("Sparse vectors are vectors of type sparsevec; options of an index are those "
                     "of its vector.")));
  });
  return *vectors;
}

}  // namespace vecext::pg
