// Indexes of texts and of sparse vectors, some bytes of whose pages are changed: searches, inserts,
// removing rows, flushes, merges and checking end, with an answer or an error.
#include <memory>

#include "core/postings/search/each_match.h"
#include "core/postings/search/query_builder.h"
#include "damaged_store.h"
#include "postings/sparse_index.h"
#include "postings/text_index.h"

namespace vecext::fuzz {
namespace {

using test::TextIndex;

/// Two segments, with blocks, short lists and removed rows, and pending documents of one page and
/// of two.
DamagedStore make_texts() {
  std::mt19937 random(1);
  const test::CorpusOptions options{.documents = 160, .vocabulary = 30, .longest = 8};
  TextIndex index;
  index.add_segment(test::random_corpus(options, random));
  index.add_segment(test::random_corpus({.documents = 30, .vocabulary = 30}, random, {1000, 0}));
  index.remove(0.1, random);
  for (const test::TestDocument& document :
       test::random_corpus({.documents = 12, .vocabulary = 30}, random, {2000, 0})) {
    index.insert(document, document.row.line % 2);
  }
  test::TestDocument wide{{3000, 1}, {}, false};
  for (int i = 0; i < 900; ++i) {
    wide.terms["wide" + std::to_string(i)] = 1;
  }
  index.insert(wide, 1);
  return DamagedStore(index.store);
}

DamagedStore make_weights() {
  std::mt19937 random(2);
  const test::VectorOptions options{.dims = 50, .most = 12, .negative = 0.1};
  test::SparseIndex index;
  index.add_segment(test::random_vectors(0, 160, options, random));
  index.add_segment(test::random_vectors(2000, 30, options, random));
  index.remove(0.1, random);
  for (std::uint32_t i = 4000; i < 4015; ++i) {
    index.insert(test::random_vector(test::row_at(i), options, random),
                 static_cast<std::int32_t>(i % 2));
  }
  return DamagedStore(index.store);
}

/// The row that insert() adds.
constexpr RowId kNew{3001, 7};

/// What the fixtures have: rows of few pages.
bool is_known(RowId row) {
  return (row.page <= 3000 && row.line >= 1 && row.line <= 20) || row == kNew;
}

class Use {
 public:
  Use(DamagedStore* store, bool has_weights) : store_(*store), has_weights_(has_weights) {}

  /// Does what `actions` say: checking, a search, changes, and another search.
  void run(std::uint32_t actions) {
    if (!load()) {
      return;
    }
    if ((actions & 1) != 0) {
      verify();
    }
    if ((actions & 2) != 0) {
      search(actions);
    }
    // Most often one change, since they take much longer than all else; else all of them.
    const std::uint32_t change = actions >> 2 & 15;
    for (std::uint32_t i = 0; i < kChanges && load(); ++i) {
      if (change == i || change == 15) {
        run_change(i, actions);
      }
    }
    if ((actions & 64) != 0 && load()) {
      search(actions);
    }
    if ((actions & 128) != 0 && load()) {
      verify();
    }
  }

 private:
  static constexpr std::uint32_t kChanges = 5;

  void run_change(std::uint32_t number, std::uint32_t actions) {
    switch (number) {
      case 0:
        insert(actions);
        break;
      case 1:
        remove();
        break;
      case 2: {
        postings::Flushed flushed;
        require_answer(is_sound_, postings::flush_pending(store_, 1, 2, 0, memory_, &flushed));
        break;
      }
      case 3:
        merge();
        break;
      default:
        require_answer(is_sound_, postings::free_unused(store_, model_, memory_));
        break;
    }
  }

  bool load() {
    const Status status = postings::load_model(store_, memory_, nullptr, &model_);
    require_answer(is_sound_, status);
    // As the server has it: the method of the index is that of its page 0.
    return status.ok() && model_.has_weights() == has_weights_;
  }

  void verify() {
    const RowVisitor visitor{[](void* context, RowId row, const std::byte*) {
                               auto* self = static_cast<Use*>(context);
                               self->shown_.add(row);
                               return is_known(row) && (row != kNew || self->is_inserted_);
                             },
                             this};
    shown_.clear();
    postings::TextSummary summary;
    VerifyFinding finding;
    const Status status = postings::verify(store_, model_, visitor, memory_, &summary, &finding);
    const bool is_sound = status.ok() && finding.what == nullptr && !shown_.has_one_twice();
    require(is_sound || !is_sound_);
    is_sound_ = is_sound;
  }

