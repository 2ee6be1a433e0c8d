#include "core/text/search/kept_bits.h"

#include <algorithm>

namespace vecext::text {

KeptBits::KeptBits(const Model& model, Arena arena, std::size_t most)
    : arena_(arena), segments_(model.meta.segments) {
  std::size_t bytes_of_set = segments_ * sizeof(Documents);
  for (std::uint32_t i = 0; i < segments_; ++i) {
    bytes_of_set += DocumentBits::words_of(model.segments[i]) * sizeof(std::uint64_t);
  }
  sets_ = segments_ == 0 ? 0 : std::min(kMostSets, most / bytes_of_set);
}

KeptBits::Documents* KeptBits::of(std::uint64_t set, std::uint32_t number) {
  if (set == 0 || sets_ == 0) {
    return nullptr;
  }
  Set* found = std::find_if(at_, at_ + sets_, [set](const Set& at) { return at.number == set; });
  if (found == at_ + sets_) {
    found = std::min_element(at_, at_ + sets_,
                             [](const Set& a, const Set& b) { return a.last_use < b.last_use; });
    if (found->of_segments == nullptr) {
      found->of_segments = arena_.array<Documents>(segments_);
      if (found->of_segments == nullptr) {
        return nullptr;
      }
      std::fill_n(found->of_segments, segments_, Documents{});
    }
    for (std::uint32_t i = 0; i < segments_; ++i) {
      found->of_segments[i].is_made = false;
    }
    found->number = set;
  }
  found->last_use = ++uses_;
  return found->of_segments + number;
}

}  // namespace vecext::text
