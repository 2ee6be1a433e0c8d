// Routes of collections, their vectors, payload indexes and aliases.
#include "base/failure.h"
#include "service/collections.h"
#include "wire/json/collection_answer.h"
#include "wire/json/collection_json.h"
#include "wire/json/config_changes.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

std::string alias_list(const std::vector<Alias>& aliases) {
  return json_object([&](JsonWriter& object) {
    object.list("aliases", [&](JsonList& list) {
      for (const Alias& alias : aliases) {
        list.object([&](JsonWriter& entry) {
          entry.string("alias_name", alias.first);
          entry.string("collection_name", alias.second);
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
  const CollectionOptions options = changes_of(request.object());
  co_await update_collection(request.context, request.collection(), options);
  co_return "true";
}

Task<std::string> drop(Request& request) {
  const bool was_there = co_await drop_collection(request.context, request.collection());
  co_return was_there ? "true" : "false";
}

Task<std::string> put_vector(Request& request) {
  const JsonObject body = request.object();
  const std::string& name = request.path[1];
  const auto dense = body.find("dense");
  const VectorDefinition vector =
      dense ? dense_of(name, *dense) : sparse_of(name, body.at("sparse"));
  co_await add_vector(request.context, request.collection(), vector);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> delete_vector(Request& request) {
  co_await drop_vector(request.context, request.collection(), request.path[1]);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> put_index(Request& request) {
  const JsonObject body = request.object();
  const PayloadIndex index = index_of(body);
  co_await set_payload_index(request.context, request.collection(), index);
  co_return R"({"operation_id":0,"status":"completed"})";
}

Task<std::string> delete_index(Request& request) {
  co_await drop_payload_index(request.context, request.collection(), request.path[1]);
  co_return R"({"operation_id":0,"status":"completed"})";
}

AliasChange alias_change_of(RawJson text) {
  const JsonObject action = JsonObject::parse(text, "actions");
  const auto read = [&](std::string_view name) { return JsonObject::parse(action.at(name), name); };
  const auto text_of = [](const JsonObject& object, std::string_view name) {
    return json_string(object.at(name), name);
  };
  if (action.find("create_alias")) {
    const JsonObject object = read("create_alias");
    return {AliasChange::Kind::kCreate, text_of(object, "alias_name"),
            text_of(object, "collection_name")};
  }
  if (action.find("rename_alias")) {
    const JsonObject object = read("rename_alias");
    return {AliasChange::Kind::kRename, text_of(object, "old_alias_name"),
            text_of(object, "new_alias_name")};
  }
  return {AliasChange::Kind::kDrop, text_of(read("delete_alias"), "alias_name"), ""};
}

Task<std::string> post_aliases(Request& request) {
  const JsonObject body = request.object();
  std::vector<AliasChange> changes;
  for (const RawJson text : json_elements(body.at("actions"), "actions")) {
    changes.push_back(alias_change_of(text));
  }
  co_await change_aliases(request.context, changes);
  co_return "true";
}

Task<std::string> all_aliases(Request& request) {
  const std::vector<Alias> aliases = co_await list_aliases(request.context, std::nullopt);
  co_return alias_list(aliases);
}

Task<std::string> aliases_of(Request& request) {
  const std::vector<Alias> aliases = co_await list_aliases(request.context, request.collection());
  co_return alias_list(aliases);
}

}  // namespace

const std::vector<Route>& collection_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/collections", list, "lists the collections"},
      {"GET", "/collections/{collection_name}", describe, "describes a collection"},
      {"PUT", "/collections/{collection_name}", create, "creates a collection", Access::kManage},
      {"PATCH", "/collections/{collection_name}", update, "changes the options of a collection",
       Access::kManage},
      {"DELETE", "/collections/{collection_name}", drop, "drops a collection", Access::kManage},
      {"GET", "/collections/{collection_name}/exists", exists,
       "tells if a collection or an alias of that name exists"},
      {"PUT", "/collections/{collection_name}/vectors/{vector_name}", put_vector,
       "adds a vector to a collection", Access::kWriteExtras},
      {"DELETE", "/collections/{collection_name}/vectors/{vector_name}", delete_vector,
       "drops a vector of a collection", Access::kWriteExtras},
      {"PUT", "/collections/{collection_name}/index", put_index,
       "creates or replaces the index of a payload key", Access::kWriteExtras},
      {"DELETE", "/collections/{collection_name}/index/{field_name}", delete_index,
       "drops the index of a payload key", Access::kWriteExtras},
      {"POST", "/collections/aliases", post_aliases,
       "creates, renames and deletes aliases in one transaction", Access::kManage},
      {"GET", "/aliases", all_aliases, "lists all aliases"},
      {"GET", "/collections/{collection_name}/aliases", aliases_of,
       "lists the aliases of a collection"},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
