// A query in all forms that a search needs.
#pragma once

#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

struct SearchQuery {
  const float* rotated;  // D floats, in model space
  QueryTable table;      // compares codes
  float shift;           // added to scores of model space, which is centered
  RerankQuery rerank;    // compares vectors beside codes
  const void* stored;    // the query as the column stores it, to compare lists of vectors
};

/// Prepares the query `stored`, elements as the column has them, for searches with `model`. Takes
/// memory from `arena`. Returns false if memory runs out.
bool prepare_search(const Model& model, const void* stored, Arena arena, SearchQuery* query);

}  // namespace vecext::ivf
