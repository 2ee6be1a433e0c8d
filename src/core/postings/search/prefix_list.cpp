#include "core/postings/search/prefix_list.h"

namespace vecext::postings {

bool PrefixCounts::reset(std::uint32_t count, Arena arena) {
  documents = count;
  const std::size_t groups = std::size_t{count} / 64 + 1;
  frequency = arena.array<std::uint8_t>(64 * groups);
  touched = arena.array<std::uint8_t>(groups);
  if (frequency == nullptr || touched == nullptr) {
    return false;
  }
  std::fill_n(frequency, 64 * groups, std::uint8_t{0});
  std::fill_n(touched, groups, std::uint8_t{0});
  return true;
}

void PrefixCounts::add(const Postings& postings) {
  for (std::uint32_t i = 0; i < postings.count; ++i) {
    const DocumentId document = postings.documents[i];
    const std::uint32_t sum = frequency[document] + postings.extra[i] + 1;
    frequency[document] = static_cast<std::uint8_t>(std::min(sum, kMostFrequency));
    touched[document / 64] = 1;
  }
}

void PrefixCounts::clear() {
  const std::size_t groups = std::size_t{documents} / 64 + 1;
  for (std::size_t group = 0; group < groups; ++group) {
    if (touched[group] != 0) {
      std::fill_n(frequency + 64 * group, 64, std::uint8_t{0});
      touched[group] = 0;
    }
  }
}

bool fill_prefix_list(const PrefixCounts& counts, const Norms& norms, Arena arena,
                      QueryList* list) {
  const std::size_t groups = std::size_t{counts.documents} / 64 + 1;
  const auto each = [&](const auto& visit) {
    for (std::size_t group = 0; group < groups; ++group) {
      if (counts.touched[group] == 0) {
        continue;
      }
      for (std::size_t at = 64 * group; at < 64 * (group + 1); ++at) {
        if (counts.frequency[at] != 0) {
          visit(static_cast<DocumentId>(at), counts.frequency[at]);
        }
      }
    }
  };
  std::size_t df = 0;
  each([&](DocumentId, std::uint8_t) { ++df; });
  list->entry = {.df = df, .bound = 255, .extra = 0, .place = 0};
  list->blocks = static_cast<std::uint32_t>(list->entry.blocks());
  auto* documents = arena.array<DocumentId>(df);
  auto* extra = arena.array<std::uint8_t>(df);
  auto* heads = arena.array<BlockHead>(list->blocks);
  if (documents == nullptr || extra == nullptr || heads == nullptr) {
    return false;
  }
  std::size_t n = 0;
  each([&](DocumentId document, std::uint8_t frequency) {
    documents[n] = document;
    extra[n] = static_cast<std::uint8_t>(frequency - 1);
    BlockHead& head = heads[n / kBlockPostings];
    // An empty document has the least norm, so this bound holds for documents of any length.
    const std::uint8_t bound = impact_code(frequency - 1u, norms.of[0]);
    if (n % kBlockPostings == 0) {
      head = {.first = document, .page = 0, .offset = 0, .bound = 0, .widths = 0};
    }
    head.bound = std::max(head.bound, bound);
    ++n;
  });
  list->documents = documents;
  list->extra = extra;
  list->heads = heads;
  list->decoded = kNoBlock;
  return true;
}

void copy_block(QueryList* list, std::uint32_t i) {
  const std::size_t first = std::size_t{i} * kBlockPostings;
  const std::uint32_t count = list->count_of(i);
  std::copy_n(list->documents + first, count, list->postings->documents);
  std::copy_n(list->extra + first, count, list->postings->extra);
  list->postings->count = count;
  list->decoded = i;
  list->at = 0;
}

}  // namespace vecext::postings
