#include "service/collections.h"

#include "base/json.h"
#include "service/collection_description.h"
#include "service/execute.h"
#include "sql/collection_calls.h"
#include "sql/names.h"

namespace vecext::gateway {

namespace {

std::string_view distance_in_sql(const std::string& distance) {
  for (const auto& [qdrant, sql_name] : kDistances) {
    if (distance == qdrant) {
      return sql_name;
    }
  }
  throw Failure(FailureKind::kInternal, "unknown distance");
}

void write_definition(JsonWriter& object, const VectorDefinition& vector) {
  if (vector.is_sparse) {
    object.string("type", "sparsevec");
    if (!vector.modifier.empty()) {
      object.string("modifier", vector.modifier);
    }
    return;
  }
  object.integer("size", vector.size);
  object.string("distance", distance_in_sql(vector.distance));
  if (!vector.datatype.empty()) {
    object.string("datatype", vector.datatype);
  }
  if (vector.distance == "Cosine" && vector.datatype != "uint8") {
    object.boolean("normalized", true);
  }
  if (vector.is_multivector) {
    object.raw("multivector", R"({"comparator":"max_sim"})");
    return;  // it has no index
  }
  if (vector.m == 0) {
    object.string("index", "none");
  } else if (vector.m || vector.ef_construct) {
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

void write_options(JsonWriter& object, const CollectionOptions& options) {
  if (!options.strict_mode.empty()) {
    object.raw("strict_mode", options.strict_mode);
  }
  if (!options.config.empty()) {
    object.raw("config", options.config);
  }
  if (!options.metadata.empty()) {
    object.raw("metadata", options.metadata);
  }
}

}  // namespace

Task<std::vector<std::string>> list_collections(Context& context) {
  Call call = sql::list_collections();
  const Result rows = co_await execute(context, std::move(call), "");
  std::vector<std::string> names;
  for (int row = 0; row < rows.size(); ++row) {
    if (context.grant.admits(Access::kRead, rows.text(row, 0))) {
      names.emplace_back(rows.text(row, 0));
    }
  }
  co_return names;
}

Task<bool> collection_exists(Context& context, std::string_view name) {
  context.require(Access::kRead, name);
  Call call = sql::collection_exists(name);
  const Result rows = co_await execute(context, std::move(call), name);
  co_return rows.boolean(0, 0);
}

Task<> require_collection(Context& context, std::string_view name) {
  const bool is_there = co_await collection_exists(context, name);
  if (!is_there) {
    throw Failure(FailureKind::kNotFound, "Collection `" + std::string(name) + "` doesn't exist!");
  }
}

Task<CollectionDescription> describe_collection(Context& context, std::string_view name) {
  context.require(Access::kRead, name);
  Call call = sql::collection_info(name);
  const Result rows = co_await execute(context, std::move(call), name);
  co_return description_of(rows.json(0, 0));
}

Task<> create_collection(Context& context, std::string_view name,
                         const CollectionDefinition& definition) {
  context.require_global(Access::kManage);
  sql::check_new_name(name);
  const std::string options = json_object([&](JsonWriter& object) {
    object.string("id", "point_id");
    write_options(object, definition.options);
  });
  Call call = sql::create_collection(name, vectors_in_sql(definition.vectors), options);
  co_await execute(context, std::move(call), name);
}

Task<bool> drop_collection(Context& context, std::string_view name) {
  context.require_global(Access::kManage);
  Call call = sql::drop_collection(name);
  const Result rows = co_await execute(context, std::move(call), name);
  co_return rows.boolean(0, 0);
}

Task<> update_collection(Context& context, std::string_view name,
                         const CollectionOptions& options) {
  context.require_global(Access::kManage);
  const std::string changes = json_object([&](JsonWriter& object) {
    write_options(object, options);
    // It is an error if one of these does not exist.
    object.object("vectors", [&](JsonWriter& vectors) {
      for (const auto& [vector, modifier] : options.changed_vectors) {
        // clang 14 captures no structured binding.
        vectors.object(vector, [&modifier = modifier](JsonWriter& change) {
          if (!modifier.empty()) {
            change.string("modifier", modifier);
          }
        });
      }
    });
  });
  Call call = sql::update_collection(name, changes);
  co_await execute(context, std::move(call), name);
}

namespace {

// Returns the vector of that name, or nothing if the collection has none.
Task<std::optional<VectorDefinition>> find_vector(Context& context, std::string_view collection,
                                                  std::string_view name) {
  Call call = sql::collection_info(collection);
  const Result rows = co_await execute(context, std::move(call), collection);
  CollectionDescription description = description_of(rows.json(0, 0));
  for (VectorDefinition& vector : description.vectors) {
    if (vector.name == name) {
      co_return std::move(vector);
    }
  }
  co_return std::nullopt;
}

// Returns false if the collection has a vector of the name.
Task<bool> add_new_vector(Context& context, std::string_view collection,
                          const VectorDefinition& vector) {
  const std::string definition =
      json_object([&](JsonWriter& object) { write_definition(object, vector); });
  Call call = sql::add_vector(collection, vector.name, definition);
  try {
    co_await execute(context, std::move(call), collection);
  } catch (const Failure& failure) {
    if (failure.sql_state() == sql::kVectorExists) {
      co_return false;
    }
    throw;
  }
  co_return true;
}

}  // namespace

Task<> add_vector(Context& context, std::string_view collection, const VectorDefinition& vector) {
  context.require(Access::kWriteExtras, collection);
  context.may_go_on = true;
  bool is_added = co_await add_new_vector(context, collection, vector);
  if (is_added) {
    co_return;
  }
  const std::optional<VectorDefinition> kept =
      co_await find_vector(context, collection, vector.name);
  if (!kept) {  // somebody has dropped it meanwhile
    is_added = co_await add_new_vector(context, collection, vector);
  }
  if (kept ? !is_same_vector(*kept, vector) : !is_added) {
    throw Failure(FailureKind::kBadInput,
                  "Vector `" + vector.name + "` already exists with a different configuration");
  }
}

Task<> drop_vector(Context& context, std::string_view collection, std::string_view vector) {
  context.require(Access::kWriteExtras, collection);
  context.may_go_on = true;
  Call call = sql::drop_vector(collection, vector);
  co_await execute(context, std::move(call), collection);
}

Task<> set_payload_index(Context& context, std::string_view collection, const PayloadIndex& index) {
  context.require(Access::kWriteExtras, collection);
  context.may_go_on = true;
  const std::string_view options = index.schema.empty() ? "{}" : std::string_view(index.schema);
  Call call = sql::set_payload_index(collection, index.key, index.type, options);
  co_await execute(context, std::move(call), collection);
}

Task<> drop_payload_index(Context& context, std::string_view collection, std::string_view key) {
  context.require(Access::kWriteExtras, collection);
  context.may_go_on = true;
  Call call = sql::drop_payload_index(collection, key);
  co_await execute(context, std::move(call), collection);
}

namespace {

void write_action(JsonWriter& action, const AliasChange& change) {
  switch (change.kind) {
    case AliasChange::Kind::kCreate:
      action.object("create_alias", [&](JsonWriter& names) {
        names.string("alias_name", sql::quoted(change.alias));
        names.string("collection_name", sql::quoted(change.target));
      });
      break;
    case AliasChange::Kind::kRename:
      action.object("rename_alias", [&](JsonWriter& names) {
        names.string("old_alias_name", sql::quoted(change.alias));
        names.string("new_alias_name", change.target);
      });
      break;
    case AliasChange::Kind::kDrop:
      action.object("delete_alias", [&](JsonWriter& names) {
        names.string("alias_name", sql::quoted(change.alias));
      });
      break;
  }
}

}  // namespace

Task<> change_aliases(Context& context, const std::vector<AliasChange>& changes) {
  context.require_global(Access::kManage);
  for (const AliasChange& change : changes) {
    if (change.kind != AliasChange::Kind::kDrop) {
      sql::check_new_name(change.kind == AliasChange::Kind::kCreate ? change.alias : change.target);
    }
  }
  // One call locks all names in one order.
  Call call = sql::update_aliases(json_list([&](JsonList& actions) {
    for (const AliasChange& change : changes) {
      actions.object([&](JsonWriter& action) { write_action(action, change); });
    }
  }));
  const std::string target = changes.empty() ? "" : changes.front().target;
  co_await execute(context, std::move(call), target);
}

Task<std::vector<Alias>> list_aliases(Context& context,
                                      std::optional<std::string_view> collection) {
  if (collection) {
    context.require(Access::kRead, *collection);
  }
  Call call = collection ? sql::list_aliases(*collection) : sql::list_aliases();
  const Result rows = co_await execute(context, std::move(call), collection.value_or(""));
  std::vector<Alias> aliases;
  for (int row = 0; row < rows.size(); ++row) {
    if (context.grant.admits(Access::kRead, rows.text(row, 0)) &&
        (collection || context.grant.admits(Access::kRead, rows.text(row, 1)))) {
      aliases.emplace_back(rows.text(row, 0), rows.text(row, 1));
    }
  }
  co_return aliases;
}

}  // namespace vecext::gateway
