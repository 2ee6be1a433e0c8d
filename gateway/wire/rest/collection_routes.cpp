// Routes of collections, their vectors, payload indexes and aliases.
#include <algorithm>

#include "base/failure.h"
#include "service/collections.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

constexpr std::int64_t kMostDimensions = 65536;

// --- Bodies --------------------------------------------------------------------------------------

VectorDefinition vector_of(const std::string& name, RawJson text) {
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
  vector.distance = json_string(object.at("distance"), "distance");
  vector.datatype = object.find_string("datatype").value_or("");
  vector.is_multivector = object.find("multivector_config").has_value();
  if (const auto hnsw = object.find("hnsw_config")) {
    const JsonObject options = JsonObject::parse(*hnsw, "hnsw_config");
    vector.m = options.find_integer("m");
    vector.ef_construct = options.find_integer("ef_construct");
  }
  return vector;
}

// `vectors` is the definition of the unnamed vector, or an object of definitions by name.
std::vector<VectorDefinition> vectors_of(RawJson text) {
  const JsonObject object = JsonObject::parse(text, "vectors");
  std::vector<VectorDefinition> vectors;
  if (object.find("size")) {
    vectors.push_back(vector_of("", text));
    return vectors;
  }
  for (const JsonMember& member : object.members()) {
    vectors.push_back(vector_of(member.key, member.value));
  }
  return vectors;
}

CollectionDefinition definition_of(const JsonObject& body) {
  CollectionDefinition definition;
  if (const auto vectors = body.find("vectors")) {
    definition.vectors = vectors_of(*vectors);
  }
  if (const auto sparse = body.find("sparse_vectors")) {
    const JsonObject object = JsonObject::parse(*sparse, "sparse_vectors");
    for (const JsonMember& member : object.members()) {
      VectorDefinition vector;
      vector.name = member.key;
      vector.is_sparse = true;
      definition.vectors.push_back(std::move(vector));
    }
  }
  definition.strict_mode = std::string(body.find("strict_mode_config").value_or(""));
  return definition;
}

// --- Answers -------------------------------------------------------------------------------------

void write_dense(JsonWriter& object, const VectorDefinition& vector) {
  object.integer("size", vector.size);
  object.string("distance", vector.distance);
  if (vector.m || vector.ef_construct) {
    object.object("hnsw_config", [&](JsonWriter& hnsw) {
      if (vector.m) {
        hnsw.integer("m", *vector.m);
      }
      if (vector.ef_construct) {
        hnsw.integer("ef_construct", *vector.ef_construct);
      }
    });
  }
  if (!vector.datatype.empty()) {
    object.string("datatype", vector.datatype);
  }
  if (vector.is_multivector) {
    object.raw("multivector_config", R"({"comparator":"max_sim"})");
  }
}

