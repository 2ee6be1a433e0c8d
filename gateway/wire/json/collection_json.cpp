#include "wire/json/collection_json.h"

#include <algorithm>

#include "base/failure.h"
#include "wire/json/checks.h"
#include "wire/json/config_changes.h"
#include "wire/json/config_types.h"

namespace vecext::gateway {

namespace {

constexpr std::int64_t kMostDimensions = 65536;

// Members of a collection's configuration that are kept and returned as they were given.
constexpr std::string_view kKept[] = {
    "hnsw_config",     "optimizers_config", "wal_config",         "quantization_config",
    "on_disk_payload", "payload",           "id_tracker",         "shard_number",
    "params",          "sharding_method",   "replication_factor", "write_consistency_factor"};

void read_hnsw(RawJson text, VectorDefinition& vector) {
  const JsonObject options = JsonObject::parse(text, "hnsw_config");
  if (const auto m = options.find_integer("m")) {
    vector.m = m;
  }
  if (const auto ef_construct = options.find_integer("ef_construct")) {
    vector.ef_construct = ef_construct;
  }
}

// Qdrant's other datatypes are codes of its own; here their vectors are of float32.
std::string datatype_of(const JsonObject& vector) {
  std::string datatype = vector.find_string("datatype").value_or("");
  for (const std::string_view code : {"turbo4", "turbo8", "turbo16"}) {
    datatype = datatype == code ? "float32" : datatype;
  }
  return datatype;
}

}  // namespace

void write_members(JsonWriter& out, const JsonObject& object,
                   std::initializer_list<std::string_view> but) {
  for (const JsonMember& member : object.members()) {
    if (member.value != "null" &&
        std::ranges::find(but, std::string_view(member.key)) == but.end()) {
      out.raw(member.key, member.value);
    }
  }
}

VectorDefinition dense_of(const std::string& name, RawJson text) {
  const JsonObject object = JsonObject::parse(text, "vectors");
  VectorDefinition vector;
  vector.name = name;
  object.at("size");
  vector.size = object.find_integer("size").value_or(0);
  if (vector.size < 1 || vector.size > kMostDimensions) {
    throw Failure(FailureKind::kValidation, "Validation error in JSON body: [vectors.size: value " +
                                                std::to_string(vector.size) +
                                                " invalid, must be from 1 to " +
                                                std::to_string(kMostDimensions) + "]");
  }
  check_word(object, "distance", {"Cosine", "Euclid", "Dot", "Manhattan"});
  vector.distance = json_string(object.at("distance"), "distance");
  vector.datatype = datatype_of(object);
  if (const auto multivector = object.find("multivector_config")) {
    check_word(JsonObject::parse(*multivector, "multivector_config"), "comparator", {"max_sim"});
    vector.is_multivector = true;
  }
  if (const auto hnsw = object.find("hnsw_config")) {
    read_hnsw(*hnsw, vector);
  }
  return vector;
}

namespace {

// True if `vectors` is the definition of the unnamed vector. A vector may be called "size".
bool is_of_unnamed(const JsonObject& vectors) {
  const auto size = vectors.find("size");
  return size && !is_object(*size);
}

// `vectors` is the definition of the unnamed vector, or an object of definitions by name.
std::vector<VectorDefinition> vectors_of(RawJson text) {
  const JsonObject object = JsonObject::parse(text, "vectors");
  std::vector<VectorDefinition> vectors;
  if (is_of_unnamed(object)) {
    vectors.push_back(dense_of("", text));
    return vectors;
  }
  for (const JsonMember& member : object.members()) {
    vectors.push_back(dense_of(member.key, member.value));
  }
  return vectors;
}

// Vectors as they were given, by name.
void write_given(JsonWriter& config, const JsonObject& body) {
  if (const auto vectors = body.find("vectors")) {
    if (is_of_unnamed(JsonObject::parse(*vectors, "vectors"))) {
      config.object("vectors", [&](JsonWriter& object) { object.raw("", *vectors); });
    } else {
      config.raw("vectors", *vectors);
    }
  }
  if (const auto sparse = body.find("sparse_vectors")) {
    config.raw("sparse_vectors", *sparse);
  }
}

CollectionOptions options_of(const JsonObject& body) {
  CollectionOptions options;
  options.strict_mode = strict_mode_of(body);
  options.metadata = std::string(body.find("metadata").value_or(""));
  check_numbers(options.metadata);
  options.config = json_object([&](JsonWriter& config) {
    for (const std::string_view name : kKept) {
      if (const auto value = body.find(name)) {
        config.raw(name, *value);
      }
    }
    if (const auto older = body.find("quantization"); older && !body.find("quantization_config")) {
      config.raw("quantization_config", *older);
    }
    write_rates(config, body);
    write_given(config, body);
  });
  return options;
}

}  // namespace

VectorDefinition sparse_of(const std::string& name, RawJson text) {
  const JsonObject object = JsonObject::parse(text, "sparse_vectors");
  VectorDefinition vector;
  vector.name = name;
  vector.is_sparse = true;
  vector.modifier = object.find_string("modifier").value_or("");
  const JsonObject index = JsonObject::parse(object.find("index").value_or("{}"), "index");
  if (index.find_string("datatype").value_or("").starts_with("turbo")) {
    throw Failure(FailureKind::kBadInput, "sparse vectors do not support the datatypes of codes");
  }
  check_sparse_index(index);
  return vector;
}

PayloadIndex index_of(const JsonObject& body) {
  PayloadIndex index;
  index.key = json_string(body.at("field_name"), "field_name");
  const RawJson schema = body.find("field_schema", "field_type").value_or(R"("keyword")");
  if (is_object(schema)) {
    const JsonObject object = JsonObject::parse(schema, "field_schema");
    index.type = json_string(object.at("type"), "type");
    check_payload_index(object);
    const bool has_use =
        object.find_bool("lookup").value_or(true) || object.find_bool("range").value_or(true);
    if (index.type == "integer" && !has_use) {
      throw Failure(FailureKind::kValidation,
                    "Validation error in JSON body: [field_schema: Validation error: the 'lookup' "
                    "and 'range' capabilities can't be both disabled]");
    }
    index.schema =
        json_object([&](JsonWriter& options) { write_members(options, object, {"type"}); });
  } else {
    index.type = json_string(schema, "field_schema");
  }
  return index;
}

CollectionDefinition definition_of(const JsonObject& body) {
  check_collection(body);
  CollectionDefinition definition;
  if (const auto vectors = body.find("vectors")) {
    definition.vectors = vectors_of(*vectors);
  }
  if (const auto hnsw = body.find("hnsw_config")) {
    // It holds for vectors that have none of their own.
    for (VectorDefinition& vector : definition.vectors) {
      VectorDefinition shared;
      read_hnsw(*hnsw, shared);
      vector.m = vector.m ? vector.m : shared.m;
      vector.ef_construct = vector.ef_construct ? vector.ef_construct : shared.ef_construct;
    }
  }
  if (const auto sparse = body.find("sparse_vectors")) {
    const JsonObject object = JsonObject::parse(*sparse, "sparse_vectors");
    for (const JsonMember& member : object.members()) {
      if (member.key.empty()) {
        throw Failure(FailureKind::kBadInput, "Sparse vector name cannot be empty");
      }
      if (std::ranges::any_of(definition.vectors, [&](const VectorDefinition& vector) {
            return vector.name == member.key;
          })) {
        throw Failure(FailureKind::kBadInput,
                      "Dense and sparse vector names must be unique - duplicate found with '" +
                          member.key + "'");
      }
      definition.vectors.push_back(sparse_of(member.key, member.value));
    }
  }
  definition.options = options_of(body);
  return definition;
}

}  // namespace vecext::gateway
