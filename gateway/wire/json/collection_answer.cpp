#include "wire/json/collection_answer.h"

#include <algorithm>

#include "wire/json/collection_json.h"
#include "wire/json/config_changes.h"

namespace vecext::gateway {

namespace {

// An object of a configuration that is kept, or an empty one.
JsonObject kept_object(const JsonObject& config, std::string_view name) {
  return JsonObject::parse(config.find(name).value_or("{}"), name);
}

// Writes what is kept, and the defaults of members that are not kept.
void write_with_defaults(
    JsonWriter& out, const JsonObject& kept,
    std::initializer_list<std::pair<std::string_view, std::string_view>> defaults) {
  for (const auto& [name, value] : defaults) {
    if (!kept.find(name)) {
      out.raw(name, value);
    }
  }
  write_members(out, kept, {});
}

void write_dense(JsonWriter& object, const VectorDefinition& vector, const JsonObject& given) {
  object.integer("size", vector.size);
  object.string("distance", vector.distance);
  if (!given.members().empty()) {
    write_members(object, given, {"size", "distance"});
    return;
  }
  if (!vector.datatype.empty()) {
    object.string("datatype", vector.datatype);
  }
  if (vector.is_multivector) {
    object.raw("multivector_config", R"({"comparator":"max_sim"})");
  }
}

// Nothing is given of a vector that was added later.
void write_sparse(JsonWriter& object, const VectorDefinition& vector, const JsonObject& given) {
  if (!vector.modifier.empty()) {
    object.string("modifier", vector.modifier);
  }
  write_members(object, given, {"modifier"});
}

// The unnamed vector alone is an object of its own, in place of an object of vectors by name.
void write_vectors(JsonWriter& params, const std::vector<VectorDefinition>& vectors,
                   const JsonObject& config) {
  const JsonObject dense_given = kept_object(config, "vectors");
  const JsonObject sparse_given = kept_object(config, "sparse_vectors");
  const auto is_dense = [](const VectorDefinition& vector) { return !vector.is_sparse; };
  const auto dense_vectors = std::ranges::count_if(vectors, is_dense);
  const auto unnamed = std::ranges::find_if(vectors, [](const VectorDefinition& vector) {
    return vector.name.empty() && !vector.is_sparse;
  });
  if (dense_vectors == 1 && unnamed != vectors.end()) {
    params.object("vectors", [&](JsonWriter& object) {
      write_dense(object, *unnamed, kept_object(dense_given, ""));
    });
  } else {
    params.object("vectors", [&](JsonWriter& all) {
      for (const VectorDefinition& vector : vectors) {
        if (!vector.is_sparse) {
          all.object(vector.name, [&](JsonWriter& object) {
            write_dense(object, vector, kept_object(dense_given, vector.name));
          });
        }
      }
    });
  }
  if (static_cast<std::size_t>(dense_vectors) < vectors.size()) {
    params.object("sparse_vectors", [&](JsonWriter& all) {
      for (const VectorDefinition& vector : vectors) {
        if (vector.is_sparse) {
          all.object(vector.name, [&](JsonWriter& object) {
            write_sparse(object, vector, kept_object(sparse_given, vector.name));
          });
        }
      }
    });
  }
}

// The types of Qdrant's payload indexes; vecext has others besides.
std::string_view data_type_of(std::string_view type) {
  constexpr std::string_view kTypes[] = {"keyword", "integer", "float",    "geo",
                                         "text",    "bool",    "datetime", "uuid"};
  if (type == "bm25") {
    return "text";
  }
  return std::ranges::find(kTypes, type) != std::end(kTypes) ? type : "keyword";
}

void write_params(JsonWriter& params, const CollectionDescription& description,
                  const JsonObject& config) {
  write_vectors(params, description.vectors, config);
  // `params` has what was changed since the collection was created.
  const JsonObject changed = kept_object(config, "params");
  constexpr std::pair<std::string_view, std::string_view> kDefaults[] = {
      {"shard_number", "1"},
      {"replication_factor", "1"},
      {"write_consistency_factor", "1"},
      {"on_disk_payload", "true"}};
  for (const auto& [name, value] : kDefaults) {
    const auto now = changed.find(name);
    params.raw(name, now ? *now : config.find(name).value_or(value));
  }
  for (const std::string_view name : {"payload", "id_tracker", "sharding_method",
                                      "read_fan_out_factor", "read_fan_out_delay_ms"}) {
    const auto now = changed.find(name);
    if (const auto value = now ? now : config.find(name)) {
      params.raw(name, *value);
    }
  }
}

void write_config(JsonWriter& object, const CollectionDescription& description) {
  const CollectionOptions& options = description.options;
  const JsonObject config =
      JsonObject::parse(options.config.empty() ? "{}" : RawJson(options.config), "config");
  object.object("params", [&](JsonWriter& params) { write_params(params, description, config); });
  object.object("hnsw_config", [&](JsonWriter& hnsw) {
    write_with_defaults(hnsw, kept_object(config, "hnsw_config"),
                        {{"m", "16"},
                         {"ef_construct", "100"},
                         {"full_scan_threshold", "10000"},
                         {"max_indexing_threads", "0"},
                         {"on_disk", "false"}});
  });
  object.object("optimizer_config", [&](JsonWriter& optimizer) {
    write_with_defaults(optimizer, kept_object(config, "optimizers_config"),
                        {{"deleted_threshold", "0.2"},
                         {"vacuum_min_vector_number", "1000"},
                         {"default_segment_number", "0"},
                         {"flush_interval_sec", "5"}});
  });
  object.object("wal_config", [&](JsonWriter& wal) {
    write_with_defaults(wal, kept_object(config, "wal_config"),
                        {{"wal_capacity_mb", "32"}, {"wal_segments_ahead", "0"}});
  });
  object.raw("quantization_config", config.find("quantization_config").value_or("null"));
  write_strict_mode(object, options.strict_mode, config);
  if (!options.metadata.empty()) {
    object.raw("metadata", options.metadata);
  }
}

// Warns of vectors that are to be stored in their index, which Qdrant does for codes of single
// vectors alone; a list without elements is left out.
void write_warnings(JsonWriter& info, const CollectionOptions& options) {
  const JsonObject config =
      JsonObject::parse(options.config.empty() ? "{}" : RawJson(options.config), "config");
  std::vector<std::string> warnings;
  const JsonObject vectors = kept_object(config, "vectors");
  for (const JsonMember& member : vectors.members()) {
    const JsonObject vector = JsonObject::parse(member.value, "vectors");
    if (!kept_object(vector, "hnsw_config").find_bool("inline_storage").value_or(false)) {
      continue;
    }
    if (vector.find("multivector_config")) {
      warnings.push_back("inline_storage of `" + member.key + "` has no effect on multi-vectors");
    } else if (!vector.find("quantization_config") && !config.find("quantization_config")) {
      warnings.push_back("inline_storage of `" + member.key + "` needs a quantization");
    }
  }
  if (!warnings.empty()) {
    info.list("warnings", [&](JsonList& list) {
      for (const std::string& warning : warnings) {
        list.object([&](JsonWriter& entry) { entry.string("message", warning); });
      }
    });
  }
}

void write_index(JsonWriter& entry, const PayloadIndex& index) {
  entry.string("data_type", data_type_of(index.type));
  // A schema of the type alone says nothing more.
  if (!index.schema.empty() && JsonObject::parse(index.schema, "schema").members().size() > 1) {
    entry.raw("params", index.schema);
  }
  entry.integer("points", index.points);
}

}  // namespace

std::string answer_of(const CollectionDescription& description) {
  return json_object([&](JsonWriter& info) {
    info.string("status", description.status);
    info.string("optimizer_status", "ok");
    write_warnings(info, description.options);
    info.integer("indexed_vectors_count", description.indexed_vectors);
    info.integer("points_count", description.points);
    info.integer("segments_count", 1);
    info.object("config", [&](JsonWriter& config) { write_config(config, description); });
    info.object("payload_schema", [&](JsonWriter& schema) {
      for (const PayloadIndex& index : description.indexes) {
        schema.object(index.key, [&](JsonWriter& entry) { write_index(entry, index); });
      }
    });
  });
}

}  // namespace vecext::gateway
