// Methods of collections and aliases.
#include "service/collections.h"
#include "wire/messages/config_json.h"
#include "wire/grpc/proto/cluster.pb.h"
#include "wire/grpc/proto/collections.pb.h"
#include "wire/grpc/unary.h"
#include "wire/json/collection_answer.h"
#include "wire/json/collection_json.h"
#include "wire/json/config_changes.h"

namespace vecext::gateway::grpc {

namespace {

using qdrant::CollectionOperationResponse;

// --- Configurations ------------------------------------------------------------------------------

// Members of the request that are not of the configuration are ignored by who reads it.
std::string body_of(const google::protobuf::Message& request) {
  return json_object([&](JsonWriter& body) { write_fields(body, request); });
}

void read_index(RawJson text, qdrant::PayloadSchemaInfo& info) {
  const JsonObject object = JsonObject::parse(text, "payload_schema");
  const std::string type = object.find_string("data_type").value_or("");
  read_fields(json_object([&](JsonWriter& kept) {
                kept.string("data_type", type);
                kept.raw("points", object.find("points").value_or("0"));
              }),
              info);
  const auto params = object.find("params");
  const auto* field =
      qdrant::PayloadIndexParams::descriptor()->FindFieldByName(type + "_index_params");
  if (params && field != nullptr) {
    qdrant::PayloadIndexParams& of = *info.mutable_params();
    read_fields(*params, *of.GetReflection()->MutableMessage(&of, field));
  }
}

void read_info(const std::string& answer, qdrant::CollectionInfo& info) {
  const JsonObject object = JsonObject::parse(answer, "collection");
  const std::string rest = json_object([&](JsonWriter& kept) {
    for (const JsonMember& member : object.members()) {
      if (member.key != "payload_schema" && member.key != "optimizer_status") {
        kept.raw(member.key, member.value);
      }
    }
  });
  read_fields(rest, info);
  info.mutable_optimizer_status()->set_ok(true);
  const JsonObject schema = JsonObject::parse(object.at("payload_schema"), "payload_schema");
  for (const JsonMember& member : schema.members()) {
    read_index(member.value, (*info.mutable_payload_schema())[member.key]);
  }
}

// --- Methods -------------------------------------------------------------------------------------

Task<> get(Context& context, const qdrant::GetCollectionInfoRequest& request,
           qdrant::GetCollectionInfoResponse& response) {
  const CollectionDescription description =
      co_await describe_collection(context, request.collection_name());
  read_info(answer_of(description), *response.mutable_result());
}

Task<> list(Context& context, const qdrant::ListCollectionsRequest&,
            qdrant::ListCollectionsResponse& response) {
  const std::vector<std::string> names = co_await list_collections(context);
  for (const std::string& name : names) {
    response.add_collections()->set_name(name);
  }
}

Task<> create(Context& context, const qdrant::CreateCollection& request,
              CollectionOperationResponse& response) {
  const std::string body = body_of(request);
  const CollectionDefinition definition = definition_of(JsonObject::parse(body, "collection"));
  co_await create_collection(context, request.collection_name(), definition);
  response.set_result(true);
}

Task<> update(Context& context, const qdrant::UpdateCollection& request,
              CollectionOperationResponse& response) {
  const std::string body = body_of(request);
  const CollectionOptions options = changes_of(JsonObject::parse(body, "collection"));
  co_await update_collection(context, request.collection_name(), options);
  response.set_result(true);
}

Task<> drop(Context& context, const qdrant::DeleteCollection& request,
            CollectionOperationResponse& response) {
  const bool was_there = co_await drop_collection(context, request.collection_name());
  response.set_result(was_there);
}

Task<> exists(Context& context, const qdrant::CollectionExistsRequest& request,
              qdrant::CollectionExistsResponse& response) {
  const bool is_there = co_await collection_exists(context, request.collection_name());
  response.mutable_result()->set_exists(is_there);
}

AliasChange change_of(const qdrant::AliasOperations& action) {
  switch (action.action_case()) {
    case qdrant::AliasOperations::kCreateAlias:
      return {AliasChange::Kind::kCreate, action.create_alias().alias_name(),
              action.create_alias().collection_name()};
    case qdrant::AliasOperations::kRenameAlias:
      return {AliasChange::Kind::kRename, action.rename_alias().old_alias_name(),
              action.rename_alias().new_alias_name()};
    case qdrant::AliasOperations::kDeleteAlias:
      return {AliasChange::Kind::kDrop, action.delete_alias().alias_name(), ""};
    default:
      throw Failure(FailureKind::kBadJson, "Malformed AliasOperation type");
  }
}

Task<> update_aliases(Context& context, const qdrant::ChangeAliases& request,
                      CollectionOperationResponse& response) {
  std::vector<AliasChange> changes;
  for (const qdrant::AliasOperations& action : request.actions()) {
    changes.push_back(change_of(action));
  }
  co_await change_aliases(context, changes);
  response.set_result(true);
}

void add_aliases(const std::vector<Alias>& aliases, qdrant::ListAliasesResponse& response) {
  for (const auto& [alias, collection] : aliases) {
    qdrant::AliasDescription* entry = response.add_aliases();
    entry->set_alias_name(alias);
    entry->set_collection_name(collection);
  }
}

Task<> all_aliases(Context& context, const qdrant::ListAliasesRequest&,
                   qdrant::ListAliasesResponse& response) {
  const std::vector<Alias> aliases = co_await list_aliases(context, std::nullopt);
  add_aliases(aliases, response);
}

Task<> aliases_of(Context& context, const qdrant::ListCollectionAliasesRequest& request,
                  qdrant::ListAliasesResponse& response) {
  const std::vector<Alias> aliases = co_await list_aliases(context, request.collection_name());
  add_aliases(aliases, response);
}

// A collection is one shard, whose number is 0, of a peer whose number is 0.
Task<> cluster_info(Context& context, const qdrant::CollectionClusterInfoRequest& request,
                    qdrant::CollectionClusterInfoResponse& response) {
  const CollectionDescription description =
      co_await describe_collection(context, request.collection_name());
  response.set_shard_count(1);
  qdrant::LocalShardInfo* shard = response.add_local_shards();
  shard->set_points_count(static_cast<std::uint64_t>(description.points));
  shard->set_state(qdrant::ReplicaState::Active);
}

Task<> shard_keys(Context& context, const qdrant::ListShardKeysRequest& request,
                  qdrant::ListShardKeysResponse&) {
  co_await require_collection(context, request.collection_name());
}

// What needs shards that can be moved.
Task<> need_cluster(Exchange& exchange) {
  exchange.context.require_global(Access::kManage);
  throw Failure(FailureKind::kNotOffered, "Qdrant is running in standalone mode");
  co_return;
}

}  // namespace

const std::vector<Method>& collection_methods() {
  static const std::vector<Method> kMethods = {
      {"/qdrant.Collections/Get",
       unary<qdrant::GetCollectionInfoRequest, qdrant::GetCollectionInfoResponse, get>},
      {"/qdrant.Collections/List",
       unary<qdrant::ListCollectionsRequest, qdrant::ListCollectionsResponse, list>},
      {"/qdrant.Collections/Create",
       unary<qdrant::CreateCollection, CollectionOperationResponse, create>},
      {"/qdrant.Collections/Update",
       unary<qdrant::UpdateCollection, CollectionOperationResponse, update>},
      {"/qdrant.Collections/Delete",
       unary<qdrant::DeleteCollection, CollectionOperationResponse, drop>},
      {"/qdrant.Collections/CollectionExists",
       unary<qdrant::CollectionExistsRequest, qdrant::CollectionExistsResponse, exists>},
      {"/qdrant.Collections/UpdateAliases",
       unary<qdrant::ChangeAliases, CollectionOperationResponse, update_aliases>},
      {"/qdrant.Collections/ListAliases",
       unary<qdrant::ListAliasesRequest, qdrant::ListAliasesResponse, all_aliases>},
      {"/qdrant.Collections/ListCollectionAliases",
       unary<qdrant::ListCollectionAliasesRequest, qdrant::ListAliasesResponse, aliases_of>},
      {"/qdrant.Collections/CollectionClusterInfo",
       unary<qdrant::CollectionClusterInfoRequest, qdrant::CollectionClusterInfoResponse,
             cluster_info>},
      {"/qdrant.Collections/ListShardKeys",
       unary<qdrant::ListShardKeysRequest, qdrant::ListShardKeysResponse, shard_keys>},
      {"/qdrant.Collections/UpdateCollectionClusterSetup", need_cluster},
      {"/qdrant.Collections/CreateShardKey", need_cluster},
      {"/qdrant.Collections/DeleteShardKey", need_cluster},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
