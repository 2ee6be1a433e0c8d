// Routes of namespaces, the tenants of the database. They are for keys that manage it.
#include <algorithm>

#include "base/failure.h"
#include "service/namespaces/namespaces.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

const std::string& id_of(const Request& request) {
  return request.path.front();
}

Task<std::string> list_all(Request& request) {
  const std::string all = co_await list_namespaces(request.context);
  co_return R"({"namespaces":)" + all + "}";
}

// A member that is not known may be a quota that was meant to hold.
void require_known(const JsonObject& body) {
  constexpr std::string_view kKnown[] = {"id", "name", "tier", "quotas", "metadata"};
  for (const JsonMember& member : body.members()) {
    if (std::ranges::find(kKnown, member.key) == std::end(kKnown)) {
      throw Failure(FailureKind::kBadJson, "unknown field `" + member.key + "`");
    }
  }
}

Task<std::string> create_one(Request& request) {
  const JsonObject body = request.object();
  require_known(body);
  NewNamespace made;
  made.id = json_string(body.at("id"), "id");
  made.name = body.find_string("name");
  made.tier = body.find_string("tier").value_or(made.tier);
  made.quotas = body.find("quotas");
  made.metadata = body.find("metadata").value_or(made.metadata);
  const std::string result = co_await create_namespace(request.context, made);
  co_return result;
}

Task<std::string> describe_one(Request& request) {
  return get_namespace(request.context, id_of(request));
}

Task<std::string> delete_one(Request& request) {
  const bool force = request.flag("force").value_or(false);
  const bool is_removed = co_await delete_namespace(request.context, id_of(request), force);
  co_return json_object([&](JsonWriter& object) { object.boolean("removed", is_removed); });
}

Task<std::string> update_quotas(Request& request) {
  return update_namespace_quotas(request.context, id_of(request), request.body);
}

Task<std::string> update_status(Request& request) {
  const std::string status = json_string(request.object().at("status"), "status");
  const std::string result =
      co_await update_namespace_status(request.context, id_of(request), status);
  co_return result;
}

Task<std::string> update_tier(Request& request) {
  const std::string tier = json_string(request.object().at("tier"), "tier");
  const std::string result = co_await update_namespace_tier(request.context, id_of(request), tier);
  co_return result;
}

Task<std::string> update_metadata(Request& request) {
  return update_namespace_metadata(request.context, id_of(request), request.body);
}

Task<std::string> get_stats(Request& request) {
  return namespace_stats(request.context, id_of(request));
}

Task<std::string> get_aggregate_stats(Request& request) {
  return aggregate_stats(request.context);
}

}  // namespace

const std::vector<Route>& namespace_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/admin/namespaces", list_all, "lists namespaces", Access::kManage},
      {"POST", "/admin/namespaces", create_one, "creates a namespace", Access::kManage},
      {"GET", "/admin/namespaces/{namespace}", describe_one, "describes a namespace",
       Access::kManage},
      {"DELETE", "/admin/namespaces/{namespace}", delete_one,
       "removes a namespace, now or when namespaces are reaped", Access::kManage},
      {"PUT", "/admin/namespaces/{namespace}/quotas", update_quotas,
       "changes quotas of a namespace", Access::kManage},
      {"PUT", "/admin/namespaces/{namespace}/status", update_status,
       "changes the status of a namespace", Access::kManage},
      {"PUT", "/admin/namespaces/{namespace}/tier", update_tier,
       "gives a namespace the quotas of a tier", Access::kManage},
      {"PUT", "/admin/namespaces/{namespace}/metadata", update_metadata,
       "replaces the metadata of a namespace", Access::kManage},
      {"GET", "/admin/namespaces/{namespace}/stats", get_stats,
       "tells what a namespace has and has done", Access::kManage},
      {"GET", "/admin/stats", get_aggregate_stats, "tells what all namespaces have and have done",
       Access::kManage},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
