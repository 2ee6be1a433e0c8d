// Construction of a graph of more rows than memory takes: overlapping shards are constructed one
// after another, and the two lists of links of each node are merged (README.md).
//
// Call plan() once, then add() for all rows, then write() once. Memory is one block of the caller,
// and files are TempFiles. No object here has a destructor.
#pragma once

#include <algorithm>

#include "core/graph/external/shard_cuts.h"
#include "core/graph/external/shard_lists.h"
#include "core/graph/external/shard_plan.h"
#include "core/graph/external/repair_connectivity.h"
#include "core/graph/external/temp_files.h"
#include "core/graph/construct/workspace.h"

namespace vecext::graph {

/// The resources of a construction: files, and a block of memory for everything except the pages of
/// the graph.
struct ShardWork {
  ConstructOptions construction;
  std::int32_t floats;  // of a row in the construction's space (products.h)
  TempFiles temp_files;
  std::byte* memory;
  std::size_t bytes;  // at least least_shard_bytes()
};

/// The part of the memory, 1 / kSamplePart, that the sample takes, and later the rows that are
/// being added.
inline constexpr std::size_t kSamplePart = 8;

/// Returns the least number of bytes of memory with which a graph of `rows` rows can be
/// constructed.
std::size_t least_shard_bytes(const GraphModel& model, const ConstructOptions& construction,
                              std::int32_t floats, std::size_t rows);

/// Returns how many bytes to give the shards of `rows` rows if the whole construction may take
/// `memory` bytes. It is what everything else leaves of them, but at least least_shard_bytes().
std::size_t shard_bytes(std::size_t memory, const GraphModel& model,
                        const ConstructOptions& construction, std::int32_t floats,
                        std::size_t rows);

/// Returns about how many bytes the files of a graph of `rows` rows take at most.
std::size_t temp_file_bytes(const GraphModel& model, std::size_t rows);

class Shards {
 public:
  /// `model` has everything except the scales, the entries and the part, which write() sets.
  Shards(GraphModel* model, Part part, const ShardWork& work);

  /// Chooses shards, scales and entries. `x` and `rows` are a sample of n of `all` rows. A row has
  /// `floats` floats: the first D are in model space, and plan() sets the others. The sample is not
  /// needed afterwards.
  Status plan(float* x, const RowId* rows, std::size_t n, std::size_t all);

  /// Adds n rows in model space, laid out as in plan(), and their rerank vectors. If `rerank` is
  /// null, the rerank vectors are computed. Overwrites x.
  Status add(float* x, const RowId* rows, const std::byte* rerank, std::size_t n);

  /// Writes the graph's nodes and its stream, as write_nodes() does.
  template <BulkStore B>
  Status write(B& bulk);

  std::size_t least_bytes(std::size_t rows) const;

 private:
  struct Shard {
    TempFile rows;
    TempFile lists;  // lists of its nodes from their other shards
    std::uint32_t first_page;
    std::uint32_t end_page;
  };

  /// A node of the current shard that gets a slot. It gets the list of neighbors of node `list`, or
  /// an empty list if `list` is kNoNode, as it is for a duplicate.
  struct Home {
    std::uint32_t node;
    std::uint32_t list;
  };

  /// The rows of a shard, or of a part of it, that are in memory at a time.
  struct Chunk {
    std::uint16_t shard;
    std::uint32_t n;
    RowRecord* records;
    float* x;
    ShardGraph graph;
    Home* homes;
    std::uint32_t home_count;
    std::uint32_t* others;  // nodes whose home is elsewhere
    std::uint32_t other_count;
    std::uint32_t* place;  // by row: the place of its node among the homes, or kNoNode
    std::byte* rerank;     // rerank vectors of homes
    std::byte* made;       // pages, or records
    std::byte* distances;  // distances of the links in pages
  };

  /// Pages of a shard that are merged together, and the other lists of their nodes.
  struct Merge {
    std::byte* pages;
    std::byte* distances;
    std::byte* lists;
    std::uint32_t room;      // how many lists there is room for
    std::uint32_t* list_of;  // by slot of pages [first, end): the place of its list
    std::uint32_t first;
    std::uint32_t end;
  };

