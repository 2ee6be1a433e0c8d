// A query prepared for searches of a graph.
#pragma once

#include "core/graph/format/graph_model.h"
#include "core/kernel/kernel.h"

namespace vecext {

struct GraphQuery {
  QueryTable table;
  RerankQuery rerank;
};

/// Prepares a query from `stored`, elements as the column has them; memory from `arena`. False: out
/// of memory.
bool prepare_search(const GraphModel& model, const void* stored, Arena arena, GraphQuery* query);

/// The same for a query in model space, D floats, which must stay; `shift` is that of inner
/// products (rerank_vector.h), `table` has 16 bytes for each group.
void prepare_rotated(const GraphModel& model, const float* rotated, double shift,
                     std::uint8_t* table, GraphQuery* query);

/// A block of codes as kernel::score_block() takes it.
inline kernel::ScoredBlock scored_block(const GraphQuery& query, const GraphModel& model,
                                        const CodeBlock<const std::byte>& block) {
  return {block.codes(), block.a(), block.b(), query.table.table,
          static_cast<std::size_t>(model.layout.groups)};
}

/// The terms that turn the sums of a node's codes into estimates of its neighbors' scores. `score`
/// is the score of the node, `norm_squared` that of its vector.
kernel::EstimateTerms estimate_terms(const GraphModel& model, const GraphQuery& query, float scale,
                                     double score, double norm_squared);

/// The terms of codes relative to the origin, whose factors have the given scale: of entries, of
/// the centers of lists, and of pending rows.
kernel::EstimateTerms origin_terms(const GraphModel& model, const GraphQuery& query, float scale);

}  // namespace vecext
