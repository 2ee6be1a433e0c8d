#include "service/collections.h"

#include <charconv>

#include "base/json.h"
#include "service/execute.h"
#include "sql/collection_calls.h"

namespace vecext::gateway {

namespace {

constexpr std::pair<std::string_view, std::string_view> kDistances[] = {
    {"Cosine", "cosine"}, {"Dot", "dot"}, {"Euclid", "euclid"}, {"Manhattan", "manhattan"}};

// --- Definitions as vecext takes them ------------------------------------------------------------

std::string_view distance_in_sql(const std::string& distance) {
  for (const auto& [qdrant, sql_name] : kDistances) {
    if (distance == qdrant) {
      return sql_name;
    }
  }
  throw Failure(FailureKind::kBadJson,
                "Format error in JSON body: unknown variant `" + distance +
                    "`, expected one of `Cosine`, `Euclid`, `Dot`, `Manhattan`");
}

void write_definition(JsonWriter& object, const VectorDefinition& vector) {
  if (vector.is_sparse) {
    object.string("type", "sparsevec");
    return;
  }
  object.integer("size", vector.size);
  object.string("distance", distance_in_sql(vector.distance));
  if (vector.datatype == "float16") {
    object.string("type", "halfvec");
  }
  if (vector.is_multivector) {
    object.raw("multivector", R"({"comparator":"max_sim"})");
  }
  if (vector.m || vector.ef_construct) {
    object.object("hnsw", [&](JsonWriter& hnsw) {
      if (vector.m) {
        hnsw.integer("m", *vector.m);
      }
      if (vector.ef_construct) {
        hnsw.integer("ef_construction", *vector.ef_construct);
      }
    });
  }
}

std::string vectors_in_sql(const std::vector<VectorDefinition>& vectors) {
  return json_object([&](JsonWriter& object) {
    for (const VectorDefinition& vector : vectors) {
      object.object(vector.name,
                    [&](JsonWriter& definition) { write_definition(definition, vector); });
    }
  });
}

// --- Descriptions as vecext gives them -----------------------------------------------------------

// The value of an option "m=20" of an index.
std::optional<std::int64_t> option_of(const JsonObject& index, std::string_view name) {
  const auto options = index.find("options");
  if (!options) {
    return std::nullopt;
  }
  for (const RawJson option : json_elements(*options, "options")) {
    const std::string text = json_string(option, "option");
    if (text.starts_with(name) && text.size() > name.size() && text[name.size()] == '=') {
      std::int64_t value = 0;
      std::from_chars(text.data() + name.size() + 1, text.data() + text.size(), value);
      return value;
    }
  }
  return std::nullopt;
}

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
  const std::string distance = object.find_string("distance").value_or("");
  for (const auto& [qdrant, sql_name] : kDistances) {
    if (distance == sql_name) {
      vector.distance = qdrant;
    }
  }
  if (const auto index = object.find("index")) {
    const JsonObject options = JsonObject::parse(*index, "index");
    vector.m = option_of(options, "m");
    vector.ef_construct = option_of(options, "ef_construction");
  }
  return vector;
}

CollectionDescription description_of(RawJson info) {
  const JsonObject object = JsonObject::parse(info, "collection_info");
  CollectionDescription description;
  description.status = object.find_string("status").value_or("green");
  const JsonObject vectors = JsonObject::parse(object.at("vectors"), "vectors");
  for (const JsonMember& member : vectors.members()) {
    description.vectors.push_back(vector_of(member.key, member.value));
  }
  for (const RawJson text : json_elements(object.at("payload_indexes"), "payload_indexes")) {
    const JsonObject index = JsonObject::parse(text, "payload_index");
    description.indexes.push_back(
        {index.find_string("key").value_or(""), index.find_string("type").value_or("")});
  }
  const JsonObject options = JsonObject::parse(object.at("options"), "options");
  description.strict_mode = std::string(options.find("strict_mode").value_or(""));
  return description;
}

}  // namespace