  GraphPart& part() const { return model_->meta.parts[part_]; }
  /// The fewest rows of a shard.
  static constexpr std::size_t kLeastRows = 1024;
  /// The fewest nodes of a list. The last list of a part of a shard may have fewer.
  static constexpr std::uint32_t kLeastOfList = 256;
  /// How many pages are made or merged in memory at a time.
  static constexpr std::int32_t kPagesAtOnce = 64;
  /// How many bytes the pages made in memory take, or records in their place.
  static constexpr std::size_t kMadeBytes = std::size_t{kPagesAtOnce} * kPageSize;

  std::size_t distance_bytes() const {  // for a page
    return slots() * static_cast<std::size_t>(model_->layout.degree) * sizeof(float);
  }
  std::size_t slots() const { return static_cast<std::size_t>(model_->layout.slots); }
  std::size_t rerank_bytes() const { return model_->layout.rerank_bytes; }
  std::size_t stride() const { return static_cast<std::size_t>(work_.floats); }
  std::size_t row_bytes() const { return sizeof(RowRecord) + rerank_bytes(); }
  NodePages pages() const { return {pages_, model_->layout.slots}; }

  bool reserve(std::size_t all);
  Status choose_entries(const float* x, const RowId* rows, std::size_t n, std::size_t all);
  Status append_rows(const std::byte* records, const Places* places, std::size_t n);
  void note_entry(RowId row, std::uint32_t ordinal);
  bool reserve_numbers();
  bool reserve_rows(Arena arena, Chunk* chunk) const;
  bool reserve_homes(Arena arena, Chunk* chunk) const;
  std::size_t result_bytes(std::size_t n) const;
  std::size_t list_bytes(std::size_t rows, std::size_t parts) const;
  std::size_t chunk_bytes(std::size_t n) const;
  std::size_t rows_within(std::size_t bytes) const;
  template <class Task>
  Status read_rows(const TempFile& rows, std::uint32_t first, std::uint32_t end, std::byte* buffer,
                   std::size_t bytes, const Task& task) const;
  Status use_buckets(const TempFile& rows, ShardCuts* cuts) const;
  std::uint32_t bucket_of_record(const std::byte* record, float* scratch) const;
  Status load(Chunk* chunk, const Cut& cut);
  Status load_rerank(Chunk* chunk, const Cut& cut);
  void read_row(const std::byte* record, std::uint32_t i, Chunk* chunk) const;
  Status order_nodes(Chunk* chunk);
  void make_pages(const Chunk& chunk, std::uint32_t first, std::uint32_t n) const;
  void make_page(const Chunk& chunk, std::uint32_t first, std::byte* page,
                 std::byte* distances) const;
  Status put_others(const Chunk& chunk);
  bool reserve_merge(const Shard& shard, Merge* merge);
  Status load_lists(const Shard& shard, Merge* merge);
  void merge_pages(const Merge& merge, std::uint32_t first, std::uint32_t n) const;
  EntryPoints entries();

  template <BulkStore B>
  Status write_chunk(B& bulk, std::uint16_t shard, const Cut& cut);
  template <BulkStore B>
  Status write_shard(B& bulk, std::uint16_t p);
  template <BulkStore B>
  Status merge_shard(B& bulk, Shard* shard);
  template <BulkStore B>
  Status finish(B& bulk);

