// The columns of vecext.index_info(), in their order, and what else the advice of that function
// depends on.
#pragma once

#include <optional>

#include "core/quant/rerank_vector.h"
#include "core/quant/transform.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What vecext.index_info() shows of an index. A method leaves a field empty if the field means
/// nothing for it.
struct IndexDescription {
  const char* metric = nullptr;
  std::optional<int32> dims;
  std::optional<int32> bits;   // of a code, for each dimension; 0 if there are no codes
  std::optional<int32> coded;  // dimensions that are coded
  const char* rerank = nullptr;
  std::optional<int64> lists;
  std::optional<int64> rows;
  std::optional<int64> largest;   // rows of the largest list
  std::optional<int64> overfull;  // lists with more than twice the intended number of rows
  std::optional<int64> list_pages;
  std::optional<int32> degree;
  std::optional<int64> nodes;
  std::optional<int64> pending;  // rows outside of the graph
  std::optional<int64> dead;     // places whose row was removed
  // The recall that searches for vecext.target_recall are expected to reach, if that is known, and
  // what could raise it.
  std::optional<double> expected_recall;
  const char* for_more_recall = nullptr;
};

const char* metric_name(Metric metric);

/// Returns the value of option rerank, as WITH (…) has it.
const char* rerank_name(Rerank rerank);

}  // namespace vecext::pg