Task<std::vector<std::string>> list_collections(Context& context) {
  context.require(Access::kRead);
  Call call = sql::list_collections();
  const Result rows = co_await execute(context, std::move(call), "");
  std::vector<std::string> names;
  for (int row = 0; row < rows.size(); ++row) {
    names.emplace_back(rows.text(row, 0));
  }
  co_return names;
}

Task<bool> collection_exists(Context& context, std::string_view name) {
  context.require(Access::kRead);
  Call call = sql::collection_exists(name);
  const Result rows = co_await execute(context, std::move(call), name);
  co_return rows.boolean(0, 0);
}

Task<CollectionDescription> describe_collection(Context& context, std::string_view name) {
  context.require(Access::kRead);
  Call call = sql::collection_info(name);
  const Result rows = co_await execute(context, std::move(call), name);
  CollectionDescription description = description_of(rows.json(0, 0));
  description.points = rows.int64(0, 1);
  co_return description;
}

Task<> create_collection(Context& context, std::string_view name,
                         const CollectionDefinition& definition) {
  context.require(Access::kWrite);
  const std::string options = json_object([&](JsonWriter& object) {
    object.string("id", "bigint");
    if (!definition.strict_mode.empty()) {
      object.raw("strict_mode", definition.strict_mode);
    }
  });
  Call call = sql::create_collection(name, vectors_in_sql(definition.vectors), options);
  co_await execute(context, std::move(call), name);
}

Task<bool> drop_collection(Context& context, std::string_view name) {
  context.require(Access::kWrite);
  Call call = sql::drop_collection(name);
  const Result rows = co_await execute(context, std::move(call), name);
  co_return rows.boolean(0, 0);
}

Task<> set_strict_mode(Context& context, std::string_view name, std::string_view strict_mode) {
  context.require(Access::kWrite);
  const std::string options =
      json_object([&](JsonWriter& object) { object.raw("strict_mode", strict_mode); });
  Call call = sql::update_collection(name, options);
  co_await execute(context, std::move(call), name);
}

Task<> add_vector(Context& context, std::string_view collection, const VectorDefinition& vector) {
  context.require(Access::kWrite);
  const std::string definition =
      json_object([&](JsonWriter& object) { write_definition(object, vector); });
  Call call = sql::add_vector(collection, vector.name, definition);
  co_await execute(context, std::move(call), collection);
}

Task<> drop_vector(Context& context, std::string_view collection, std::string_view vector) {
  context.require(Access::kWrite);
  Call call = sql::drop_vector(collection, vector);
  co_await execute(context, std::move(call), collection);
}

Task<> create_payload_index(Context& context, std::string_view collection,
                            const PayloadIndex& index) {
  context.require(Access::kWrite);
  Call call = sql::create_payload_index(collection, index.key, index.type, "{}");
  co_await execute(context, std::move(call), collection);
}

Task<> drop_payload_index(Context& context, std::string_view collection, std::string_view key) {
  context.require(Access::kWrite);
  Call call = sql::drop_payload_index(collection, key);
  co_await execute(context, std::move(call), collection);
}

Task<> update_aliases(Context& context, std::string_view actions) {
  context.require(Access::kWrite);
  Call call = sql::update_aliases(actions);
  co_await execute(context, std::move(call), "");
}

Task<std::vector<Alias>> list_aliases(Context& context,
                                      std::optional<std::string_view> collection) {
  context.require(Access::kRead);
  Call call = collection ? sql::list_aliases(*collection) : sql::list_aliases();
  const Result rows = co_await execute(context, std::move(call), collection.value_or(""));
  std::vector<Alias> aliases;
  for (int row = 0; row < rows.size(); ++row) {
    aliases.emplace_back(rows.text(row, 0), rows.text(row, 1));
  }
  co_return aliases;
}

}  // namespace vecext::gateway
