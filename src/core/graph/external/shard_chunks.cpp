// Takes shards into memory, one after another: makes their graphs, their pages, and lists for other
// shards.
#include <algorithm>
#include <cstring>

#include "core/base/threads.h"
#include "core/graph/external/shards.h"
#include "core/graph/construct/products.h"
#include "core/graph/construct/duplicates.h"

namespace vecext::graph {
namespace {

/// How many bytes of records are read at a time.
constexpr std::size_t kReadBytes = std::size_t{1} << 16;

}  // namespace

/// Takes memory for the numbers of pages and rows, and sets how much is left for shards.
bool Shards::reserve_numbers() {
  // Every part of a shard begins a new page.
  std::size_t parts = 0;
  for (std::int32_t p = 0; p < plan_.shards(); ++p) {
    parts += 2 * (shard_[p].rows.count() / kLeastRows + 1);
  }
  pages_ = memory_.arena().array<PageId>(rows_ / slots() + parts + 1);
  lists_ = {memory_.arena().array<std::uint32_t>(rows_ / kLeastOfList + parts + 1), 0};
  number_ = memory_.arena().array<std::uint32_t>(rows_);
  if (pages_ == nullptr || lists_.end == nullptr || number_ == nullptr) {
    return false;
  }
  std::size_t files = 2 * static_cast<std::size_t>(plan_.shards()) * work_.temp_files.file_bytes;
  files = std::min(files, memory_.rest().size() / 2);
  shard_rows_ = std::max(rows_within(memory_.rest().size() - files), kLeastRows);
  return true;
}

bool Shards::reserve_rows(Arena arena, Chunk* chunk) const {
  chunk->records = arena.array<RowRecord>(chunk->n);
  chunk->x = arena.array<float>(chunk->n * stride());
  return chunk->records != nullptr && chunk->x != nullptr;
}

/// Reserves the arrays that take the place of the construction's memory once that has ended.
bool Shards::reserve_homes(Arena arena, Chunk* chunk) const {
  chunk->homes = arena.array<Home>(chunk->n);
  chunk->others = arena.array<std::uint32_t>(chunk->n);
  chunk->place = arena.array<std::uint32_t>(chunk->n);
  chunk->made = arena.array<std::byte>(kMadeBytes);
  chunk->distances = arena.array<std::byte>(std::size_t{kPagesAtOnce} * distance_bytes());
  chunk->rerank = arena.array<std::byte>(chunk->n * rerank_bytes());
  return chunk->homes != nullptr && chunk->others != nullptr && chunk->place != nullptr &&
         chunk->made != nullptr && chunk->distances != nullptr && chunk->rerank != nullptr;
}

/// Returns how many bytes construct() takes for its result.
std::size_t Shards::result_bytes(std::size_t n) const {
  const auto degree = static_cast<std::size_t>(construction_.degree);
  return 2 * aligned(n * sizeof(std::uint32_t)) + aligned(n * degree * sizeof(std::uint32_t)) +
         aligned(most_lists(n) * sizeof(std::uint32_t));
}

/// Returns how many bytes of memory n rows of a shard take.
std::size_t Shards::chunk_bytes(std::size_t n) const {
  Chunk chunk{};
  chunk.n = static_cast<std::uint32_t>(n);
  const std::size_t rows = bytes_taken([&](Arena arena) { reserve_rows(arena, &chunk); });
  const std::size_t homes = bytes_taken([&](Arena arena) { reserve_homes(arena, &chunk); });
  return rows + std::max(construct_memory(n, work_.floats, construction_.degree, parallel_.threads,
                                          construction_.replicas),
                         result_bytes(n) + std::max(homes, 2 * kReadBytes));
}

/// Returns how many rows of a shard fit in `bytes` bytes of memory.
std::size_t Shards::rows_within(std::size_t bytes) const {
  const std::size_t limit = std::min<std::size_t>(bytes / (stride() * sizeof(float)), kMaxNodes);
  return most_rows(bytes, limit, [this](std::size_t n) { return chunk_bytes(n); });
}

void Shards::read_row(const std::byte* record, std::uint32_t i, Chunk* chunk) const {
  float* vector = chunk->x + i * stride();
  std::memcpy(chunk->records + i, record, sizeof(RowRecord));
  get_rerank(model_->rerank(), record + sizeof(RowRecord), model_->dims(), vector);
  if (model_->metric() == Metric::kInnerProduct) {
    fill_product_dims(vector, 1, model_->dims(), stride(), product_limit_);
  }
}

/// Calls task(record) for the rows [first, end) of a shard's file, in turn. `buffer` has `bytes`
/// bytes, or room for one row if that is more.
template <class Task>
Status Shards::read_rows(const TempFile& rows, std::uint32_t first, std::uint32_t end,
                         std::byte* buffer, std::size_t bytes, const Task& task) const {
  const auto at_once = static_cast<std::uint32_t>(std::max<std::size_t>(1, bytes / row_bytes()));
  for (std::uint32_t done = first; done < end; done += at_once) {
    const std::uint32_t part = std::min(at_once, end - done);
    VECEXT_TRY(rows.read(done, part, buffer));
    for (std::uint32_t i = 0; i < part; ++i) {
      task(buffer + i * row_bytes());
    }
    if (stopped(parallel_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  return {};
}

std::uint32_t Shards::bucket_of_record(const std::byte* record, float* scratch) const {
  get_rerank(model_->rerank(), record + sizeof(RowRecord), model_->dims(), scratch);
  const auto dims = static_cast<std::size_t>(model_->dims());
  return bucket_of(hash_of_row(scratch, dims, RowRounding(construction_.of_directions, dims)));
}

/// Cuts a shard that is too large by vectors, if possible, so that equal rows stay together.
Status Shards::use_buckets(const TempFile& rows, ShardCuts* cuts) const {
  Workspace reading = memory_.rest();
  auto* buffer = reading.arena().array<std::byte>(std::max(kReadBytes, row_bytes()));
  auto* vector = reading.arena().array<float>(stride());
  if (buffer == nullptr || vector == nullptr) {
    return out_of_memory();
  }
  std::uint32_t in_bucket[kBuckets] = {};
  const Status status =
      read_rows(rows, 0, rows.count(), buffer, kReadBytes,
                [&](const std::byte* record) { ++in_bucket[bucket_of_record(record, vector)]; });
  if (status.ok()) {
    cuts->use_buckets(in_bucket);
  }
  return status;
}

/// Reads the rows of a part of a shard, and constructs their graph.
Status Shards::load(Chunk* chunk, const Cut& cut) {
  Workspace memory = memory_.rest();
  if (!reserve_rows(memory.arena(), chunk)) {
    return out_of_memory();
  }
  Workspace result = memory.rest();
  auto* block = result.arena().array<std::byte>(result_bytes(chunk->n));
  const Workspace later = result.rest();
  if (block == nullptr) {
    return out_of_memory();
  }
  Workspace reading = later;
  auto* buffer = reading.arena().array<std::byte>(std::max(kReadBytes, row_bytes()));
  auto* vector = reading.arena().array<float>(stride());
  if (buffer == nullptr || vector == nullptr) {
    return out_of_memory();
  }
  std::uint32_t taken = 0;
  const auto take_if_here = [&](const std::byte* record) {
    const std::uint32_t bucket = cut.has_all_buckets() ? 0 : bucket_of_record(record, vector);
    if (bucket >= cut.bucket && bucket < cut.end_bucket && taken < chunk->n) {
      read_row(record, taken++, chunk);
    }
  };
  Status status =
      read_rows(shard_[chunk->shard].rows, cut.first, cut.end, buffer, kReadBytes, take_if_here);
  if (!status.ok()) {
    return status;
  }
  chunk->graph = {chunk->records, chunk->x, stride(), {}};
  Workspace graph(block, result_bytes(chunk->n));
  Workspace scratch = later;
  status = construct(chunk->x, chunk->n, work_.floats, construction_, graph.arena(),
                     scratch.arena(), &chunk->graph.graph);
  if (!status.ok()) {
    return status;
  }
  Workspace after = later;
  if (!reserve_homes(after.arena(), chunk)) {
    return out_of_memory();
  }
  status = order_nodes(chunk);
  return status.ok() ? load_rerank(chunk, cut) : status;
}

/// Finds which nodes get a slot here, in their order, and whose lists go to the shards that are
/// their homes.
Status Shards::order_nodes(Chunk* chunk) {
  const Graph& graph = chunk->graph.graph;
  std::uint32_t first = 0;       // first of the current duplicates
  std::uint32_t home = kNoNode;  // first of the current duplicates that has its home here
  const auto base = static_cast<std::uint32_t>(page_count_ * slots());
  std::uint32_t list = 0;
  std::uint32_t list_begin = 0;  // where the list begins in homes
  const auto end_list = [&](std::uint32_t least) {
    if (chunk->home_count - list_begin >= least) {
      list_begin = chunk->home_count;
      lists_.end[lists_.count++] = nodes_ + list_begin;
    }
  };
  std::fill_n(chunk->place, chunk->n, kNoNode);
  const Status status = for_each_in_turn(parallel_, graph.nodes, [&](std::size_t i) {
    const auto node = static_cast<std::uint32_t>(i);
    if (!is_duplicate(graph, node)) {
      first = node;
      home = kNoNode;
    }
    if (node == graph.list_end[list]) {
      ++list;
      end_list(kLeastOfList);
    }
    const RowRecord& record = chunk->graph.record(node);
    if (record.home == chunk->shard) {
      const std::uint32_t place = chunk->home_count++;
      chunk->homes[place] = {node, home == kNoNode ? first : kNoNode};
      home = home == kNoNode ? place : home;
      chunk->place[graph.row[node]] = place;
      number_[record.ordinal] = base + home;
    } else if (node == first) {
      chunk->others[chunk->other_count++] = node;
    }
  });
  end_list(1);
  nodes_ += chunk->home_count;
  return status;
}

/// Reads the rerank vectors of the nodes that get a slot here, in the order of their slots.
Status Shards::load_rerank(Chunk* chunk, const Cut& cut) {
  std::uint32_t i = 0;
  return read_rows(shard_[chunk->shard].rows, cut.first, cut.end, chunk->made, kMadeBytes,
                   [&](const std::byte* record) {
                     std::uint32_t ordinal;
                     std::memcpy(&ordinal, record, sizeof ordinal);
                     if (i == chunk->n || ordinal != chunk->records[i].ordinal) {
                       return;  // the row belongs to another part
                     }
                     if (const std::uint32_t place = chunk->place[i++]; place != kNoNode) {
                       std::memcpy(chunk->rerank + place * rerank_bytes(),
                                   record + sizeof(RowRecord), rerank_bytes());
                     }
                   });
}

void Shards::make_pages(const Chunk& chunk, std::uint32_t first, std::uint32_t n) const {
  const std::size_t pages = (n + slots() - 1) / slots();
  run_parallel(parallel_.threads, pages, [&](std::size_t i, std::int32_t) {
    make_page(chunk, first + static_cast<std::uint32_t>(i * slots()), chunk.made + i * kPageSize,
              chunk.distances + i * distance_bytes());
  });
}

/// Makes a page of the homes from `first` on. In it neighbors are ordinals of rows, and `duplicate`
/// only says if a duplicate follows.
void Shards::make_page(const Chunk& chunk, std::uint32_t first, std::byte* page,
                       std::byte* distances) const {
  const NodeLayout& layout = model_->layout;
  const std::uint32_t n = std::min(static_cast<std::uint32_t>(slots()), chunk.home_count - first);
  init_page(page, PageKind::kNodes, 0, part().chain);
  page_head(page)->rows = static_cast<std::uint16_t>(n);
  std::memset(distances, 0, distance_bytes());
  for (std::uint32_t i = 0; i < n; ++i) {
    const Home& home = chunk.homes[first + i];
    const auto has_next = [&](std::uint32_t at) {
      return at + 1 < chunk.home_count && chunk.homes[at + 1].list == kNoNode;
    };
    const std::byte* rerank = chunk.rerank + (first + i) * rerank_bytes();
    const bool is_duplicate = home.list == kNoNode;
    std::uint8_t flags = is_duplicate ? kIsDuplicate : 0;
    for (std::uint32_t at = first + i; !is_duplicate && has_next(at); ++at) {
      flags |= flag_of_duplicate(*model_, rerank, chunk.rerank + (at + 1) * rerank_bytes());
    }
    const auto slot = node_slot(page, layout, static_cast<std::int32_t>(i));
    *slot.head() = {.row = chunk.graph.record(home.node).row,
                    .flags = flags,
                    .scale = 0,
                    .duplicate = has_next(first + i) ? 0 : kNoNode,
                    .mark = kNodeMark};
    std::memcpy(slot.rerank(), rerank, rerank_bytes());
    std::fill_n(slot.neighbors(), layout.degree, kNoNode);
    if (!is_duplicate) {
      put_list(*model_, chunk.graph, home.list,
               {slot.neighbors(),
                reinterpret_cast<float*>(distances) + i * static_cast<std::size_t>(layout.degree),
                slot.at + layout.blocks_offset()});
    }
  }
}

/// Writes the lists of nodes whose home is another shard to the file of that shard.
Status Shards::put_others(const Chunk& chunk) {
  const std::size_t size = list_record_bytes(model_->layout);
  const auto at_once = static_cast<std::uint32_t>(kMadeBytes / size);
  for (std::uint32_t done = 0; done < chunk.other_count; done += at_once) {
    const std::uint32_t part = std::min(at_once, chunk.other_count - done);
    VECEXT_TRY(for_each_stretch(
        parallel_, part, 64 * stride() * static_cast<std::size_t>(model_->layout.degree),
        [&](std::size_t begin, std::size_t end, std::int32_t) {
          for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t node = chunk.others[done + i];
            std::byte* record = chunk.made + i * size;
            std::memcpy(record, &chunk.graph.record(node).ordinal, sizeof(std::uint32_t));
            put_list(*model_, chunk.graph, node, list_of_record(record, model_->layout));
          }
        }));
    for (std::uint32_t i = 0; i < part; ++i) {
      const std::uint16_t home = chunk.graph.record(chunk.others[done + i]).home;
      VECEXT_TRY(shard_[home].lists.append(chunk.made + i * size, 1));
    }
  }
  return {};
}

}  // namespace vecext::graph
