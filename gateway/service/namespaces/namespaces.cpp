#include "service/namespaces/namespaces.h"

#include "base/json.h"
#include "service/execute.h"

namespace vecext::gateway {

namespace {

// Executes a call that returns JSON.
Task<std::string> administer(Context& context, Call call) {
  context.require_global(Access::kManage);
  return execute_json(context, std::move(call), "");
}

}  // namespace

Task<std::string> list_namespaces(Context& context) {
  context.require_global(Access::kManage);
  Call call = sql::list_namespaces();
  const Result rows = co_await execute(context, std::move(call), "");
  co_return json_list([&](JsonList& list) {
    for (int row = 0; row < rows.size(); ++row) {
      list.raw(rows.json(row, 0));
    }
  });
}

Task<std::string> create_namespace(Context& context, const NewNamespace& made) {
  return administer(context, sql::create_namespace(made));
}

Task<std::string> get_namespace(Context& context, std::string_view id) {
  return administer(context, sql::get_namespace(id));
}

Task<std::string> update_namespace_quotas(Context& context, std::string_view id,
                                          std::string_view quotas) {
  return administer(context, sql::update_namespace_quotas(id, quotas));
}

Task<std::string> update_namespace_status(Context& context, std::string_view id,
                                          std::string_view status) {
  return administer(context, sql::update_namespace_status(id, status));
}

Task<std::string> update_namespace_tier(Context& context, std::string_view id,
                                        std::string_view tier) {
  return administer(context, sql::update_namespace_tier(id, tier));
}

Task<std::string> update_namespace_metadata(Context& context, std::string_view id,
                                            std::string_view metadata) {
  return administer(context, sql::update_namespace_metadata(id, metadata));
}

Task<bool> delete_namespace(Context& context, std::string_view id, bool force) {
  context.require_global(Access::kManage);
  Call call = sql::delete_namespace(id, force);
  const Result rows = co_await execute(context, std::move(call), "");
  co_return rows.boolean(0, 0);
}

Task<std::string> namespace_stats(Context& context, std::string_view id) {
  return administer(context, sql::namespace_stats(id));
}

Task<std::string> aggregate_stats(Context& context) {
  return administer(context, sql::aggregate_stats());
}

}  // namespace vecext::gateway
