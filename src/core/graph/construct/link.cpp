// Prunes links, adds reverse links, and fills the lists.
#include "core/graph/construct/link.h"

#include <algorithm>
#include <atomic>
#include <numeric>

namespace vecext::graph {
namespace {

// A pruning takes about this many multiply-adds for each dimension.
constexpr std::size_t kPruneWork = 1500;
// Counting the links of a node, and copying its list, wait for memory about as long as these
// multiply-adds take.
constexpr std::size_t kReverseWork = 16384;
/// How many vectors ahead are prefetched.
constexpr std::ptrdiff_t kAhead = 8;
/// The most nodes whose links to a node take part in its pruning. They are the nearest of these
/// nodes.
constexpr std::int32_t kMostSources = 256;
static_assert(kMostPruned >= 2 * kMostSources && kMostPruned >= kMostSources + kMaxDegree);

bool contains(const std::uint32_t* list, std::int32_t n, std::uint32_t node) {
  std::uint32_t found = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    found |= list[i] == node ? 1U : 0U;
  }
  return found != 0;
}

}  // namespace

bool Links::reserve(Arena arena, std::size_t n) {
  kept_ = arena.array<std::uint8_t>(n);
  end_ = arena.array<std::uint64_t>(n + 1);
  return kept_ != nullptr && end_ != nullptr && pruning_.reserve(arena, parallel_.threads);
}

Status Links::make(Pool* pool, std::uint32_t* neighbors) {
  const auto nodes = [&](std::size_t work, const auto& task) {
    return for_each_stretch(parallel_, vectors_.nodes, work,
                            [&](std::size_t begin, std::size_t end, std::int32_t slot) {
                              for (std::size_t i = begin; i < end; ++i) {
                                task(static_cast<std::uint32_t>(i), slot);
                              }
                            });
  };
  const std::size_t prune_work = kPruneWork * static_cast<std::size_t>(vectors_.dims);
  VECEXT_TRY(nodes(prune_work, [&](std::uint32_t node, std::int32_t slot) {
    prune_candidates(node, slot, pool);
  }));
  // The sources of links are kept in the lanes of the lists, which are not made yet.
  std::uint32_t* sources = neighbors;
  VECEXT_TRY(reverse(*pool, sources));
  VECEXT_TRY(nodes(prune_work, [&](std::uint32_t node, std::int32_t slot) {
    merge(node, slot, sources, pool);
  }));
  return nodes(kReverseWork, [&](std::uint32_t node, std::int32_t) {
    fill(node, *pool, neighbors + node * static_cast<std::size_t>(degree_));
  });
}

/// Prunes the candidates of a node, and orders them: first the candidates that are kept, then the
/// others, both nearest first, and each of them once.
void Links::prune_candidates(std::uint32_t node, std::int32_t slot, Pool* pool) {
  std::uint32_t* candidates = pool->of(node);
  SmallSet seen;
  std::int32_t n = 0;
  for (std::int32_t i = 0; i < pool->count[node]; ++i) {
    if (!seen.add(candidates[i])) {
      continue;
    }
    vectors_.prefetch(candidates[i]);
    candidates[n++] = candidates[i];
  }
  Key keys[kCandidates];
  const float* vector = vectors_[node];
  for (std::int32_t i = 0; i < n; ++i) {
    keys[i] = key_of(vectors_.distance(vector, candidates[i]), candidates[i]);
  }
  kept_[node] = static_cast<std::uint8_t>(pruning_.prune(keys, n, slot));
  std::transform(keys, keys + n, candidates, node_of);
  pool->count[node] = static_cast<std::uint8_t>(n);
}

/// Collects the nodes that link to each node. For node i they are at sources[end_[i - 1]] to
/// sources[end_[i] - 1], in no order.
Status Links::reverse(const Pool& pool, std::uint32_t* sources) {
  const auto each = [&](const auto& visit) {
    return for_each_stretch(parallel_, vectors_.nodes, kReverseWork,
                            [&](std::size_t begin, std::size_t end, std::int32_t) {
                              for (std::size_t i = begin; i < end; ++i) {
                                for (std::int32_t j = 0; j < kept_[i]; ++j) {
                                  visit(static_cast<std::uint32_t>(i),
                                        std::atomic_ref(end_[pool.of(i)[j]]));
                                }
                              }
                            });
  };
  constexpr auto kRelaxed = std::memory_order_relaxed;
  std::fill_n(end_, vectors_.nodes, std::uint64_t{0});
  VECEXT_TRY(each(
      [](std::uint32_t, std::atomic_ref<std::uint64_t> count) { count.fetch_add(1, kRelaxed); }));
  std::exclusive_scan(end_, end_ + vectors_.nodes, end_, std::uint64_t{0});
  return each([&](std::uint32_t source, std::atomic_ref<std::uint64_t> place) {
    sources[place.fetch_add(1, kRelaxed)] = source;
  });
}

