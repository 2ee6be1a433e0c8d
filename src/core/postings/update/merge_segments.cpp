#include "core/postings/update/merge_segments.h"

namespace vecext::postings {

namespace {

constexpr std::uint32_t kLevels = 8;

std::uint32_t level_of(const Segment& segment) {
  std::uint32_t level = 0;
  for (std::uint64_t most = kDocumentsOfLevel; segment.entry.living > most && level + 1 < kLevels;
       most *= kLevelFactor) {
    ++level;
  }
  return level;
}

bool is_fifth_dead(const Segment& segment) {
  const std::uint64_t dead = segment.entry.documents - segment.entry.living;
  return 5 * dead >= segment.entry.documents;
}

/// Keeps the chosen segments, from the first one on, as far as their documents fit into one
/// segment. Returns how many it keeps. It keeps none if a merge would only write a segment again.
std::uint32_t keep_fitting(const Model& model, std::uint32_t* chosen, std::uint32_t count) {
  std::uint64_t together = 0;
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t living = model.segments[chosen[i]].entry.living;
    if (together + living < kMostDocuments) {
      together += living;
      chosen[kept++] = chosen[i];
    }
  }
  return kept == 1 && !model.segments[chosen[0]].has_removed() ? 0 : kept;
}

}  // namespace

std::uint32_t choose_merge(const Model& model, std::uint32_t most, std::uint32_t* chosen) {
  const auto is_allowed = [&](std::uint32_t i) {
    return model.segments[i].entry.documents <= most;
  };
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
      if (is_allowed(i) && level_of(model.segments[i]) == level) {
        chosen[count++] = i;
      }
    }
    if (count >= kLevelFactor) {
      count = keep_fitting(model, chosen, count);
      if (count > 0) {
        return count;
      }
    }
  }
  for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
    if (is_allowed(i) && is_fifth_dead(model.segments[i])) {
      chosen[0] = i;
      return 1;
    }
  }
  return 0;
}

std::uint32_t choose_merge_of_vacuum(const Model& model, std::uint32_t* chosen) {
  std::uint32_t order[kMostSegments];
  const std::uint32_t segments = model.meta.segments;
  const auto living = [&](std::uint32_t i) { return model.segments[i].entry.living; };
  for (std::uint32_t i = 0; i < segments; ++i) {
    order[i] = i;
  }
  std::sort(order, order + segments,
            [&](std::uint32_t a, std::uint32_t b) { return living(a) < living(b); });
  std::uint64_t together = 0;
  std::uint32_t merged = 0;  // the first `merged` segments in order[] are merged
  for (std::uint32_t i = 0; i < segments; ++i) {
    if (living(order[i]) <= kSizesOfVacuum * together) {
      merged = i + 1;
    }
    together += living(order[i]);
  }
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < segments; ++i) {
    if (i < merged || is_fifth_dead(model.segments[order[i]])) {
      chosen[count++] = order[i];
    }
  }
  return keep_fitting(model, chosen, count);
}

std::uint32_t choose_all(const Model& model, std::uint32_t* chosen) {
  for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
    chosen[i] = i;
  }
  return keep_fitting(model, chosen, model.meta.segments);
}

}  // namespace vecext::postings