// The unnamed vector alone is an object of its own, in place of an object of vectors by name.
void write_vectors(JsonWriter& params, const std::vector<VectorDefinition>& vectors) {
  if (vectors.size() == 1 && vectors.front().name.empty() && !vectors.front().is_sparse) {
    params.object("vectors", [&](JsonWriter& dense) { write_dense(dense, vectors.front()); });
    return;
  }
  params.object("vectors", [&](JsonWriter& dense) {
    for (const VectorDefinition& vector : vectors) {
      if (!vector.is_sparse) {
        dense.object(vector.name, [&](JsonWriter& object) { write_dense(object, vector); });
      }
    }
  });
  if (std::ranges::any_of(vectors, &VectorDefinition::is_sparse)) {
    params.object("sparse_vectors", [&](JsonWriter& sparse) {
      for (const VectorDefinition& vector : vectors) {
        if (vector.is_sparse) {
          sparse.raw(vector.name, "{}");
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

void write_config(JsonWriter& config, const CollectionDescription& description) {
  config.object("params", [&](JsonWriter& params) {
    write_vectors(params, description.vectors);
    params.integer("shard_number", 1);
    params.integer("replication_factor", 1);
    params.integer("write_consistency_factor", 1);
    params.boolean("on_disk_payload", true);
  });
  config.raw("hnsw_config", R"({"m":16,"ef_construct":100,"full_scan_threshold":10000})");
  config.raw("optimizer_config", R"({"default_segment_number":0,"flush_interval_sec":5})");
  if (!description.strict_mode.empty()) {
    config.raw("strict_mode_config", description.strict_mode);
  }
}

std::string answer_of(const CollectionDescription& description) {
  return json_object([&](JsonWriter& info) {
    info.string("status", description.status);
    info.string("optimizer_status", "ok");
    info.integer("indexed_vectors_count", description.points);
    info.integer("points_count", description.points);
    info.integer("segments_count", 1);
    info.object("config", [&](JsonWriter& config) { write_config(config, description); });
    info.object("payload_schema", [&](JsonWriter& schema) {
      for (const PayloadIndex& index : description.indexes) {
        schema.object(index.key, [&](JsonWriter& entry) {
          entry.string("data_type", data_type_of(index.type));
          entry.integer("points", 0);
        });
      }
    });
  });
}

std::string answer_of(const std::vector<Alias>& aliases) {
  return json_object([&](JsonWriter& object) {
    object.list("aliases", [&](JsonList& list) {
      for (const auto& [alias, collection] : aliases) {
        list.object([&](JsonWriter& entry) {
          entry.string("alias_name", alias);
          entry.string("collection_name", collection);
        });
      }
    });
  });
}

// --- Actions -------------------------------------------------------------------------------------

Task<std::string> list(Request& request) {
  const std::vector<std::string> names = co_await list_collections(request.context);
  co_return json_object([&](JsonWriter& object) {
    object.list("collections", [&](JsonList& collections) {
      for (const std::string& name : names) {
        collections.object([&](JsonWriter& entry) { entry.string("name", name); });
      }
    });
  });
}

Task<std::string> describe(Request& request) {
  const CollectionDescription description =
      co_await describe_collection(request.context, request.collection());
  co_return answer_of(description);
}

Task<std::string> exists(Request& request) {
  const bool is_there = co_await collection_exists(request.context, request.collection());
  co_return is_there ? R"({"exists":true})" : R"({"exists":false})";
}

Task<std::string> create(Request& request) {
  const CollectionDefinition definition = definition_of(request.object());
  co_await create_collection(request.context, request.collection(), definition);
  co_return "true";
}

Task<std::string> update(Request& request) {
  const JsonObject body = request.object();
  if (const auto strict_mode = body.find("strict_mode_config")) {
    co_await set_strict_mode(request.context, request.collection(), *strict_mode);
  }
  co_return "true";
}

Task<std::string> drop(Request& request) {
  const bool was_there = co_await drop_collection(request.context, request.collection());
  co_return was_there ? "true" : "false";
}

Task<std::string> put_vector(Request& request) {
  const JsonObject body = request.object();
  VectorDefinition vector;
  if (const auto dense = body.find("dense")) {
    vector = vector_of(request.path[1], *dense);
  } else {
    body.at("sparse");
    vector.name = request.path[1];
    vector.is_sparse = true;
  }
  co_await add_vector(request.context, request.collection(), vector);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> delete_vector(Request& request) {
  co_await drop_vector(request.context, request.collection(), request.path[1]);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> put_index(Request& request) {
  const JsonObject body = request.object();
  PayloadIndex index;
  index.key = json_string(body.at("field_name"), "field_name");
  const RawJson schema = body.find("field_schema", "field_type").value_or(R"("keyword")");
  index.type = is_object(schema)
                   ? json_string(JsonObject::parse(schema, "field_schema").at("type"), "type")
                   : json_string(schema, "field_schema");
  co_await create_payload_index(request.context, request.collection(), index);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> delete_index(Request& request) {
  co_await drop_payload_index(request.context, request.collection(), request.path[1]);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> change_aliases(Request& request) {
  const JsonObject body = request.object();
  co_await update_aliases(request.context, body.at("actions"));
  co_return "true";
}

Task<std::string> all_aliases(Request& request) {
  const std::vector<Alias> aliases = co_await list_aliases(request.context, std::nullopt);
  co_return answer_of(aliases);
}

Task<std::string> aliases_of(Request& request) {
  const std::vector<Alias> aliases = co_await list_aliases(request.context, request.collection());
  co_return answer_of(aliases);
}

Task<std::string> cluster(Request&) {
  co_return R"({"status":"disabled"})";
}

}  // namespace

const std::vector<Route>& collection_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/collections", list},
      {"GET", "/collections/{name}", describe},
      {"PUT", "/collections/{name}", create},
      {"PATCH", "/collections/{name}", update},
      {"DELETE", "/collections/{name}", drop},
      {"GET", "/collections/{name}/exists", exists},
      {"PUT", "/collections/{name}/vectors/{vector}", put_vector},
      {"DELETE", "/collections/{name}/vectors/{vector}", delete_vector},
      {"PUT", "/collections/{name}/index", put_index},
      {"DELETE", "/collections/{name}/index/{field}", delete_index},
      {"POST", "/collections/aliases", change_aliases},
      {"GET", "/aliases", all_aliases},
      {"GET", "/collections/{name}/aliases", aliases_of},
      {"GET", "/cluster", cluster},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
