// Indexes of lists, of all forms of codes, some bytes of whose pages are changed: searches with and
// without a set, inserts, removing rows, rebalancing and checking end, with an answer or an error.
#include <vector>

#include "core/filter/row_bits.h"
#include "core/ivf/lists/compact.h"
#include "core/ivf/lists/list_rows.h"
#include "core/ivf/lists/refresh.h"
#include "core/ivf/lists/residual.h"
#include "core/ivf/lists/list_vacuum.h"
#include "damaged_store.h"
#include "ivf/test_index.h"

namespace vecext::fuzz {
namespace {

using test::TestIndex;

constexpr int kDims = 12;
constexpr int kRows = 150;
constexpr int kMore = 170;

bool is_known(RowId row) {
  return row.page < 10 && row.line >= 1 && row.line <= 50 && TestIndex::number(row) <= kMore;
}

/// Lists with inserted and removed rows, and one that was split.
struct Fixture {
  TestIndex index;
  DamagedStore store;

  explicit Fixture(const test::Options& options)
      : index(options, test::clustered_rows(kRows, kDims)), store(fill()) {}

  static bool fetch(void* context, RowId row, float* out) {
    auto* index = static_cast<TestIndex*>(context);
    const int number = is_known(row) ? TestIndex::number(row) % kRows : 0;
    transform_vector(index->model.transform(), index->vector(number), false, out);
    return true;
  }

  test::MemoryStore& fill() {
    const std::vector<float> all = test::clustered_rows(kMore, kDims);
    for (int i = kRows; i < kMore; ++i) {
      require(index.insert(i, all.data() + i * kDims).ok());
    }
    ivf::Model model = index.load(4);
    ivf::Rebalanced made;
    require(rebalance(index.store, &model, {{1, -1}, 1, 2}, {fetch, &index},
                      {index.arena, std::size_t{1} << 30}, &made)
                .ok());
    index.model = index.load();
    RemovedRows rows{[](void*, RowId row) { return TestIndex::number(row) % 9 == 4; }, nullptr, 0,
                     0};
    ivf::PageUse use;
    for (PageId page = 1; page < index.store.size(); ++page) {
      require(remove_rows(index.store, index.model, page, &rows, &use).ok());
    }
    return index.store;
  }
};

class Use {
 public:
  explicit Use(Fixture* of) : of_(*of), store_(of->store) {}

  /// Does what `actions` say: checking, a search, changes, another search, and checking.
  void run(std::uint32_t actions) {
    if (!load(0)) {
      return;
    }
    if ((actions & 1) != 0) {
      verify();
    }
    if ((actions & 2) != 0) {
      search(actions);
    }
    const std::uint32_t change = actions >> 2 & 15;
    for (std::uint32_t i = 0; i < 4 && load(4); ++i) {
      if (change % 5 == i || change == 15) {
        run_change(i, actions);
      }
    }
    if ((actions & 64) != 0 && load(0)) {
      search(actions);
    }
    if ((actions & 128) != 0 && load(0)) {
      verify();
    }
  }

 private:
  bool load(int spare) {
    const Status status = load_model(store_, memory_, spare, &model_);
    require_answer(is_sound_, status);
    // As the server has it: the index is one of its column.
    const Meta& known = of_.index.model.meta;
    return status.ok() && model_.meta.dims == known.dims && model_.meta.metric == known.metric &&
           model_.meta.element == known.element;
  }

  void verify() {
    // rerank_matches() reads vectors in the form of the index as it was built.
    const Meta& built = of_.index.model.meta;
    if (model_.meta.rerank != built.rerank || model_.meta.rotated != built.rotated) {
      return;
    }
    const RowVisitor visitor{[](void* context, RowId row, const std::byte* rerank) {
                               auto* self = static_cast<Use*>(context);
                               self->shown_.add(row);
                               return is_known(row) &&
                                      (TestIndex::number(row) != kMore || self->is_inserted_) &&
                                      TestIndex::rerank_matches(&self->of_.index, row, rerank);
                             },
                             this};
    shown_.clear();
    ivf::ListSummary summary;
    VerifyFinding finding;
    const Status status = ivf::verify(store_, model_, visitor, memory_, &summary, &finding);
    const bool is_sound = status.ok() && finding.what == nullptr && !shown_.has_one_twice();
    require(is_sound || !is_sound_ || status.code == StatusCode::kOutOfMemory);
    is_sound_ = is_sound;
  }

