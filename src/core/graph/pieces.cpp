#include "core/graph/pieces.h"

#include <algorithm>
#include <cstring>

#include "core/cluster/threads.h"
#include "core/graph/connect.h"
#include "core/graph/products.h"

namespace vecext::graph {
namespace {

/// Rows of the sample that the scales and the entries are taken from: of a graph of their own.
constexpr std::size_t kGraphSample = 8192;
/// Rows that are brought to their pieces at a time.
constexpr std::size_t kAddedRows = 1024;
/// Rows of a piece, at least.
constexpr std::size_t kLeastRows = 1024;
/// Bytes of records that are read at a time.
constexpr std::size_t kReadBytes = std::size_t{1} << 16;
/// Bytes of made pages, and of records.
constexpr std::size_t kMadeBytes = std::size_t{kPagesAtOnce} * kPageSize;
/// Pieces that there may come to be for each that rows alone make necessary.
constexpr std::size_t kSpare = 4;

std::size_t distance_bytes(const NodeLayout& layout) {
  return static_cast<std::size_t>(layout.slots) * static_cast<std::size_t>(layout.degree) *
         sizeof(float);
}

std::size_t entry_bytes(const Vectors& vectors, const Loops& loops, std::size_t all) {
  Entries entries(vectors, loops, all);
  return bytes_taken([&](Arena arena) { entries.take(arena); });
}

ConstructOptions of_piece(ConstructOptions options) {
  options.replicas = 1;  // every row is in two pieces
  return options;
}

}  // namespace

std::size_t least_piece_bytes(const GraphModel& model, const ConstructOptions& construction,
                              std::int32_t floats, std::size_t rows) {
  GraphModel any = model;
  return Pieces(&any, kMain, {construction, floats, {}, nullptr, 0}).least_bytes(rows);
}

Pieces::Pieces(GraphModel* model, Part part, const PieceWork& work)
    : model_(model),
      part_(part),
      work_(work),
      construction_(of_piece(work.construction)),
      loops_{.k = 1,
             .rounds = 1,
             .threads = construction_.threads,
             .seed = construction_.seed,
             .stop = construction_.stop,
             .stop_context = construction_.stop_context},
      memory_(work.memory, work.bytes),
      plan_(work.floats) {}

std::size_t Pieces::least_bytes(std::size_t rows) const {
  // Of a page each kLeastRows, and of a node what reach.h has.
  const std::size_t later = rows / slots() * 2 * sizeof(PageId) + 2 * rows * sizeof(NodeId);
  return later + 2 * chunk_bytes(kLeastRows) +
         kSpare * (2 * rows / kLeastRows + 1) * (stride() * sizeof(float) + sizeof(Piece));
}

bool Pieces::take(std::size_t all) {
  // What comes later: numbers of pages and rows.
  const std::size_t later = (all / slots() + 2 * kMostPieces) * sizeof(PageId) +
                            all * sizeof(std::uint32_t) + 4 * kAlignment;
  const std::size_t left = memory_.size() > later ? memory_.size() - later : 0;
  const std::size_t pieces = 2 * all / std::max(rows_within(left), kLeastRows) + 1;
  const std::size_t most = std::min<std::size_t>(kMostPieces, kSpare * pieces);
  piece_ = memory_.arena().array<Piece>(most);
  entry_row_ = memory_.arena().array<RowId>(kMaxEntries);
  entry_ordinal_ = memory_.arena().array<std::uint32_t>(kMaxEntries);
  entry_x_ = memory_.arena().array<float>(kMaxEntries * stride());
  const bool has_leaders = plan_.take(memory_.arena(), static_cast<std::int32_t>(most));
  if (piece_ == nullptr || entry_row_ == nullptr || entry_ordinal_ == nullptr ||
      entry_x_ == nullptr || !has_leaders) {
    return false;
  }
  const std::size_t taken = later + 2 * pieces * work_.spill.file_bytes;
  const std::size_t rest = memory_.rest().size();
  piece_rows_ = std::max(rows_within(rest > taken ? rest - taken : 0), kLeastRows);
  return true;
}

Status Pieces::plan(float* x, const RowId* rows, std::size_t n, std::size_t all) {
  if (!take(all)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const Workspace scratch = memory_.rest();
  if (model_->metric() == Metric::kInnerProduct) {
    Workspace lengths = scratch;
    if (!product_limit(x, n, model_->dims(), stride(), lengths.arena(), &product_limit_)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    fill_product_dims(x, n, model_->dims(), stride(), product_limit_);
  }
  Status status = plan_.make({x, n, all, piece_rows_}, loops_, scratch);
  for (std::int32_t p = 0; p < plan_.pieces(); ++p) {
    piece_[p].rows.init(&work_.spill, row_bytes());
    piece_[p].lists.init(&work_.spill, list_record_bytes(model_->layout));
  }
  distances_.init(&work_.spill, distance_bytes(model_->layout));
  return status.ok() ? choose_entries(x, rows, n, all) : status;
}

/// Those of a graph of some rows of the sample. Its edges are longer than those of all rows, by
/// less than what a scale is rounded by.
Status Pieces::choose_entries(const float* x, const RowId* rows, std::size_t n, std::size_t all) {
  ConstructOptions options = construction_;
  options.replicas = kMostReplicas;
  std::size_t chosen = std::min(n, kGraphSample);
  const auto bytes = [&] {
    return chosen * (stride() * sizeof(float) + sizeof(std::uint32_t)) + 2 * kAlignment +
           construct_memory(chosen, work_.floats, options.degree, options.threads) +
           entry_bytes({nullptr, nullptr, static_cast<std::uint32_t>(chosen), work_.floats}, loops_,
                       all);
  };
  while (chosen > 1 && bytes() > memory_.rest().size()) {
    chosen /= 2;
  }
  Workspace scratch = memory_.rest();
  auto* picked = scratch.arena().array<std::uint32_t>(chosen);
  auto* copy = scratch.arena().array<float>(chosen * stride());
  if (picked == nullptr || copy == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  for (std::size_t i = 0; i < chosen; ++i) {
    picked[i] = static_cast<std::uint32_t>(i * n / chosen);
    std::copy_n(x + picked[i] * stride(), stride(), copy + i * stride());
  }
  Graph graph;
  if (const Status status =
          construct(copy, chosen, work_.floats, options, scratch.arena(), scratch.arena(), &graph);
      !status.ok()) {
    return status;
  }
  // More of them than a graph of so few rows has by itself.
  const Vectors vectors{copy, graph.row, graph.nodes, work_.floats};
  Entries entries(vectors, loops_, all);
  if (n > 0) {
    if (!entries.take(scratch.arena())) {
      return {.code = StatusCode::kOutOfMemory};
    }
    const Status status = entries.choose(loops_.seed, graph.entries, &graph.entry_count);
    if (!status.ok()) {
      return status;
    }
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

Status Pieces::add(float* x, const RowId* rows, const std::byte* own, std::size_t n) {
  if (n > kMaxNodes - rows_) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Workspace scratch = memory_.rest();
  const std::size_t size = row_bytes();
  auto* records = scratch.arena().array<std::byte>(kAddedRows * size);
  auto* places = scratch.arena().array<Places>(kAddedRows);
  if (records == nullptr || places == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const std::size_t work = stride() * static_cast<std::size_t>(plan_.pieces() + 32);
  for (std::size_t first = 0; first < n; first += kAddedRows) {
    const std::size_t part = std::min(kAddedRows, n - first);
    const auto bring = [&](std::size_t i) {
      std::byte* record = records + i * size;
      std::byte* kept = record + sizeof(RowRecord);
      float* vector = x + (first + i) * stride();
      if (own != nullptr) {
        std::memcpy(kept, own + (first + i) * own_bytes(), own_bytes());
      } else {
        std::memset(kept, 0, own_bytes());
        put_own(model_->own(), vector, model_->dims(), kept);
      }
      // By what is kept of it, so that rows whose nodes are twins have the same home.
      get_own(model_->own(), kept, model_->dims(), vector);
      if (model_->metric() == Metric::kInnerProduct) {
        fill_product_dims(vector, 1, model_->dims(), stride(), product_limit_);
      }
      places[i] = plan_.places(vector);
      const RowRecord head{rows_ + static_cast<std::uint32_t>(i), rows[first + i],
                           places[i].piece[0]};
      std::memcpy(record, &head, sizeof head);
    };
    Status status =
        for_each_stretch(loops_, part, work, [&](std::size_t begin, std::size_t end, std::int32_t) {
          for (std::size_t i = begin; i < end; ++i) bring(i);
        });
    if (status.ok()) {
      status = append_rows(records, places, part);
    }
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

Status Pieces::append_rows(const std::byte* records, const Places* places, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    RowRecord head;
    std::memcpy(&head, records + i * row_bytes(), sizeof head);
    note_entry(head.row, rows_++);
    for (const std::uint16_t p : places[i].piece) {
      if (p == kNoPiece) {
        continue;
      }
      const Status status = piece_[p].rows.append(records + i * row_bytes(), 1);
      if (!status.ok()) {
        return status;
      }
    }
  }
  return {};
}

void Pieces::note_entry(RowId row, std::uint32_t ordinal) {
  const auto before = [](RowId a, RowId b) { return a.packed() < b.packed(); };
  RowId* end = entry_row_ + entry_count_;
  const RowId* found = std::lower_bound(entry_row_, end, row, before);
  if (found < end && *found == row) {
    entry_ordinal_[found - entry_row_] = ordinal;
  }
}

/// Memory for the numbers of pages and rows, and what it leaves for pieces.
bool Pieces::take_numbers() {
  // Every part of a piece begins a page.
  std::size_t parts = 0;
  for (std::int32_t p = 0; p < plan_.pieces(); ++p) {
    parts += piece_[p].rows.count() / kLeastRows + 1;
  }
  pages_ = memory_.arena().array<PageId>(rows_ / slots() + parts + 1);
  number_ = memory_.arena().array<std::uint32_t>(rows_);
  if (pages_ == nullptr || number_ == nullptr) {
    return false;
  }
  std::size_t files = 2 * static_cast<std::size_t>(plan_.pieces()) * work_.spill.file_bytes;
  files = std::min(files, memory_.rest().size() / 2);
  piece_rows_ = std::max(rows_within(memory_.rest().size() - files), kLeastRows);
  return true;
}

bool Pieces::take_rows(Arena arena, Chunk* chunk) const {
  chunk->records = arena.array<RowRecord>(chunk->n);
  chunk->x = arena.array<float>(chunk->n * stride());
  return chunk->records != nullptr && chunk->x != nullptr;
}

/// What takes the place of the construction's memory.
bool Pieces::take_homes(Arena arena, Chunk* chunk) const {
  chunk->homes = arena.array<Home>(chunk->n);
  chunk->others = arena.array<std::uint32_t>(chunk->n);
  chunk->place = arena.array<std::uint32_t>(chunk->n);
  chunk->made = arena.array<std::byte>(kMadeBytes);
  chunk->distances =
      arena.array<std::byte>(std::size_t{kPagesAtOnce} * distance_bytes(model_->layout));
  chunk->own = arena.array<std::byte>(chunk->n * own_bytes());
  return chunk->homes != nullptr && chunk->others != nullptr && chunk->place != nullptr &&
         chunk->made != nullptr && chunk->distances != nullptr && chunk->own != nullptr;
}

/// What construct() takes for the graph itself.
std::size_t Pieces::result_bytes(std::size_t n) const {
  const auto degree = static_cast<std::size_t>(construction_.degree);
  return 2 * aligned(n * sizeof(std::uint32_t)) + aligned(n * degree * sizeof(std::uint32_t));
}

/// Memory of n rows of a piece.
std::size_t Pieces::chunk_bytes(std::size_t n) const {
  Chunk chunk{};
  chunk.n = static_cast<std::uint32_t>(n);
  const std::size_t rows = bytes_taken([&](Arena arena) { take_rows(arena, &chunk); });
  const std::size_t homes = bytes_taken([&](Arena arena) { take_homes(arena, &chunk); });
  return rows + std::max(construct_memory(n, work_.floats, construction_.degree,
                                          construction_.threads, construction_.replicas),
                         result_bytes(n) + std::max(homes, 2 * kReadBytes));
}

/// The most rows of a piece that so much memory is enough for.
std::size_t Pieces::rows_within(std::size_t bytes) const {
  std::size_t fit = 0;
  std::size_t most = std::min<std::size_t>(bytes / (stride() * sizeof(float)), kMaxNodes) + 1;
  while (most - fit > 1) {
    const std::size_t middle = fit + (most - fit) / 2;
    (chunk_bytes(middle) <= bytes ? fit : most) = middle;
  }
  return fit;
}

void Pieces::take_row(const std::byte* record, std::uint32_t i, Chunk* chunk) const {
  float* vector = chunk->x + i * stride();
  std::memcpy(chunk->records + i, record, sizeof(RowRecord));
  get_own(model_->own(), record + sizeof(RowRecord), model_->dims(), vector);
  if (model_->metric() == Metric::kInnerProduct) {
    fill_product_dims(vector, 1, model_->dims(), stride(), product_limit_);
  }
}

/// Reads rows from `first` on, and constructs their graph.
Status Pieces::load(Chunk* chunk, std::uint32_t first) {
  Workspace memory = memory_.rest();
  if (!take_rows(memory.arena(), chunk)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Workspace result = memory.rest();
  auto* block = result.arena().array<std::byte>(result_bytes(chunk->n));
  const Workspace later = result.rest();
  if (block == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Workspace reading = later;
  const SpillFile& file = piece_[chunk->piece].rows;
  const auto at_once =
      static_cast<std::uint32_t>(std::max<std::size_t>(1, kReadBytes / row_bytes()));
  auto* buffer = reading.arena().array<std::byte>(at_once * row_bytes());
  if (buffer == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  for (std::uint32_t done = 0; done < chunk->n; done += at_once) {
    const std::uint32_t part = std::min(at_once, chunk->n - done);
    if (const Status status = file.read(first + done, part, buffer); !status.ok()) {
      return status;
    }
    for (std::uint32_t i = 0; i < part; ++i) {
      take_row(buffer + i * row_bytes(), done + i, chunk);
    }
    if (cluster::stopped(loops_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  chunk->graph = {chunk->records, chunk->x, stride(), {}};
  Workspace graph(block, result_bytes(chunk->n));
  Workspace scratch = later;
  Status status = construct(chunk->x, chunk->n, work_.floats, construction_, graph.arena(),
                            scratch.arena(), &chunk->graph.graph);
  if (!status.ok()) {
    return status;
  }
  Workspace after = later;
  if (!take_homes(after.arena(), chunk)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  status = order_nodes(chunk);
  return status.ok() ? load_own(chunk, first) : status;
}

/// Which nodes get a slot here, in their order, and which go to their homes.
Status Pieces::order_nodes(Chunk* chunk) {
  const Graph& graph = chunk->graph.graph;
  std::uint32_t first = 0;       // of the twins at hand
  std::uint32_t home = kNoNode;  // the first of them that has its home here
  const auto base = static_cast<std::uint32_t>(page_count_ * slots());
  std::fill_n(chunk->place, chunk->n, kNoNode);
  return for_each_in_turn(loops_, graph.nodes, [&](std::size_t i) {
    const auto node = static_cast<std::uint32_t>(i);
    if (!chunk->graph.is_twin(node)) {
      first = node;
      home = kNoNode;
    }
    const RowRecord& record = chunk->graph.record(node);
    if (record.home == chunk->piece) {
      const std::uint32_t place = chunk->home_count++;
      chunk->homes[place] = {node, home == kNoNode ? first : kNoNode};
      home = home == kNoNode ? place : home;
      chunk->place[graph.row[node]] = place;
      number_[record.ordinal] = base + home;
    } else if (node == first) {
      chunk->others[chunk->other_count++] = node;
    }
  });
}

Status Pieces::load_own(Chunk* chunk, std::uint32_t first) {
  const auto at_once = static_cast<std::uint32_t>(kMadeBytes / row_bytes());
  for (std::uint32_t done = 0; done < chunk->n; done += at_once) {
    const std::uint32_t part = std::min(at_once, chunk->n - done);
    const Status status = piece_[chunk->piece].rows.read(first + done, part, chunk->made);
    if (!status.ok()) {
      return status;
    }
    for (std::uint32_t i = 0; i < part; ++i) {
      if (const std::uint32_t place = chunk->place[done + i]; place != kNoNode) {
        std::memcpy(chunk->own + place * own_bytes(),
                    chunk->made + i * row_bytes() + sizeof(RowRecord), own_bytes());
      }
    }
    if (cluster::stopped(loops_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  return {};
}

void Pieces::make_pages(const Chunk& chunk, std::uint32_t first, std::uint32_t n) const {
  const std::size_t pages = (n + slots() - 1) / slots();
  run_parallel(loops_.threads, pages, [&](std::size_t i, std::int32_t) {
    make_page(chunk, first + static_cast<std::uint32_t>(i * slots()), chunk.made + i * kPageSize,
              chunk.distances + i * distance_bytes(model_->layout));
  });
}

/// A page of the homes from `first` on; neighbours are ordinals, and `twin` tells that one follows.
void Pieces::make_page(const Chunk& chunk, std::uint32_t first, std::byte* page,
                       std::byte* distances) const {
  const NodeLayout& layout = model_->layout;
  const std::uint32_t n = std::min(static_cast<std::uint32_t>(slots()), chunk.home_count - first);
  init_page(page, PageKind::kNodes, 0, part().chain);
  page_head(page)->rows = static_cast<std::uint16_t>(n);
  std::memset(distances, 0, distance_bytes(layout));
  for (std::uint32_t i = 0; i < n; ++i) {
    const Home& home = chunk.homes[first + i];
    const bool has_twin =
        first + i + 1 < chunk.home_count && chunk.homes[first + i + 1].list == kNoNode;
    const auto slot = node_slot(page, layout, static_cast<std::int32_t>(i));
    *slot.head() = {.row = chunk.graph.record(home.node).row,
                    .flags = home.list == kNoNode ? kIsTwin : std::uint16_t{0},
                    .twin = has_twin ? 0 : kNoNode,
                    .mark = kNodeMark};
    std::memcpy(slot.own(), chunk.own + (first + i) * own_bytes(), own_bytes());
    std::fill_n(slot.neighbours(), layout.degree, kNoNode);
    if (home.list != kNoNode) {
      put_list(*model_, chunk.graph, home.list,
               {slot.neighbours(),
                reinterpret_cast<float*>(distances) + i * static_cast<std::size_t>(layout.degree),
                slot.at + layout.blocks_offset()});
    }
  }
}

/// Lists of nodes whose home is another piece go there.
Status Pieces::put_others(const Chunk& chunk) {
  const std::size_t size = list_record_bytes(model_->layout);
  const auto at_once = static_cast<std::uint32_t>(kMadeBytes / size);
  for (std::uint32_t done = 0; done < chunk.other_count; done += at_once) {
    const std::uint32_t part = std::min(at_once, chunk.other_count - done);
    const Status status = for_each_stretch(
        loops_, part, 64 * stride() * static_cast<std::size_t>(model_->layout.degree),
        [&](std::size_t begin, std::size_t end, std::int32_t) {
          for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t node = chunk.others[done + i];
            std::byte* record = chunk.made + i * size;
            std::memcpy(record, &chunk.graph.record(node).ordinal, sizeof(std::uint32_t));
            put_list(*model_, chunk.graph, node, list_of_record(record, model_->layout));
          }
        });
    if (!status.ok()) {
      return status;
    }
    for (std::uint32_t i = 0; i < part; ++i) {
      const std::uint16_t home = chunk.graph.record(chunk.others[done + i]).home;
      if (const Status put = piece_[home].lists.append(chunk.made + i * size, 1); !put.ok()) {
        return put;
      }
    }
  }
  return {};
}

bool Pieces::take_merge(const Piece& piece, Merge* merge) {
  Workspace memory = memory_.rest();
  const Arena arena = memory.arena();
  merge->pages = arena.array<std::byte>(kMadeBytes);
  merge->distances =
      arena.array<std::byte>(std::size_t{kPagesAtOnce} * distance_bytes(model_->layout));
  merge->list_of = arena.array<std::uint32_t>((piece.end_page - piece.first_page) * slots());
  const std::size_t size = list_record_bytes(model_->layout);
  const std::size_t room = std::min<std::size_t>(memory.rest().size() / size, piece.lists.count());
  merge->room = static_cast<std::uint32_t>(room);
  merge->lists = arena.array<std::byte>(room * size);
  return merge->pages != nullptr && merge->distances != nullptr && merge->list_of != nullptr &&
         merge->lists != nullptr && (room > 0 || piece.lists.count() == 0);
}

/// Takes the lists of nodes on the pages at hand.
Status Pieces::load_lists(const Piece& piece, Merge* merge) {
  const std::size_t size = piece.lists.record();
  const auto begin = static_cast<std::uint32_t>(merge->first * slots());
  const auto end = static_cast<std::uint32_t>(merge->end * slots());
  std::fill_n(merge->list_of, end - begin, kNoNode);
  std::uint32_t taken = 0;
  const auto at_once = static_cast<std::uint32_t>(kMadeBytes / size);
  for (std::uint32_t done = 0; done < piece.lists.count(); done += at_once) {
    const std::uint32_t part = std::min(at_once, piece.lists.count() - done);
    if (const Status status = piece.lists.read(done, part, merge->pages); !status.ok()) {
      return status;
    }
    for (std::uint32_t i = 0; i < part; ++i) {
      std::uint32_t ordinal;
      std::memcpy(&ordinal, merge->pages + i * size, sizeof ordinal);
      const std::uint32_t node = number_[ordinal];
      // Of nodes that were twins here and not there, the first brings its list.
      if (node < begin || node >= end || merge->list_of[node - begin] != kNoNode ||
          taken == merge->room) {
        continue;
      }
      merge->list_of[node - begin] = taken;
      std::memcpy(merge->lists + taken++ * size, merge->pages + i * size, size);
    }
    if (cluster::stopped(loops_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  return {};
}

void Pieces::merge_pages(const Merge& merge, std::uint32_t first, std::uint32_t n) const {
  const NodeLayout& layout = model_->layout;
  const NodeNumbers numbers{number_, rows_, pages()};
  const ListMerge lists(*model_, numbers, construction_.alpha);
  run_parallel(loops_.threads, n, [&](std::size_t i, std::int32_t) {
    std::byte* page = merge.pages + i * kPageSize;
    const auto* distances =
        reinterpret_cast<const float*>(merge.distances + i * distance_bytes(layout));
    const auto base = static_cast<std::uint32_t>((first + i) * slots());
    for (std::int32_t s = 0; s < page_head(page)->rows; ++s) {
      const auto slot = node_slot(page, layout, s);
      const std::uint32_t node = base + static_cast<std::uint32_t>(s);
      if (slot.head()->twin != kNoNode) {
        slot.head()->twin = numbers.pages.id_of(node + 1);
      }
      if ((slot.head()->flags & kIsTwin) == 0) {
        const std::uint32_t list = merge.list_of[node - merge.first * slots()];
        lists.merge(node, slot, distances + s * layout.degree,
                    list == kNoNode ? nullptr : merge.lists + list * list_record_bytes(layout));
      }
    }
  });
}

/// Entries are nodes by now. A row of the sample that did not come again is none; there is one at
/// least where there are nodes.
EntryPoints Pieces::entries() {
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
