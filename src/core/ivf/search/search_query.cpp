#include "core/ivf/search/search_query.h"

#include "core/quant/transform.h"

namespace vecext::ivf {

bool prepare_search(const Model& model, const void* stored, Arena arena, SearchQuery* query) {
  TransformedQuery transformed{};
  auto* table = arena.array<std::uint8_t>(
      model.has_vectors() ? 0 : 16 * static_cast<std::size_t>(model.codes.groups));
  if (table == nullptr || !transform_query(model.transform(), stored, arena, &transformed)) {
    return false;
  }
  *query = {.rotated = transformed.vector,
            .table = {table, 0, 0},
            .shift = static_cast<float>(transformed.shift),
            .rerank = {},
            .stored = stored};
  if (!model.has_vectors()) {
    prepare_query(model.codec, transformed.vector, &query->table);
  }
  if (model.rerank() != Rerank::kNone) {
    query->rerank = rerank_query(transformed.vector, model.mean, model.dims(), transformed.shift);
  }
  return true;
}

}  // namespace vecext::ivf