  GraphModel* const model_;
  const Part part_;
  const ShardWork& work_;
  const ConstructOptions construction_;
  const ParallelOptions parallel_;
  Workspace memory_;
  ShardPlan plan_;
  Shard* shard_ = nullptr;
  TempFile distances_;  // of the links in pages: a record for each page
  std::size_t shard_rows_ = 0;
  float product_limit_ = 0;
  // Entries in the order of rows.
  std::int32_t entry_count_ = 0;
  RowId* entry_row_ = nullptr;
  std::uint32_t* entry_ordinal_ = nullptr;
  float* entry_x_ = nullptr;
  std::uint32_t rows_ = 0;  // rows added so far
  // Pages of nodes in the order of their creation, and the number of each row's node.
  PageId* pages_ = nullptr;
  std::uint32_t page_count_ = 0;
  std::uint32_t* number_ = nullptr;
  ListEnds lists_{};
  std::uint32_t nodes_ = 0;  // nodes in pages so far
};

/// The nodes of pages that were written, for write_node_codes().
template <BulkStore B>
class PagedNodes {
 public:
  PagedNodes(B& bulk, const GraphModel& model, const PageId* pages)
      : bulk_(bulk), model_(model), pages_(pages) {}

  bool reserve(Arena arena) {
    copy_ = arena.array<std::byte>(kPageSize);
    vector_ = arena.array<float>(static_cast<std::size_t>(model_.dims()));
    return copy_ != nullptr && vector_ != nullptr;
  }

  /// Calls visit() for the nodes in places [first, end), as write_node_codes() expects it. `first`
  /// must be where the last call began or ended.
  template <class Visit>
  Status each(std::uint32_t first, std::uint32_t end, const Visit& visit) {
    if (first != at_.node) {
      at_ = begin_;
    }
    begin_ = at_;
    while (at_.node < end) {
      const PageId page = pages_[at_.page];
      VECEXT_TRY(bulk_.read(page, [&](const std::byte* bytes) {
        __builtin_memcpy(copy_, bytes, kPageSize);
        return check_node_page(bytes, model_.layout);
      }));
      const std::int32_t slots = page_head(copy_)->rows;
      for (; at_.slot < slots && at_.node < end; ++at_.slot, ++at_.node) {
        const auto slot = node_slot(copy_, model_.layout, at_.slot);
        get_rerank(model_.rerank(), slot.rerank(), model_.dims(), vector_);
        const Status visited =
            visit(model_.layout.id_of(page, at_.slot), noted_row(*slot.head()), vector_);
        if (!visited.ok()) {
          return visited;
        }
      }
      if (at_.slot == slots) {
        at_ = {at_.node, at_.page + 1, 0};
      }
    }
    return {};
  }

 private:
  struct Place {
    std::uint32_t node;
    std::uint32_t page;
    std::int32_t slot;
  };

