#include "core/graph/format/node_lists.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vecext {

void round_to_blocks(std::uint32_t nodes, ListEnds* ends) {
  std::uint32_t count = 0;
  std::uint32_t before = 0;
  for (std::uint32_t i = 0; i < ends->count; ++i) {
    const bool is_last = i + 1 == ends->count;
    const std::uint32_t whole = (ends->end[i] + kBlockLanes / 2) / kBlockLanes * kBlockLanes;
    const std::uint32_t end = is_last ? nodes : std::min(nodes, whole);
    if (end > before) {
      ends->end[count++] = before = end;
    }
  }
  ends->count = count;
}

void set_lists(std::uint32_t nodes, const ListEnds& ends, Part part, GraphModel* model) {
  const auto of_page =
      static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(model->code_bytes()) * kBlockLanes);
  model->meta.lists[part] = {ends.count, (nodes + of_page - 1) / of_page, 1, 0};
}

bool plan_lists(const Graph& graph, Part part, Arena arena, GraphModel* model, ListEnds* ends) {
  *ends = {arena.array<std::uint32_t>(graph.list_count + 1), graph.list_count};
  if (ends->end == nullptr) {
    return false;
  }
  std::copy_n(graph.list_end, graph.list_count, ends->end);
  round_to_blocks(graph.nodes, ends);
  set_lists(graph.nodes, *ends, part, model);
  return true;
}

bool ListDirectory::reserve(const GraphModel& model, Part part, Arena arena) {
  const GraphLists& lists = model.meta.lists[part];
  const auto dims = static_cast<std::size_t>(model.dims());
  model_ = &model;
  page_count_ = lists.pages;
  heads_ = arena.array<ListHead>(lists.count + std::size_t{1});
  pages_ = arena.array<PageId>(lists.pages + std::size_t{1});  // a chain has at least one page
  centers_ = arena.array<std::byte>(lists.count * model.layout.rerank_bytes + 1);
  origin_ = arena.array<float>(dims);
  sums_ = arena.array<double>(dims);
  center_ = arena.array<float>(dims);
  return heads_ != nullptr && pages_ != nullptr && centers_ != nullptr && origin_ != nullptr &&
         sums_ != nullptr && center_ != nullptr;
}

void ListDirectory::clear() {
  std::fill_n(origin_, model_->dims(), 0.0F);
  count_ = 0;
  center_lengths_ = {};
  list_residuals_ = {};
}

void ListDirectory::begin() {
  std::fill_n(sums_, model_->dims(), 0.0);
  nodes_ = 0;
  residuals_ = {};
}

void ListDirectory::add(const float* x) {
  // A row set apart would take the center far away from all other rows.
  const auto dims = static_cast<std::size_t>(model_->dims());
  if (is_set_apart(kernel::active().f32.norm_squared(x, dims))) {
    return;
  }
  for (std::int32_t i = 0; i < model_->dims(); ++i) {
    sums_[i] += static_cast<double>(x[i]);
  }
  ++nodes_;
}

void ListDirectory::set_center() {
  for (std::int32_t i = 0; i < model_->dims(); ++i) {
    center_[i] = static_cast<float>(sums_[i] / std::max(nodes_, 1U));
  }
  std::byte* kept = centers_ + count_ * model_->layout.rerank_bytes;
  std::memset(kept, 0, model_->layout.rerank_bytes);
  put_rerank(model_->rerank(), center_, model_->dims(), kept);
  get_rerank(model_->rerank(), kept, model_->dims(), center_);
  const auto squared = static_cast<double>(rerank_norm_squared(kept));
  center_length_ = std::sqrt(squared);
  center_lengths_.add(squared, 0);
}

void ListDirectory::measure(const float* x) {
  residuals_.add(static_cast<double>(kernel::active().f32.l2_squared(
                     x, center_, static_cast<std::size_t>(model_->dims()))),
                 center_length_);
}

CodeCenter ListDirectory::finish(std::uint32_t block) {
  heads_[count_] = {block, residuals_.scale(model_->codec)};
  list_residuals_.add(static_cast<double>(residuals_.squared()), 0);
  return {center_, heads_[count_++].scale};
}

void ListDirectory::end(std::uint32_t blocks, GraphLists* lists) {
  heads_[count_] = {blocks, 0};
  center_scale_ = center_lengths_.scale(model_->codec);
  lists->center_scale = center_scale_;
  lists->residual = list_residuals_.squared();
}

void ListDirectory::copy_to(std::byte* out) const {
  if (count_ == 0) {
    return;
  }
  const std::size_t heads = (count_ + std::size_t{1}) * sizeof(ListHead);
  const std::size_t pages = page_count_ * sizeof(PageId);
  const std::size_t rerank_bytes = model_->layout.rerank_bytes;
  std::memcpy(out, heads_, heads);
  std::memcpy(out + heads, pages_, pages);
  std::byte* centers = out + heads + pages;
  std::memcpy(centers, centers_, count_ * rerank_bytes);
  std::byte* blocks = centers + count_ * rerank_bytes;
  for (std::uint32_t i = 0; i < count_; ++i) {
    get_rerank(model_->rerank(), centers_ + i * rerank_bytes, model_->dims(), center_);
    put_code(*model_, center_, {origin_, center_scale_}, static_cast<std::int32_t>(i), blocks);
  }
}

}  // namespace vecext
