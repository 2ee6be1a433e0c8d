#include "core/graph/external/shards.h"

#include <algorithm>
#include <cstring>

#include "core/base/threads.h"
#include "core/graph/construct/connect.h"
#include "core/graph/construct/products.h"

namespace vecext::graph {
namespace {

/// The most rows of the sample of which a graph is constructed, to find the scales and the entries.
constexpr std::size_t kGraphSample = 8192;
/// How many rows are added to their shards at a time.
constexpr std::size_t kAddedRows = 1024;
/// There may be this many times the shards that the number of rows requires.
constexpr std::size_t kSpare = 4;

std::size_t entry_bytes(const Vectors& vectors, const ParallelOptions& parallel, std::size_t all) {
  Entries entries(vectors, parallel, entries_for(all));
  return bytes_taken([&](Arena arena) { entries.reserve(arena); });
}

/// How many entries a shard's graph has. All of its nodes are connected from them, but no search
/// uses them. With 256 entries, finding them took as long as the rest of a shard of 784 dimensions
/// (measured).
constexpr std::int32_t kShardEntries = 8;

ConstructOptions of_shard(ConstructOptions options) {
  options.replicas = 1;  // every row is in two shards
  options.entries = kShardEntries;
  return options;
}

}  // namespace

std::size_t least_shard_bytes(const GraphModel& model, const ConstructOptions& construction,
                              std::int32_t floats, std::size_t rows) {
  GraphModel any = model;
  return Shards(&any, kMain, {construction, floats, {}, nullptr, 0}).least_bytes(rows);
}

std::size_t shard_bytes(std::size_t memory, const GraphModel& model,
                        const ConstructOptions& construction, std::int32_t floats,
                        std::size_t rows) {
  return std::max(memory - memory / kSamplePart,
                  least_shard_bytes(model, construction, floats, rows));
}

std::size_t temp_file_bytes(const GraphModel& model, std::size_t rows) {
  const std::size_t row = sizeof(RowRecord) + model.layout.rerank_bytes;
  const std::size_t distances = static_cast<std::size_t>(model.layout.degree) * sizeof(float);
  return rows * (2 * row + list_record_bytes(model.layout) + distances);
}

Shards::Shards(GraphModel* model, Part part, const ShardWork& work)
    : model_(model),
      part_(part),
      work_(work),
      construction_(of_shard(work.construction)),
      parallel_(construction_.parallel),
      memory_(work.memory, work.bytes),
      plan_(work.floats) {}

std::size_t Shards::least_bytes(std::size_t rows) const {
  // This is what later steps need: two page ids for each page of a shard, and two node ids for each
  // row (repair_connectivity.h).
  const std::size_t later = rows / slots() * 2 * sizeof(PageId) + 2 * rows * sizeof(NodeId) +
                            list_bytes(rows, 4 * rows / kLeastRows);
  return later + 2 * chunk_bytes(kLeastRows) +
         kSpare * (2 * rows / kLeastRows + 1) * (stride() * sizeof(float) + sizeof(Shard));
}

/// Returns how many bytes the lists of `rows` rows take if shards have `parts` parts in all: for
/// the ends of the lists, their directory and their stream.
std::size_t Shards::list_bytes(std::size_t rows, std::size_t parts) const {
  GraphModel model = *model_;
  const std::size_t lists = rows / kLeastOfList + parts + 1;
  const std::size_t nodes = std::min<std::size_t>(rows, kMaxNodes);
  set_lists(static_cast<std::uint32_t>(nodes), {nullptr, static_cast<std::uint32_t>(lists)}, part_,
            &model);
  return aligned(lists * sizeof(std::uint32_t)) + aligned(graph_stream_bytes(model, part_)) +
         bytes_taken([&](Arena arena) { ListDirectory().reserve(model, part_, arena); });
}

bool Shards::reserve(std::size_t all) {
  // Later steps need the numbers of pages and rows.
  const std::size_t later =
      (all / slots() + 4 * all / kLeastRows + 2 * kMostShards) * sizeof(PageId) +
      all * sizeof(std::uint32_t) + list_bytes(all, 4 * all / kLeastRows) + 4 * kAlignment;
  const std::size_t left = memory_.size() > later ? memory_.size() - later : 0;
  const std::size_t shards = 2 * all / std::max(rows_within(left), kLeastRows) + 1;
  const std::size_t most = std::min<std::size_t>(kMostShards, kSpare * shards);
  shard_ = memory_.arena().array<Shard>(most);
  entry_row_ = memory_.arena().array<RowId>(kMaxEntries);
  entry_ordinal_ = memory_.arena().array<std::uint32_t>(kMaxEntries);
  entry_x_ = memory_.arena().array<float>(kMaxEntries * stride());
  const bool has_leaders = plan_.reserve(memory_.arena(), static_cast<std::int32_t>(most));
  if (shard_ == nullptr || entry_row_ == nullptr || entry_ordinal_ == nullptr ||
      entry_x_ == nullptr || !has_leaders) {
    return false;
  }
  const std::size_t taken = later + 2 * shards * work_.temp_files.file_bytes;
  const std::size_t rest = memory_.rest().size();
  shard_rows_ = std::max(rows_within(rest > taken ? rest - taken : 0), kLeastRows);
  return true;
}

Status Shards::plan(float* x, const RowId* rows, std::size_t n, std::size_t all) {
  if (!reserve(all)) {
    return out_of_memory();
  }
  const Workspace scratch = memory_.rest();
  if (model_->metric() == Metric::kInnerProduct) {
    Workspace lengths = scratch;
    if (!product_limit(x, n, model_->dims(), stride(), lengths.arena(), &product_limit_)) {
      return out_of_memory();
    }
    fill_product_dims(x, n, model_->dims(), stride(), product_limit_);
  }
  Status status = plan_.make({x, n, all, shard_rows_, construction_.seed}, parallel_, scratch);
  for (std::int32_t p = 0; p < plan_.shards(); ++p) {
    shard_[p].rows.init(&work_.temp_files, row_bytes());
    shard_[p].lists.init(&work_.temp_files, list_record_bytes(model_->layout));
  }
  distances_.init(&work_.temp_files, distance_bytes());
  return status.ok() ? choose_entries(x, rows, n, all) : status;
}

/// Chooses the entries and the scales by a graph of some rows of the sample. The edges of that
/// graph are longer than those of a graph of all rows, but the difference is less than the rounding
/// of a scale.
Status Shards::choose_entries(const float* x, const RowId* rows, std::size_t n, std::size_t all) {
  ConstructOptions options = construction_;
  options.replicas = kMostReplicas;
  options.entries = entries_for(all);
  std::size_t chosen = std::min(n, kGraphSample);
  const auto bytes = [&] {
    return chosen * (stride() * sizeof(float) + sizeof(std::uint32_t)) + 2 * kAlignment +
           construct_memory(chosen, work_.floats, options.degree, options.parallel.threads) +
           entry_bytes({nullptr, nullptr, static_cast<std::uint32_t>(chosen), work_.floats},
                       parallel_, all);
  };
  while (chosen > 1 && bytes() > memory_.rest().size()) {
    chosen /= 2;
  }
  Workspace scratch = memory_.rest();
  auto* picked = scratch.arena().array<std::uint32_t>(chosen);
  auto* copy = scratch.arena().array<float>(chosen * stride());
  if (picked == nullptr || copy == nullptr) {
    return out_of_memory();
  }
  for (std::size_t i = 0; i < chosen; ++i) {
    picked[i] = static_cast<std::uint32_t>(i * n / chosen);
    std::copy_n(x + picked[i] * stride(), stride(), copy + i * stride());
  }
  Graph graph;
  VECEXT_TRY(
      construct(copy, chosen, work_.floats, options, scratch.arena(), scratch.arena(), &graph));
  // A graph of all rows has more entries than a graph of so few rows would have.
  const Vectors vectors{copy, graph.row, graph.nodes, work_.floats};
  Entries entries(vectors, parallel_, entries_for(all));
  if (n > 0) {
    if (!entries.reserve(scratch.arena())) {
      return out_of_memory();
    }
    VECEXT_TRY(entries.choose(construction_.seed, graph.entries, &graph.entry_count));
  }
  set_scales(graph, {copy, stride(), nullptr, nullptr}, part_, model_);
  entry_count_ = graph.entry_count;
  const auto row = [&](std::uint32_t node) { return graph.row[node]; };
  std::sort(graph.entries, graph.entries + entry_count_, [&](std::uint32_t a, std::uint32_t b) {
    return rows[picked[row(a)]].packed() < rows[picked[row(b)]].packed();
  });
  for (std::int32_t i = 0; i < entry_count_; ++i) {
    entry_row_[i] = rows[picked[row(graph.entries[i])]];
    entry_ordinal_[i] = kNoNode;
    std::copy_n(copy + row(graph.entries[i]) * stride(), stride(),
                entry_x_ + static_cast<std::size_t>(i) * stride());
  }
  return {};
}

Status Shards::add(float* x, const RowId* rows, const std::byte* rerank, std::size_t n) {
  if (n > kMaxNodes - rows_) {
    return out_of_memory();
  }
  Workspace scratch = memory_.rest();
  const std::size_t size = row_bytes();
  auto* records = scratch.arena().array<std::byte>(kAddedRows * size);
  auto* places = scratch.arena().array<Places>(kAddedRows);
  if (records == nullptr || places == nullptr) {
    return out_of_memory();
  }
  const std::size_t work = stride() * static_cast<std::size_t>(plan_.shards() + 32);
  for (std::size_t first = 0; first < n; first += kAddedRows) {
    const std::size_t part = std::min(kAddedRows, n - first);
    const auto bring = [&](std::size_t i) {
      std::byte* record = records + i * size;
      std::byte* kept = record + sizeof(RowRecord);
      float* vector = x + (first + i) * stride();
      if (rerank != nullptr) {
        std::memcpy(kept, rerank + (first + i) * rerank_bytes(), rerank_bytes());
      } else {
        std::memset(kept, 0, rerank_bytes());
        put_rerank(model_->rerank(), vector, model_->dims(), kept);
      }
      // The shards of a row are chosen by its rerank vector, so that rows whose nodes are
      // duplicates have the same home.
      get_rerank(model_->rerank(), kept, model_->dims(), vector);
      if (model_->metric() == Metric::kInnerProduct) {
        fill_product_dims(vector, 1, model_->dims(), stride(), product_limit_);
      }
      places[i] = plan_.places(vector);
      const RowRecord head{rows_ + static_cast<std::uint32_t>(i), rows[first + i],
                           places[i].shard[0]};
      std::memcpy(record, &head, sizeof head);
    };
    VECEXT_TRY(for_each_stretch(parallel_, part, work,
                                [&](std::size_t begin, std::size_t end, std::int32_t) {
                                  for (std::size_t i = begin; i < end; ++i) {
                                    bring(i);
                                  }
                                }));
    VECEXT_TRY(append_rows(records, places, part));
  }
  return {};
}

Status Shards::append_rows(const std::byte* records, const Places* places, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    RowRecord head;
    std::memcpy(&head, records + i * row_bytes(), sizeof head);
    note_entry(head.row, rows_++);
    for (const std::uint16_t p : places[i].shard) {
      if (p == kNoShard) {
        continue;
      }
      VECEXT_TRY(shard_[p].rows.append(records + i * row_bytes(), 1));
    }
  }
  return {};
}