  B& bulk_;
  const GraphModel& model_;
  const PageId* pages_;
  std::byte* copy_ = nullptr;
  float* vector_ = nullptr;
  Place begin_{0, 0, 0};  // where the last call began
  Place at_{0, 0, 0};
};

template <BulkStore B>
Status Shards::write(B& bulk) {
  const Workspace before = memory_;
  if (!reserve_numbers()) {
    return out_of_memory();
  }
  part().nodes = rows_;
  part().chain = model_->meta.head.next_chain++;
  Status status;
  for (std::int32_t p = 0; p < plan_.shards() && status.ok(); ++p) {
    status = write_shard(bulk, static_cast<std::uint16_t>(p));
  }
  for (std::int32_t p = 0; p < plan_.shards() && status.ok(); ++p) {
    status = merge_shard(bulk, &shard_[p]);
  }
  if (status.ok()) {
    status = finish(bulk);
  }
  distances_.drop();
  memory_ = before;
  return status;
}

template <BulkStore B>
Status Shards::write_shard(B& bulk, std::uint16_t p) {
  Shard& shard = shard_[p];
  shard.first_page = page_count_;
  ShardCuts cuts(shard.rows.count(), static_cast<std::uint32_t>(shard_rows_));
  Status status = cuts.count() > 1 ? use_buckets(shard.rows, &cuts) : Status{};
  for (std::uint32_t i = 0; i < cuts.count() && status.ok(); ++i) {
    status = write_chunk(bulk, p, cuts.at(i));
  }
  shard.end_page = page_count_;
  shard.rows.drop();
  return status;
}

template <BulkStore B>
Status Shards::write_chunk(B& bulk, std::uint16_t shard, const Cut& cut) {
  Chunk chunk{};
  chunk.shard = shard;
  chunk.n = cut.n;
  VECEXT_TRY(load(&chunk, cut));
  const auto at_once = static_cast<std::uint32_t>(kPagesAtOnce * slots());
  for (std::uint32_t done = 0; done < chunk.home_count; done += at_once) {
    const std::uint32_t part = std::min(at_once, chunk.home_count - done);
    const auto count = static_cast<std::uint32_t>((part + slots() - 1) / slots());
    make_pages(chunk, done, part);
    VECEXT_TRY(distances_.append(chunk.distances, count));
    for (std::uint32_t i = 0; i < count; ++i) {
      std::byte* bytes;
      VECEXT_TRY(bulk.add(&pages_[page_count_], &bytes));
      copy_page_contents(chunk.made + i * kPageSize, bytes);
      ++page_count_;
    }
  }
  bulk.end_change();
  return put_others(chunk);
}

template <BulkStore B>
Status Shards::merge_shard(B& bulk, Shard* shard) {
  Merge merge{};
  if (!reserve_merge(*shard, &merge)) {
    return out_of_memory();
  }
  const std::uint64_t pages = shard->end_page - shard->first_page;
  const std::uint64_t lists = shard->lists.count();
  const std::uint64_t parts = lists <= merge.room ? 1 : (lists + merge.room - 1) / merge.room;
  for (std::uint64_t i = 0; i < parts; ++i) {
    merge.first = shard->first_page + static_cast<std::uint32_t>(i * pages / parts);
    merge.end = shard->first_page + static_cast<std::uint32_t>((i + 1) * pages / parts);
    Status status = load_lists(*shard, &merge);
    for (std::uint32_t page = merge.first; page < merge.end && status.ok(); page += kPagesAtOnce) {
      const auto n = std::min<std::uint32_t>(kPagesAtOnce, merge.end - page);
      for (std::uint32_t j = 0; j < n && status.ok(); ++j) {
        status = bulk.read(pages_[page + j], [&](const std::byte* bytes) {
          __builtin_memcpy(merge.pages + j * kPageSize, bytes, kPageSize);
          return check_node_page(bytes, model_->layout);
        });
      }
      if (status.ok()) {
        status = distances_.read(page, n, merge.distances);
      }
      if (!status.ok()) {
        return status;
      }
      merge_pages(merge, page, n);
      for (std::uint32_t j = 0; j < n && status.ok(); ++j) {
        std::byte* bytes;
        if (status = bulk.change(pages_[page + j], &bytes); status.ok()) {
          copy_page_contents(merge.pages + j * kPageSize, bytes);
        }
      }
    }
    bulk.end_change();
    if (!status.ok()) {
      return status;
    }
  }
  shard->lists.drop();
  return {};
}

/// Repairs connectivity, then writes the codes and rows of nodes, and the stream.
template <BulkStore B>
Status Shards::finish(B& bulk) {
  const EntryPoints points = entries();
  // The numbers of rows are not needed any more.
  Workspace memory = memory_.from(number_);
  ConnectivityRepair<B> repair(bulk, *model_, pages(), parallel_);
  if (!repair.reserve(memory.arena(), page_count_)) {
    return out_of_memory();
  }
  VECEXT_TRY(repair.connect(points));
  round_to_blocks(nodes_, &lists_);
  set_lists(nodes_, lists_, part_, model_);
  const std::size_t size = graph_stream_bytes(*model_, part_);
  memory = memory_.from(number_);
  PagedNodes<B> nodes(bulk, *model_, pages_);
  ListDirectory directory;
  auto* stream = memory.arena().array<std::byte>(size);
  if (stream == nullptr || !nodes.reserve(memory.arena()) ||
      !directory.reserve(*model_, part_, memory.arena())) {
    return out_of_memory();
  }
  VECEXT_TRY(
      write_node_codes(bulk, model_, part_, lists_, nodes, CodeRecords::kOfNodes, &directory));
  make_stream(*model_, part_, points, directory, stream);
  return write_stream(bulk, stream, size, model_->meta.head.next_chain++, &part().model);
}

}  // namespace vecext::graph
