#include "core/postings/search/postings_search.h"

namespace vecext::postings {

void order_segments(const Model& model, std::uint32_t* order) {
  for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
    order[i] = i;
  }
  std::sort(order, order + model.meta.segments, [&](std::uint32_t a, std::uint32_t b) {
    return model.segments[a].entry.documents > model.segments[b].entry.documents;
  });
}

}  // namespace vecext::postings
