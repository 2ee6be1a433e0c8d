// Numbers nodes along a chain of neighbors, and makes room for duplicates.
#include "core/graph/construct/reorder.h"

#include <algorithm>

namespace vecext::graph {
bool Reordering::reserve(Arena arena, std::size_t n) {
  old_row_ = arena.array<std::uint32_t>(n);
  old_lists_ = arena.array<std::uint32_t>(n * static_cast<std::size_t>(graph_->degree));
  order_ = arena.array<std::uint32_t>(n);
  number_ = arena.array<std::uint32_t>(n);
  next_ = arena.array<std::uint32_t>(n);
  return old_row_ != nullptr && old_lists_ != nullptr && order_ != nullptr && number_ != nullptr &&
         next_ != nullptr;
}

Status Reordering::make() {
  VECEXT_TRY(chain());
  VECEXT_TRY(make_room());
  VECEXT_TRY(move_lists());
  return set_duplicates();
}

/// Numbers the nodes of each list in a chain. A node is followed by the first node that it links
/// to, is in the list, and has no number yet; where such a node does not exist, by the first node
/// of the list without a number.
Status Reordering::chain() {
  const auto degree = static_cast<std::size_t>(graph_->degree);
  std::fill_n(number_, count_, kNoNode);
  std::uint32_t first = 0;  // the first node of the list without a number
  std::uint32_t begin = 0;  // where the list begins
  const std::uint32_t* end = graph_->list_end;
  const auto is_next = [&](std::uint32_t node) {
    return node >= begin && node < *end && number_[node] == kNoNode;
  };
  return for_each_in_turn(parallel_, count_, [&](std::size_t i) {
    const std::uint32_t* links = graph_->neighbors + (i > 0 ? order_[i - 1] : 0) * degree;
    if (i == *end) {
      first = begin = *end++;
    }
    const std::uint32_t* link =
        i > begin ? std::find_if(links, links + degree, is_next) : links + degree;
    while (!is_next(first)) {
      ++first;
    }
    const std::uint32_t node = link < links + degree ? *link : first;
    number_[node] = static_cast<std::uint32_t>(i);
    order_[i] = node;
  });
}

/// Makes room for duplicates: changes the numbers in number_ and the ends of lists. For a row that
/// is the first of its kind, sets next_ to where its duplicates go.
Status Reordering::make_room() {
  std::fill_n(next_, graph_->nodes, 0U);
  VECEXT_TRY(for_each_in_turn(parallel_, graph_->nodes,
                              [&](std::size_t r) { ++next_[graph_->duplicate[r]]; }));
  std::uint32_t node = 0;
  std::uint32_t* end = graph_->list_end;
  return for_each_in_turn(parallel_, count_, [&](std::size_t i) {
    std::uint32_t& rows = next_[graph_->row[order_[i]]];
    number_[order_[i]] = node;
    node += rows;
    rows = node - rows + 1;
    if (i + 1 == *end) {
      *end++ = node;
    }
  });
}

Status Reordering::move_lists() {
  const auto degree = static_cast<std::size_t>(graph_->degree);
  const auto stretches = [&](std::size_t count, const auto& task) {
    return for_each_stretch(
        parallel_, count, degree * 64,
        [&](std::size_t begin, std::size_t end, std::int32_t) { task(begin, end); });
  };
  const auto renumber = [&](std::uint32_t old) { return old == kNoNode ? kNoNode : number_[old]; };
  std::copy_n(graph_->row, count_, old_row_);
  std::transform(graph_->entries, graph_->entries + graph_->entry_count, graph_->entries, renumber);
  VECEXT_TRY(stretches(count_, [&](std::size_t begin, std::size_t end) {
    std::copy(graph_->neighbors + begin * degree, graph_->neighbors + end * degree,
              old_lists_ + begin * degree);
  }));
  VECEXT_TRY(stretches(graph_->nodes, [&](std::size_t begin, std::size_t end) {
    std::fill(graph_->neighbors + begin * degree, graph_->neighbors + end * degree, kNoNode);
  }));
  return stretches(count_, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      graph_->row[number_[i]] = old_row_[i];
      std::transform(old_lists_ + i * degree, old_lists_ + (i + 1) * degree,
                     graph_->neighbors + number_[i] * degree, renumber);
    }
  });
}

/// Sets the rows of duplicates, and chains each node to its next duplicate.
Status Reordering::set_duplicates() {
  const std::uint32_t* first = graph_->duplicate;
  VECEXT_TRY(for_each_in_turn(parallel_, graph_->nodes, [&](std::size_t r) {
    if (first[r] != r) {
      graph_->row[next_[first[r]]++] = static_cast<std::uint32_t>(r);
    }
  }));
  std::uint32_t* duplicate = next_;
  VECEXT_TRY(for_each_in_turn(parallel_, graph_->nodes, [&](std::size_t i) {
    const std::size_t next = i + 1;
    const bool has = next < graph_->nodes && first[graph_->row[i]] == first[graph_->row[next]];
    duplicate[i] = has ? static_cast<std::uint32_t>(next) : kNoNode;
  }));
  std::copy_n(duplicate, graph_->nodes, graph_->duplicate);
  return {};
}

}  // namespace vecext::graph
