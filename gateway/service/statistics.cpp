#include "service/statistics.h"

#include "service/execute.h"

namespace vecext::gateway {

Task<StatisticsList> collection_statistics(Context& context) {
  context.require(Access::kRead);
  Call call = sql::statistics();
  Result rows = co_await execute(context, std::move(call), "");
  co_return StatisticsList(std::move(rows));
}

}  // namespace vecext::gateway
