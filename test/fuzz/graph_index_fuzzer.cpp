// Indexes of graphs, with codes and flat, some bytes of whose pages are changed: searches with and
// without a set, inserts, removing rows, rebuilds and checking end, with an answer or an error.
#include <deque>

#include "core/filter/row_bits.h"
#include "core/graph/format/list_verify.h"
#include "core/graph/format/node_rows.h"
#include "core/graph/search/graph_query.h"
#include "damaged_store.h"
#include "graph/flat_index.h"
#include "graph/graph_index.h"

namespace vecext::fuzz {
namespace {

using test::FlatIndex;
using test::GraphIndex;
using test::Value;

constexpr int kDims = 12;
constexpr int kNodes = 70;
constexpr int kRows = 100;

/// The row of an index that its maker has put in, or the one that use() inserts.
bool is_known(RowId row) {
  return row.page < 10 && row.line >= 1 && row.line <= 50 && GraphIndex::number(row) <= kRows;
}

template <class Index>
void remove_some(Index* index) {
  RemovedRows rows{[](void*, RowId row) { return GraphIndex::number(row) % 9 == 4; }, nullptr, 0,
                   0};
  for (PageId page = 1; page < index->store.size(); ++page) {
    require(remove_graph_rows(index->store, index->model, page, &rows).ok());
  }
}

/// A graph with codes, pending rows, removed ones, and a delta graph if wanted.
struct CodedFixture {
  GraphIndex index;
  DamagedStore store;

  CodedFixture(Metric metric, bool has_delta)
      : index(metric, kDims, test::graph_rows(kNodes, kDims)), store(fill(has_delta)) {}

  test::MemoryStore& fill(bool has_delta) {
    const std::vector<float> all = test::graph_rows(kRows, kDims);
    for (int i = kNodes; i < kRows; ++i) {
      index.insert(i, all.data() + i * kDims);
      if (has_delta && i == kRows - 10) {
        require(index.rebuild_part(Rebuilt::kDelta).ok());
      }
    }
    remove_some(&index);
    return index.store;
  }

  Status search(const GraphModel& model, const RowFilter& filter, Arena memory, Candidates* found) {
    GraphQuery query;
    require(prepare_search(model, index.vector(7), memory, &query));
    Frontier work(memory);
    GraphCounts counts{};
    return search_graph(store, model, query, {20, 20, filter}, &work, found, &counts);
  }
  Status insert(GraphModel* model, Arena memory) {
    auto* rotated = memory.array<float>(static_cast<std::size_t>(model->dims()));
    PendingRow pending;
    if (rotated == nullptr) {
      return {.code = StatusCode::kOutOfMemory};
    }
    transform_vector(model->transform, index.vector(7), false, rotated);
    if (!make_pending(*model, rotated, GraphIndex::row(kRows), memory, &pending)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    std::uint32_t pages;
    return insert_pending(store, *model, pending, &model->meta.pending_tail, &pages);
  }
  Status make_again(GraphModel* model, std::uint32_t part, Arena memory) {
    const RebuildWork work{index.construction, memory, memory, std::size_t{8} << 20,
                           index.temp_files.interface()};
    const bool product = model->metric() == Metric::kInnerProduct;
    RebuiltGraph graph;
    return rebuild(store, model, static_cast<Rebuilt>(part % 3),
                   model->dims() + (product ? kProductDims : 0), work, &graph);
  }
};

/// A flat graph with pending rows and removed ones.
struct FlatFixture {
  FlatIndex index;
  DamagedStore store;

  FlatFixture(const test::Class& of, int nodes, int rows)
      : index(of, first(of, nodes)), store(fill(of, nodes, rows)) {}

  static std::vector<Value> first(const test::Class& of, int n) { return flat_values(of, n); }
  test::MemoryStore& fill(const test::Class& of, int nodes, int rows) {
    const std::vector<Value> all = flat_values(of, rows);
    for (int i = nodes; i < rows; ++i) {
      index.insert(all[static_cast<std::size_t>(i)]);
    }
    remove_some(&index);
    return index.store;
  }

  Status search(const GraphModel& model, const RowFilter& filter, Arena memory, Candidates* found) {
    Frontier work(memory);
    GraphCounts counts{};
    return search_flat(store, model, index.values[7].data(), {20, 20, filter}, &work, memory, found,
                       &counts);
  }
  Status insert(GraphModel* model, Arena memory) {
    std::uint32_t pages;
    return insert_flat(store, *model, GraphIndex::row(kRows), index.values[7].data(), memory,
                       &model->meta.pending_tail, &pages);
  }
  Status make_again(GraphModel* model, std::uint32_t, Arena memory) {
    return rebuild_flat(store, model, {index.construction(), memory, memory, SIZE_MAX, {}});
  }
};

template <class Fixture>
class Use {
 public:
  explicit Use(Fixture* of) : of_(*of), store_(of->store) {}

