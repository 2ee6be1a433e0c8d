// How large collections are, and in what state.
#pragma once

#include <string>
#include <string_view>

#include "base/task.h"
#include "pool/result.h"
#include "service/context.h"
#include "sql/statistics_calls.h"

namespace vecext::gateway {

using sql::Statistics;

/// Statistics of vectors of collections, in the order of names.
struct StatisticsList {
  explicit StatisticsList(Result of) : rows(std::move(of)) {}

  int size() const { return rows.size(); }
  Statistics operator[](int i) const { return sql::statistics_of(rows, i); }

  Result rows;
};

/// Returns the statistics of all collections. The key has to admit reads of all of them.
Task<StatisticsList> collection_statistics(Context& context);

/// Returns JSON: what Qdrant tells of the memory of a collection.
Task<std::string> collection_memory(Context& context, std::string_view collection);

/// Indexes of a collection that are being built, and what statistics say of it.
struct IndexWork {
  IndexWork(Result statistics, Result builds_now)
      : vectors(std::move(statistics)), builds(std::move(builds_now)) {}

  StatisticsList vectors;
  Result builds;  // rows that sql::index_build_of reads
};

Task<IndexWork> index_work(Context& context, std::string_view collection);

}  // namespace vecext::gateway
