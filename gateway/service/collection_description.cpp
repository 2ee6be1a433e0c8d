#include "service/collection_description.h"

#include <charconv>

namespace vecext::gateway {

namespace {

// A type as format_type writes it: schema.halfvec(4)[].
void read_type(std::string_view type, VectorDefinition& vector) {
  vector.is_multivector = type.ends_with("[]");
  vector.is_sparse = type.find("sparsevec") != std::string_view::npos;
  vector.datatype = type.find("halfvec") != std::string_view::npos ? "float16" : "";
  const std::size_t open = type.find('(');
  if (open != std::string_view::npos) {
    std::from_chars(type.data() + open + 1, type.data() + type.size(), vector.size);
  }
}

VectorDefinition vector_of(const std::string& name, RawJson text) {
  const JsonObject object = JsonObject::parse(text, "vector");
  VectorDefinition vector;
  vector.name = name;
  read_type(object.find_string("type").value_or(""), vector);
  const JsonObject params = JsonObject::parse(object.find("params").value_or("{}"), "params");
  if (params.find_string("datatype") == "uint8") {
    vector.datatype = "uint8";  // its column is one of halfvec
  }
  vector.modifier = params.find_string("modifier").value_or("");
  const std::string distance = object.find_string("distance").value_or("");
  for (const auto& [qdrant, sql_name] : kDistances) {
    if (distance == sql_name) {
      vector.distance = qdrant;
    }
  }
  if (const auto hnsw = object.find("hnsw")) {
    const JsonObject options = JsonObject::parse(*hnsw, "hnsw");
    vector.m = options.find_integer("m");
    vector.ef_construct = options.find_integer("ef_construction");
  }
  return vector;
}

PayloadIndex index_of(RawJson text) {
  const JsonObject object = JsonObject::parse(text, "payload_index");
  PayloadIndex index;
  index.key = object.find_string("key").value_or("");
  index.type = object.find_string("type").value_or("");
  index.schema = std::string(object.find("schema").value_or(""));
  index.points = object.find_integer("points").value_or(0);
  return index;
}

}  // namespace

CollectionDescription description_of(RawJson info) {
  const JsonObject object = JsonObject::parse(info, "collection_info");
  CollectionDescription description;
  description.status = object.find_string("status").value_or("green");
  const JsonObject vectors = JsonObject::parse(object.at("vectors"), "vectors");
  for (const JsonMember& member : vectors.members()) {
    description.vectors.push_back(vector_of(member.key, member.value));
  }
  for (const RawJson text : json_elements(object.at("payload_indexes"), "payload_indexes")) {
    description.indexes.push_back(index_of(text));
  }
  const JsonObject options = JsonObject::parse(object.at("options"), "options");
  description.options.strict_mode = std::string(options.find("strict_mode").value_or(""));
  description.options.config = std::string(object.find("config").value_or(""));
  description.options.metadata = std::string(object.find("metadata").value_or(""));
  const auto number = [&](std::string_view exact, std::string_view estimate) {
    const auto value = object.find_integer(exact);
    return value ? *value : object.find_integer(estimate).value_or(0);
  };
  description.points = number("points", "points_estimate");
  description.indexed_vectors = number("indexed_vectors", "indexed_vectors_estimate");
  return description;
}

bool is_same_vector(const VectorDefinition& a, const VectorDefinition& b) {
  const auto value_of = [](const std::string& text, const char* otherwise) {
    return text.empty() ? std::string_view(otherwise) : std::string_view(text);
  };
  if (a.is_sparse || b.is_sparse) {
    return a.is_sparse && b.is_sparse &&
           value_of(a.modifier, "none") == value_of(b.modifier, "none");
  }
  return a.size == b.size && a.distance == b.distance && a.is_multivector == b.is_multivector &&
         value_of(a.datatype, "float32") == value_of(b.datatype, "float32");
}

}  // namespace vecext::gateway
