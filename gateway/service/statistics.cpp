#include "service/statistics.h"

#include "service/execute.h"

namespace vecext::gateway {

Task<StatisticsList> collection_statistics(Context& context) {
  context.require_global(Access::kRead);
  Call call = sql::statistics();
  Result rows = co_await execute(context, std::move(call), "");
  co_return StatisticsList(std::move(rows));
}

Task<std::string> collection_memory(Context& context, std::string_view collection) {
  context.require(Access::kRead, collection);
  return execute_json(context, sql::collection_memory(collection), collection);
}

Task<IndexWork> index_work(Context& context, std::string_view collection) {
  context.require(Access::kRead, collection);
  std::vector<Call> calls;
  calls.push_back(sql::statistics(collection));
  calls.push_back(sql::index_builds(collection));
  std::vector<Result> results = co_await execute(context, std::move(calls), collection);
  co_return IndexWork(std::move(results[0]), std::move(results[1]));
}

}  // namespace vecext::gateway