  void search(std::uint32_t actions) {
    if (has_weights_) {
      search_weights(actions);
      return;
    }
    const std::string names[] = {test::term_name(0), test::term_name(1), test::term_name(25),
                                 "wide7"};
    postings::Term terms[4];
    for (std::size_t i = 0; i < 4; ++i) {
      terms[i] = test::view_of(names[i]);
    }
    Candidates found(memory_);
    require(found.reset(10));
    postings::SearchCounts counts;
    const bool prunes = (actions & 256) != 0;
    require_answer(is_sound_,
                   postings::search(store_, model_, {terms, 4, 10, {}, prunes}, &found, &counts));
    check_found(&found);
    search_tree(names[1]);
  }

  /// (word AND prefix*) OR NOT word, by scores and without.
  void search_tree(const std::string& word) {
    const std::string_view prefix = std::string_view(word).substr(0, 1);
    postings::QueryBuilder builder(memory_);
    postings::TreeNode* both =
        builder.both(builder.term(word, false, false), builder.term(prefix, true, false), true);
    postings::TreeNode* other = builder.negation(builder.term(word, false, true), true);
    postings::Query query;
    require(builder.finish(builder.either(both, other, true), &query));
    const Status prepared = postings::prepare(store_, model_, memory_, &query);
    require_answer(is_sound_, prepared);
    if (!prepared.ok()) {
      return;
    }
    Candidates found(memory_);
    require(found.reset(10));
    postings::SearchCounts counts;
    require_answer(is_sound_, postings::search(store_, model_, {nullptr, 0, 10, {}, true, &query},
                                               &found, &counts));
    check_found(&found);
    require_answer(is_sound_,
                   postings::each_match(store_, model_, query, {}, memory_, &counts,
                                        [&](RowId row) { require(!is_sound_ || is_known(row)); }));
  }

  void search_weights(std::uint32_t actions) {
    const std::uint32_t indices[] = {0, 1000, 3000, 7000};
    const float values[] = {1, 0.5F, (actions & 512) != 0 ? -2.0F : 2.0F, 3};
    const SparsevecView vector{1 << 20, 4, indices, values};
    Candidates found(memory_);
    require(found.reset(10));
    postings::SearchCounts counts;
    sparse::SparseResult result;
    require_answer(is_sound_, sparse::search(store_, model_, {vector, 10, {}, (actions & 256) != 0},
                                             &found, &counts, &result));
    check_found(&found);
    std::uint64_t with[5] = {};
    std::uint64_t all = 0;
    require_answer(is_sound_,
                   sparse::count_dimensions(store_, model_, vector, memory_, with, &all));
  }

  void check_found(Candidates* found) {
    std::int64_t count;
    const Candidate* rows = found->sorted(&count);
    for (std::int64_t i = 0; i < count; ++i) {
      require(!is_sound_ || is_known(rows[i].row));
    }
  }

  void insert(std::uint32_t actions) {
    const std::string names[] = {test::term_name(0), test::term_name(7), "new"};
    postings::Term terms[3];
    const std::uint32_t frequencies[] = {1, 2, 3};
    for (std::size_t i = 0; i < 3; ++i) {
      terms[i] = has_weights_ ? postings::Term{names[i].data(), 4} : test::view_of(names[i]);
    }
    const std::uint32_t count = has_weights_ ? 0 : 3;
    std::uint32_t pages;
    const auto list = static_cast<std::int32_t>(actions >> 8 & 7);
    require_answer(
        is_sound_,
        postings::insert_text(store_, list, {kNew, 6, terms, frequencies, count}, memory_, &pages));
    is_inserted_ = true;
  }

  void remove() {
    RemovedRows rows{[](void*, RowId row) { return row.line % 7 == 0; }, nullptr, 0, 0};
    require_answer(is_sound_, postings::remove_dead_texts(store_, model_, memory_, &rows));
  }

  void merge() {
    auto chosen = std::make_unique<std::uint32_t[]>(kMostSegments);
    const std::uint32_t count = postings::choose_all(model_, chosen.get());
    if (count > 0) {
      require_answer(is_sound_,
                     postings::merge_segments(store_, model_, chosen.get(), count, memory_));
    }
  }

  DamagedStore& store_;
  bool has_weights_;
  ExactMemory memory_;
  postings::Model model_;
  ShownRows shown_;
  bool is_inserted_ = false;
  bool is_sound_ = false;  // as far as checking says
};

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  static DamagedStore texts = make_texts();
  static DamagedStore weights = make_weights();
  Input input(data, size);
  const bool has_weights = input.byte() % 2 == 1;
  const std::uint32_t actions = input.two();
  DamagedStore& store = has_weights ? weights : texts;
  store.damage(&input, 8, true);
  Use(&store, has_weights).run(actions);
  return 0;
}
