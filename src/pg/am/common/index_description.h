// What vecext.index_info() says of an index, in the order of its columns.
#pragma once

#include <optional>

#include "core/quant/rerank_vector.h"
#include "core/quant/transform.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a method does not have stays empty.
struct IndexDescription {
  const char* metric = nullptr;
  std::optional<int32> dims;
  std::optional<int32> bits;   // of a code for each dimension; 0: whole vectors
  std::optional<int32> coded;  // dimensions with a code
  const char* quantizer = nullptr;
  const char* rerank = nullptr;
  std::optional<int64> lists;
  std::optional<int64> rows;
  std::optional<int64> largest;   // rows of the largest list
  std::optional<int64> overfull;  // lists with more than twice the rows that they should have
  std::optional<int64> list_pages;
  std::optional<int32> degree;
  std::optional<int64> nodes;
  std::optional<int64> pending;  // rows outside of the graph
  std::optional<int64> dead;     // places whose row was removed
};

/// The name of a metric.
const char* metric_name(Metric metric);

/// The value of option rerank.
const char* rerank_name(Rerank rerank);

}  // namespace vecext::pg
