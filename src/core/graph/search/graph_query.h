// A query prepared for searches of a graph.
#pragma once

#include "core/graph/format/graph_model.h"
#include "core/kernel/kernel.h"

namespace vecext {

struct GraphQuery {
  QueryTable table;
  RerankQuery rerank;
};

/// Prepares a query from `stored`, elements as the column has them. Takes memory from `arena`.
/// Returns false if memory runs out.
bool prepare_search(const GraphModel& model, const void* stored, Arena arena, GraphQuery* query);

/// Prepares a query in model space, D floats, which must stay in place. `shift` is the shift of
/// scores that inner products need (rerank_vector.h). `table` has room for 16 bytes for each group.
void prepare_rotated(const GraphModel& model, const float* rotated, double shift,
                     std::uint8_t* table, GraphQuery* query);

/// Returns a block of codes as kernel::score_block() takes it.
inline kernel::ScoredBlock scored_block(const GraphQuery& query, const GraphModel& model,
                                        const CodeBlock<const std::byte>& block) {
  return {block.codes(), block.a(), block.b(), query.table.table,
          static_cast<std::size_t>(model.layout.groups)};
}

/// Returns the terms that turn the sums of a node's codes into estimates of its neighbors' scores.
/// `score` is the node's own score, and `norm_squared` the squared length of its vector.
kernel::EstimateTerms estimate_terms(const GraphModel& model, const GraphQuery& query, float scale,
                                     double score, double norm_squared);

/// Returns the terms for codes relative to the origin, whose factors have the given scale: the
/// codes of entries, of the centers of lists, and of pending rows.
kernel::EstimateTerms origin_terms(const GraphModel& model, const GraphQuery& query, float scale);

}  // namespace vecext