  void search(std::uint32_t actions) {
    RowBits set(memory_);
    RowFilter filter;
    if ((actions & 256) != 0) {
      const std::uint16_t lines[] = {1, 2, 8, 40};
      require(set.add(0, lines, 4) && set.add(1, lines, 4));
      filter = set.filter();
    }
    ivf::SearchQuery query;
    require(prepare_search(model_, of_.index.vector(7), memory_, &query));
    ivf::ProbeOrder order;
    if (!order.prepare(model_, query.rotated, memory_)) {
      return;
    }
    Candidates found(memory_);
    ivf::SearchCounts counts{};
    const int probes = (actions & 512) != 0 ? 100 : 0;
    require_answer(is_sound_, ivf::search(store_, model_, query, {20, 0, probes, 0.9F, filter},
                                          vector_distance(model_.element(), model_.metric()),
                                          memory_, &order, &found, &counts));
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    for (std::int64_t i = 0; i < count; ++i) {
      require(!is_sound_ || is_known(rows[i].row));
    }
    require_answer(is_sound_, each_list_row(store_, model_, [&](RowId row) {
                     require(!is_sound_ || is_known(row));
                   }));
  }

  void insert() {
    float* rotated = memory_.array<float>(static_cast<std::size_t>(model_.dims()));
    std::byte* record = memory_.array<std::byte>(record_layout(model_).size());
    if (rotated == nullptr || record == nullptr) {
      return;
    }
    transform_vector(model_.transform(), of_.index.vector(7), false, rotated);
    std::int32_t list;
    if (const Status status = nearest_list(model_, rotated, -1, memory_, &list);
        !status.ok() || list < 0) {
      require_answer(is_sound_, status.ok() ? Status{.code = StatusCode::kCorrupt} : status);
      return;
    }
    make_record(model_, of_.index.vector(7), rotated, list, TestIndex::row(kMore), record);
    std::uint32_t rows;
    require_answer(is_sound_, insert_record(store_, model_, record, &rows));
    require_answer(is_sound_, note_residual(store_, rotated, list, &model_));
    rotated[0] += 1e6F;
    require_answer(is_sound_, note_residual(store_, rotated, list, &model_));
    is_inserted_ = true;
  }

  void vacuum() {
    RemovedRows rows{[](void*, RowId row) { return row.line % 7 == 0; }, nullptr, 0, 0};
    const PageId pages = store_.pages();
    std::vector<ivf::PageUse> use(pages);
    Status status;
    for (PageId page = 1; status.ok() && page < pages; ++page) {
      status = remove_rows(store_, model_, page, &rows, &use[page]);
    }
    if (status.ok()) {
      status = mark_in_use(store_, model_, pages, use.data());
    }
    if (status.ok()) {
      status = ivf::free_unused(store_, pages, use.data());
    }
    require_answer(is_sound_, status);
  }

  void run_change(std::uint32_t number, std::uint32_t actions) {
    const ivf::RowSource source{Fixture::fetch, &of_.index};
    const ivf::RebalanceMemory memory{memory_, std::size_t{4} << 20};
    ivf::Rebalanced made;
    switch (number) {
      case 0:
        insert();
        break;
      case 1:
        vacuum();
        break;
      case 2: {
        Status status;
        for (std::int32_t list = 0; status.ok() && list < model_.lists(); ++list) {
          if (model_.room < model_.lists() + 2) {
            return;
          }
          status = compact_list(store_, &model_, list, true, source, memory, &made);
        }
        require_answer(is_sound_, status);
        break;
      }
      default: {
        const auto list = static_cast<std::int32_t>(actions >> 10) % std::max(model_.lists(), 1);
        if (!model_.is_vacant(list) && model_.room >= model_.lists() + 2) {
          require_answer(is_sound_,
                         rebalance(store_, &model_, {{list, -1}, 1, 2}, source, memory, &made));
          bool done;
          require_answer(is_sound_, refresh_model(store_, &model_, &done));
        }
        break;
      }
    }
  }

  Fixture& of_;
  DamagedStore& store_;
  struct Memory : ExactMemory {
    template <class T>
    T* array(std::size_t n) {
      return static_cast<Arena>(*this).array<T>(n);
    }
  } memory_;
  ivf::Model model_{};
  ShownRows shown_;
  bool is_inserted_ = false;
  bool is_sound_ = false;  // as far as checking says
};

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext;
  using namespace vecext::fuzz;
  static Fixture fixtures[] = {
      Fixture({.bits = 4, .dims = kDims, .lists = 4}),
      Fixture({.metric = Metric::kInnerProduct, .bits = 1, .dims = kDims, .lists = 3}),
      Fixture({.bits = 0, .dims = kDims, .lists = 4}),
      Fixture({.bits = 1, .dims = kDims, .lists = 3, .rerank = Rerank::kHalf}),
      Fixture({.bits = 2, .dims = kDims, .lists = 3}),
  };
  Input input(data, size);
  Fixture& fixture = fixtures[input.byte() % std::size(fixtures)];
  const std::uint32_t actions = input.two();
  fixture.store.damage(&input, 8, true);
  Use(&fixture).run(actions);
  return 0;
}