  /// Does what `actions` say: checking, a search, changes, another search, and checking.
  void run(std::uint32_t actions) {
    if (!load()) {
      return;
    }
    if ((actions & 1) != 0) {
      verify();
    }
    if ((actions & 2) != 0) {
      search((actions & 256) != 0);
    }
    // Most often one change, since rebuilding takes much longer than all else.
    const std::uint32_t change = actions >> 2 & 15;
    for (std::uint32_t i = 0; i < 4 && load(); ++i) {
      if (change % 5 == i || change == 15) {
        run_change(i, actions);
      }
    }
    if ((actions & 64) != 0 && load()) {
      search((actions & 256) != 0);
    }
    if ((actions & 128) != 0 && load()) {
      verify();
    }
  }

 private:
  bool load() {
    const Status status = load_graph(store_, memory_, &model_);
    require_answer(is_sound_, status);
    // As the server has it: the index is one of its column.
    const GraphMeta& known = of_.index.model.meta;
    return status.ok() && model_.meta.dims == known.dims && model_.meta.metric == known.metric &&
           model_.meta.element == known.element;
  }

  void verify() {
    const RowVisitor visitor{[](void* context, RowId row, const std::byte* rerank) {
                               auto* self = static_cast<Use*>(context);
                               auto* index = &self->of_.index;
                               self->shown_.add(row);
                               return is_known(row) &&
                                      (GraphIndex::number(row) == kRows
                                           ? self->is_inserted_
                                           : index->rerank_matches(index, row, rerank));
                             },
                             this};
    shown_.clear();
    // rerank_matches() reads vectors in the form of the index as it was built.
    GraphModel& built = of_.index.model;
    if (model_.meta.rerank != built.meta.rerank || model_.meta.rotated != built.meta.rotated) {
      return;
    }
    GraphSummary summary;
    VerifyFinding finding;
    GraphModel verified = model_;
    Status status = verify_graph(store_, &verified, visitor, memory_, &summary, &finding);
    if (status.ok() && finding.what == nullptr) {
      status = verify_all_lists(store_, verified, memory_, &finding);
    }
    const bool is_sound = status.ok() && finding.what == nullptr && !shown_.has_one_twice();
    require(is_sound || !is_sound_ || status.code == StatusCode::kOutOfMemory);
    is_sound_ = is_sound;
  }

  void search(bool has_set) {
    RowBits set(memory_);
    RowFilter filter;
    if (has_set) {
      const std::uint16_t lines[] = {1, 2, 8, 40};
      require(set.add(0, lines, 4) && set.add(1, lines, 4));
      filter = set.filter();
      if (!model_.is_flat()) {
        const Status loaded = load_node_rows(store_, memory_, &model_);
        require_answer(is_sound_, loaded);
        if (!loaded.ok()) {
          return;
        }
      }
    }
    Candidates found(memory_);
    require_answer(is_sound_, of_.search(model_, filter, memory_, &found));
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    for (std::int64_t i = 0; i < count; ++i) {
      require(!is_sound_ || is_known(rows[i].row));
    }
  }

  void run_change(std::uint32_t number, std::uint32_t actions) {
    switch (number) {
      case 0:
        require_answer(is_sound_, of_.insert(&model_, memory_));
        is_inserted_ = true;
        break;
      case 1: {
        RemovedRows rows{[](void*, RowId row) { return row.line % 7 == 0; }, nullptr, 0, 0};
        Status status;
        for (PageId page = 1; status.ok() && page < store_.pages(); ++page) {
          status = remove_graph_rows(store_, model_, page, &rows);
        }
        require_answer(is_sound_, status);
        break;
      }
      case 2:
        require_answer(is_sound_, free_unused(store_, model_, memory_));
        break;
      default:
        require_answer(is_sound_, of_.make_again(&model_, actions >> 9, memory_));
        break;
    }
  }

  Fixture& of_;
  DamagedStore& store_;
  ExactMemory memory_;
  GraphModel model_{};
  ShownRows shown_;
  bool is_inserted_ = false;
  bool is_sound_ = false;  // as far as checking says
};

template <class Fixture>
void run(Fixture* fixture, Input* input) {
  const std::uint32_t actions = input->two();
  fixture->store.damage(input, 8, true);
  Use<Fixture>(fixture).run(actions);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext;
  using namespace vecext::fuzz;
  static CodedFixture coded[] = {{Metric::kL2, true}, {Metric::kInnerProduct, false}};
  static FlatFixture flat[] = {
      {{Element::kBit, Metric::kJaccard, 40}, kNodes, kRows},
      {{Element::kFloat, Metric::kL1, 10}, kNodes, kRows},
      {{Element::kSparse, Metric::kL2, 500, 30}, kNodes, kRows},
      {{Element::kBit, Metric::kHamming, 64000}, 20, 24},  // of two pages each
  };
  Input input(data, size);
  const std::uint32_t which = input.byte() % 6;
  if (which < 2) {
    run(coded + which, &input);
  } else {
    run(flat + (which - 2), &input);
  }
  return 0;
}