/// Adds the nodes that link to a node, its sources, to the node's own links. Prunes all of them if
/// they are too many, and fills the list with the nearest candidates that were rejected.
void Links::merge(std::uint32_t node, std::int32_t slot, const std::uint32_t* sources, Pool* pool) {
  const std::uint64_t begin = node > 0 ? end_[node - 1] : 0;
  const std::uint32_t* end = sources + end_[node];
  std::uint32_t* list = pool->of(node);
  const std::int32_t kept = kept_[node];
  const std::int32_t candidates = pool->count[node];
  std::uint32_t added[kMaxDegree];
  std::int32_t n = 0;
  for (const std::uint32_t* source = sources + begin; source < end; ++source) {
    if (contains(list, kept, *source)) {
      continue;
    }
    if (kept + n == degree_) {
      pool->count[node] = prune_all(node, slot, sources + begin, end, list);
      return;
    }
    added[n++] = *source;
  }
  std::sort(added, added + n);
  std::int32_t all = kept + n;
  std::uint32_t rejected[kCandidates];
  const auto rejects = std::copy_if(list + kept, list + candidates, rejected,
                                    [&](std::uint32_t c) { return !contains(added, n, c); }) -
                       rejected;
  std::copy_n(added, n, list + kept);
  const std::int32_t filled = std::min(degree_ - all, static_cast<std::int32_t>(rejects));
  std::copy_n(rejected, filled, list + all);
  pool->count[node] = static_cast<std::uint8_t>(all + filled);
}

/// Makes the list of a node from its kept_[node] links and its sources, which are more together
/// than the list has room for. Returns how long the list is.
std::uint8_t Links::prune_all(std::uint32_t node, std::int32_t slot, const std::uint32_t* source,
                              const std::uint32_t* end, std::uint32_t* list) {
  const float* vector = vectors_[node];
  const std::int32_t kept = kept_[node];
  Key keys[kMostPruned];
  std::int32_t n = 0;
  const auto leave_nearest = [&] {
    std::nth_element(keys, keys + kMostSources, keys + n);
    n = kMostSources;
  };
  for (const std::uint32_t* next = source; next < end && next < source + kAhead; ++next) {
    vectors_.prefetch(*next);
  }
  for (; source < end; ++source) {
    if (source + kAhead < end) {
      vectors_.prefetch(source[kAhead]);
    }
    if (contains(list, kept, *source)) {
      continue;
    }
    if (n == kMostPruned) {
      leave_nearest();
    }
    keys[n++] = key_of(vectors_.distance(vector, *source), *source);
  }
  if (n > kMostSources) {
    leave_nearest();
  }
  for (std::int32_t i = 0; i < kept; ++i) {
    keys[n++] = key_of(vectors_.distance(vector, list[i]), list[i]);
  }
  pruning_.prune(keys, n, slot);
  std::transform(keys, keys + degree_, list, node_of);
  return static_cast<std::uint8_t>(degree_);
}

/// Copies the list of a node. Puts nodes that its neighbors link to into the remaining lanes, then
/// nodes whose numbers are near.
void Links::fill(std::uint32_t node, const Pool& pool, std::uint32_t* list) const {
  std::int32_t n = pool.count[node];
  const std::int32_t links = n;
  std::copy_n(pool.of(node), n, list);
  const auto add = [&](std::uint32_t other) {
    if (n < degree_ && other != node && !contains(list, n, other)) {
      list[n++] = other;
    }
  };
  for (std::int32_t i = 0; i < links && n < degree_; ++i) {
    const std::uint32_t* theirs = pool.of(list[i]);
    std::for_each(theirs, theirs + pool.count[list[i]], add);
  }
  for (std::uint32_t step = 1; step < vectors_.nodes && n < degree_; ++step) {
    if (step <= node) {
      add(node - step);
    }
    if (step < vectors_.nodes - node) {
      add(node + step);
    }
  }
  std::fill(list + n, list + degree_, kNoNode);
}

}  // namespace vecext::graph
