#include "core/postings/search/kept_documents.h"

#include <algorithm>

namespace vecext::postings {

KeptDocuments* kept_documents(const Model& model, const RowFilter& filter) {
  SetMemory* memory = filter.memory;
  if (memory == nullptr || memory->kept != nullptr) {
    return memory == nullptr ? nullptr : static_cast<KeptDocuments*>(memory->kept);
  }
  const std::uint32_t segments = model.meta.segments;
  std::size_t bytes = segments * sizeof(KeptDocuments);
  for (std::uint32_t i = 0; i < segments; ++i) {
    bytes += DocumentBits::words_of(model.segments[i]) * sizeof(std::uint64_t);
  }
  memory->is_declined = segments == 0 || bytes > memory->most_bytes;
  auto* kept = memory->is_declined ? nullptr : memory->arena.array<KeptDocuments>(segments);
  if (kept != nullptr) {
    std::fill_n(kept, segments, KeptDocuments{});
  }
  memory->kept = kept;
  return kept;
}

}  // namespace vecext::postings
