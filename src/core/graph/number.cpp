// A chain of neighbours; room for twins in it.
#include "core/graph/number.h"

#include <algorithm>

#include "core/cluster/parallel.h"

namespace vecext::graph {
namespace {

/// Nodes that are numbered between two polls.
constexpr std::uint32_t kNumbered = std::uint32_t{1} << 15;

}  // namespace

bool Numbering::take(Arena arena, std::size_t n) {
  old_row_ = arena.array<std::uint32_t>(n);
  old_lists_ = arena.array<std::uint32_t>(n * static_cast<std::size_t>(graph_->degree));
  order_ = arena.array<std::uint32_t>(n);
  number_ = arena.array<std::uint32_t>(n);
  next_ = arena.array<std::uint32_t>(n);
  return old_row_ != nullptr && old_lists_ != nullptr && order_ != nullptr && number_ != nullptr &&
         next_ != nullptr;
}

Status Numbering::make() {
  Status status = chain();
  if (!status.ok()) return status;
  make_room();
  status = move_lists();
  if (status.ok()) set_twins();
  return status;
}

/// Numbers nodes in a chain: after a node comes the first of its links without a number, or, where
/// all have one, the first node without.
Status Numbering::chain() {
  const auto degree = static_cast<std::size_t>(graph_->degree);
  std::fill_n(number_, count_, kNoNode);
  const auto numbered = [&](std::uint32_t node) {
    return node == kNoNode || number_[node] != kNoNode;
  };
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (i % kNumbered == 0 && cluster::stopped(loops_)) return {.code = StatusCode::kCancelled};
    std::uint32_t node = kNoNode;
    if (i > 0) {
      const std::uint32_t* links = graph_->neighbours + order_[i - 1] * degree;
      const std::uint32_t* link = std::find_if_not(links, links + degree, numbered);
      if (link < links + degree) node = *link;
    }
    if (node == kNoNode) {
      while (numbered(first)) ++first;
      node = first;
    }
    number_[node] = i;
    order_[i] = node;
  }
  return {};
}

/// Numbers with room for twins: number_, and next_ of first rows.
void Numbering::make_room() {
  std::fill_n(next_, graph_->nodes, 0U);
  for (std::uint32_t r = 0; r < graph_->nodes; ++r) ++next_[graph_->twin[r]];
  std::uint32_t node = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    std::uint32_t& rows = next_[graph_->row[order_[i]]];
    number_[order_[i]] = node;
    node += rows;
    rows = node - rows + 1;
  }
}

Status Numbering::move_lists() {
  const auto degree = static_cast<std::size_t>(graph_->degree);
  std::copy_n(graph_->row, count_, old_row_);
  const auto nodes = [&](std::size_t count, const auto& task) {
    return cluster::for_each(loops_, (count + kNodesPerTask - 1) / kNodesPerTask,
                             kNodesPerTask * degree * 4, [&](std::size_t t, std::int32_t) {
                               const std::size_t begin = t * kNodesPerTask;
                               task(begin, std::min(count, begin + kNodesPerTask));
                             });
  };
  Status status = nodes(count_, [&](std::size_t begin, std::size_t end) {
    std::copy(graph_->neighbours + begin * degree, graph_->neighbours + end * degree,
              old_lists_ + begin * degree);
  });
  if (status.ok())
    status = nodes(graph_->nodes, [&](std::size_t begin, std::size_t end) {
      std::fill(graph_->neighbours + begin * degree, graph_->neighbours + end * degree, kNoNode);
    });
  const auto renumber = [&](std::uint32_t old) { return old == kNoNode ? kNoNode : number_[old]; };
  if (status.ok())
    status = nodes(count_, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        graph_->row[number_[i]] = old_row_[i];
        std::transform(old_lists_ + i * degree, old_lists_ + (i + 1) * degree,
                       graph_->neighbours + number_[i] * degree, renumber);
      }
    });
  std::transform(graph_->entries, graph_->entries + graph_->entry_count, graph_->entries, renumber);
  return status;
}

/// Rows of twins, and their chains.
void Numbering::set_twins() {
  const std::uint32_t* first = graph_->twin;
  for (std::uint32_t r = 0; r < graph_->nodes; ++r)
    if (first[r] != r) graph_->row[next_[first[r]]++] = r;
  std::uint32_t* twin = next_;
  for (std::uint32_t i = 0; i < graph_->nodes; ++i) {
    const bool has = i + 1 < graph_->nodes && first[graph_->row[i]] == first[graph_->row[i + 1]];
    twin[i] = has ? i + 1 : kNoNode;
  }
  std::copy_n(twin, graph_->nodes, graph_->twin);
}

}  // namespace vecext::graph
