// Methods of namespaces, the tenants of the database. They are for keys that manage it.
#include "service/namespaces/namespaces.h"
#include "wire/grpc/proto/namespaces.pb.h"
#include "wire/grpc/unary.h"
#include "wire/messages/config_json.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

namespace {

std::string object_of(const Payload& members) {
  std::string out;
  append_payload(out, members);
  return out;
}

Task<> list_all(Context& context, const ListNamespacesRequest&, ListNamespacesResponse& response) {
  const std::string all = co_await list_namespaces(context);
  for (const RawJson one : json_elements(all, "namespaces")) {
    read_fields(one, *response.add_namespaces());
  }
}

Task<> create_one(Context& context, const CreateNamespaceRequest& request,
                  NamespaceResponse& response) {
  const std::string quotas = object_of(request.quotas());
  const std::string metadata = object_of(request.metadata());
  NewNamespace made;
  made.id = request.id();
  if (request.has_name()) {
    made.name = request.name();
  }
  if (request.has_tier()) {
    made.tier = request.tier();
  }
  made.quotas = quotas;
  made.metadata = metadata;
  const std::string result = co_await create_namespace(context, made);
  read_fields(result, *response.mutable_result());
}

Task<> get_one(Context& context, const GetNamespaceRequest& request, NamespaceResponse& response) {
  const std::string result = co_await get_namespace(context, request.id());
  read_fields(result, *response.mutable_result());
}

Task<> delete_one(Context& context, const DeleteNamespaceRequest& request,
                  DeleteNamespaceResponse& response) {
  const bool is_removed = co_await delete_namespace(context, request.id(), request.force());
  response.set_removed(is_removed);
}

Task<> update_quotas(Context& context, const UpdateQuotasRequest& request,
                     NamespaceResponse& response) {
  const std::string quotas = object_of(request.quotas());
  const std::string result = co_await update_namespace_quotas(context, request.id(), quotas);
  read_fields(result, *response.mutable_result());
}

Task<> update_status(Context& context, const UpdateStatusRequest& request,
                     NamespaceResponse& response) {
  const std::string result =
      co_await update_namespace_status(context, request.id(), request.status());
  read_fields(result, *response.mutable_result());
}

Task<> update_tier(Context& context, const UpdateTierRequest& request,
                   NamespaceResponse& response) {
  const std::string result = co_await update_namespace_tier(context, request.id(), request.tier());
  read_fields(result, *response.mutable_result());
}

Task<> update_metadata(Context& context, const UpdateMetadataRequest& request,
                       NamespaceResponse& response) {
  const std::string metadata = object_of(request.metadata());
  const std::string result = co_await update_namespace_metadata(context, request.id(), metadata);
  read_fields(result, *response.mutable_result());
}

Task<> get_stats(Context& context, const GetNamespaceStatsRequest& request,
                 NamespaceStatsResponse& response) {
  const std::string result = co_await namespace_stats(context, request.id());
  read_fields(result, *response.mutable_result());
}

Task<> get_aggregate_stats(Context& context, const GetAggregateStatsRequest&,
                           AggregateStatsResponse& response) {
  const std::string result = co_await aggregate_stats(context);
  read_fields(result, *response.mutable_result());
}

}  // namespace

const std::vector<Method>& namespace_methods() {
  static const std::vector<Method> kMethods = {
      {"/vecext.Namespaces/List", unary<ListNamespacesRequest, ListNamespacesResponse, list_all>},
      {"/vecext.Namespaces/Create", unary<CreateNamespaceRequest, NamespaceResponse, create_one>},
      {"/vecext.Namespaces/Get", unary<GetNamespaceRequest, NamespaceResponse, get_one>},
      {"/vecext.Namespaces/Delete",
       unary<DeleteNamespaceRequest, DeleteNamespaceResponse, delete_one>},
      {"/vecext.Namespaces/UpdateQuotas",
       unary<UpdateQuotasRequest, NamespaceResponse, update_quotas>},
      {"/vecext.Namespaces/UpdateStatus",
       unary<UpdateStatusRequest, NamespaceResponse, update_status>},
      {"/vecext.Namespaces/UpdateTier", unary<UpdateTierRequest, NamespaceResponse, update_tier>},
      {"/vecext.Namespaces/UpdateMetadata",
       unary<UpdateMetadataRequest, NamespaceResponse, update_metadata>},
      {"/vecext.Namespaces/GetStats",
       unary<GetNamespaceStatsRequest, NamespaceStatsResponse, get_stats>},
      {"/vecext.Namespaces/GetAggregateStats",
       unary<GetAggregateStatsRequest, AggregateStatsResponse, get_aggregate_stats>},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