void Shards::note_entry(RowId row, std::uint32_t ordinal) {
  const auto before = [](RowId a, RowId b) { return a.packed() < b.packed(); };
  RowId* end = entry_row_ + entry_count_;
  const RowId* found = std::lower_bound(entry_row_, end, row, before);
  if (found < end && *found == row) {
    entry_ordinal_[found - entry_row_] = ordinal;
  }
}

/// Returns the entries as nodes. A row of the sample that was not added later has no node, and is
/// left out. If there are nodes, there is at least one entry.
EntryPoints Shards::entries() {
  EntryPoints points;
  points.count = 0;
  for (std::int32_t i = 0; i < entry_count_; ++i) {
    if (entry_ordinal_[i] == kNoNode) {
      continue;
    }
    const NodeId node = pages().id_of(number_[entry_ordinal_[i]]);
    if (std::find(points.id, points.id + points.count, node) == points.id + points.count) {
      points.id[points.count] = node;
      points.vector[points.count++] = entry_x_ + static_cast<std::size_t>(i) * stride();
    }
  }
  if (points.count == 0 && rows_ > 0) {
    points.id[0] = pages().id_of(0);
    points.vector[points.count++] = entry_x_;
  }
  part().entries = static_cast<std::uint32_t>(points.count);
  return points;
}

}  // namespace vecext::graph
