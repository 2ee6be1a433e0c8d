#include "pg/am/effort/observed_effort.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "core/page/meta_head.h"
#include "pg/shared/index_counters.h"
#include "pg/sys/memory.h"
#include "pg/sys/setting.h"

extern "C" {
#include "access/xlog.h"
#include "common/pg_prng.h"
#include "storage/lwlock.h"
#include "utils/guc.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

int observe_one_in;

namespace {

/// After so many observed queries of a user, what follows from them is written to the index. By
/// default, that happens in one query of fifty thousand.
constexpr uint32 kKeptEvery = 50;

/// The greatest setting: one query in so many is observed.
constexpr int kHardlyAny = 1000000000;

/// The content of the block of a user and an index.
struct SharedObserved {
  LWLock lock;
  ObservedEffort of[kSearchClasses];
};

SharedObserved* observed_of(const CachedFile& entry) {
  return reinterpret_cast<SharedObserved*>(entry.shared_observed.bytes);
}

bool happens_once_in(int times) {
  return pg_prng_double(&pg_global_prng_state) * times < 1;
}

/// Initializes *observed with what the index has kept of the user's queries.
void restore(Relation index, Oid user, SharedObserved* observed) {
  BufferStore store(index, nullptr);
  // A page that is not a meta page has no kept efforts.
  (void)store.read(kMetaPage, [&](const std::byte* page) -> Status {
    VECEXT_TRY(check_page(page, PageKind::kMeta));
    for (std::size_t i = 0; i < kKeptEfforts; ++i) {
      const KeptEffort& kept = kept_efforts(page)[i];
      const std::size_t of = class_of(static_cast<SearchWay>(kept.way), kept.most_rows);
      if (kept.user == user && of < kSearchClasses) {
        QueryEffort known{.effort = {}, .steps = kept.steps, .rows = kept.rows};
        std::copy_n(kept.effort, kEffortRecalls.size(), known.effort);
        (void)observed->of[of].restore(known, kept.queries);
      }
    }
    return {};
  });
}

/// Writes what is known of a class to the index. The search has no page locked here.
void keep(Relation index, Oid user, std::size_t of, uint32 queries, const QueryEffort& known) {
  KeptEffort kept{.user = user,
                  .most_rows = static_cast<uint16>(most_rows_of_class(of)),
                  .way = static_cast<uint16>(way_of_class(of)),
                  .queries = queries,
                  .steps = known.steps,
                  .rows = known.rows,
                  .effort = {}};
  std::copy_n(known.effort, kEffortRecalls.size(), kept.effort);
  BufferStore store(index, nullptr);
  (void)store.patch(kMetaPage, [&](const std::byte* page, PagePatch* patch) -> Status {
    VECEXT_TRY(check_page(page, PageKind::kMeta));
    keep_effort(page, kept, patch);
    return {};
  });
}

/// Makes the entry use the user's block of the index. Makes that block if there is none.
void use_observed(CachedFile* entry, Relation index) {
  const BlockKey key{file_locator(index), BlockPart::kObserved, GetOuterUserId()};
  entry->observed_user = key.user;
  if (use_block(key, {}, &entry->shared_observed)) {
    return;
  }
  auto* begun = palloc0_object<SharedObserved>();
  restore(index, key.user, begun);
  const auto copy = [&](std::byte* bytes) {
    auto* observed = new (bytes) SharedObserved(*begun);
    LWLockInitialize(&observed->lock, tranche_of_blocks());
  };
  publish_block(key, {}, sizeof(SharedObserved), 0, copy, &entry->shared_observed);
  pfree(begun);
}

/// Returns the score at which a row is expected, in the middle of its bounds. Returns infinity if
/// the bounds say nothing, so that the row comes last.
double middle(const Candidate& row) {
  const double sum = row.bound + row.upper;
  return std::isnan(sum) ? HUGE_VAL : sum / 2;
}

/// What was noted of the nearest rows of the further search.
struct ComparedRows {
  float needed[kMostObservedRows];
  bool is_missed[kMostObservedRows];
};

/// Compares the two searches: finds what the nearest rows of the further search needed, as far as
/// that was noted, and which of these rows the first search has missed.
ObservedQuery compare(const TwoSearches& searches, ComparedRows* compared) {
  ObservedQuery query{.needed = compared->needed,
                      .is_missed = compared->is_missed,
                      .count = 0,
                      .nearest = searches.nearest,
                      .effort = searches.effort / searches.unit,
                      .steps = searches.steps,
                      .wanted = searches.wanted};
  int64 count;
  int64 first_count;
  Candidate* rows = searches.further->sorted(&count);
  std::sort(rows, rows + count,
            [](const Candidate& a, const Candidate& b) { return middle(a) < middle(b); });
  const Candidate* first = searches.first->sorted(&first_count);
  for (int64 i = 0; i < Min(count, searches.wanted); ++i) {
    const RowId row = rows[i].row;
    const float* effort = searches.noted->find(row);
    if (effort == nullptr) {
      continue;
    }
    compared->needed[query.count] = static_cast<float>(*effort / searches.unit);
    compared->is_missed[query.count++] = std::none_of(
        first, first + first_count, [row](const Candidate& found) { return found.row == row; });
  }
  return query;
}

}  // namespace

void define_observed_effort() {
  constexpr int kDefault = 1000;
  DefineCustomIntVariable(
      "vecext.observe_one_in",
      "Sets how many queries there are for one that is observed, so that searches do as much work "
      "as queries need.",
      "An observed query takes some times as long: a second search tells how much work its rows "
      "needed. Until 200 were observed, queries are observed eight times as often. 0: no query is "
      "observed, and searches do the work that vecext.calibrate() has measured, or that the "
      "hardest trials needed.",
      &observe_one_in, kDefault, 0, kHardlyAny, PGC_USERSET, 0, nullptr, nullptr, nullptr);
}

void observe_hardly_any() {
  if (observe_one_in > 0) {
    set_for_level("vecext.observe_one_in", psprintf("%d", kHardlyAny));
  }
}

bool is_observed_query(const CachedFile& entry, const KnownOfClasses& known, SearchWay way,
                       int32 rows) {
  constexpr int kSoonerAtFirst = 8;
  const bool is_first = known[class_of(way, rows)].queries < kFewestObserved;
  return observe_one_in > 0 && entry.shared_observed.bytes != nullptr &&
         happens_once_in(is_first ? observe_one_in / kSoonerAtFirst : observe_one_in);
}

bool has_time_to_observe(TimestampTz start) {
  if (!get_timeout_active(STATEMENT_TIMEOUT)) {
    return true;
  }
  constexpr int64 kMostTimes = 40;  // the second search may take so many times as long as the first
  const TimestampTz now = GetCurrentTimestamp();
  return now + kMostTimes * (now - start) < get_timeout_finish_time(STATEMENT_TIMEOUT);
}

void load_observed(CachedFile* entry, Relation index, KnownOfClasses* known) {
  if (observe_one_in == 0 || !entry->is_shareable) {
    *known = {};
    return;
  }
  // If there was no room for a block, there may be room later.
  const bool has_block = entry->shared_observed.bytes != nullptr;
  if (entry->observed_user != GetOuterUserId() || (!has_block && happens_once_in(observe_one_in))) {
    use_observed(entry, index);
    *known = {};
  }
  SharedObserved* observed = observed_of(*entry);
  if (observed == nullptr) {
    *known = {};
    return;
  }
  for (std::size_t i = 0; i < kSearchClasses; ++i) {
    ObservedEffort* of = &observed->of[i];
    if (__atomic_load_n(&of->queries, __ATOMIC_RELAXED) != (*known)[i].queries) {
      LWLockAcquire(&observed->lock, LW_SHARED);
      (*known)[i] = {.queries = of->queries, .harder = of->harder, .needed = of->known};
      LWLockRelease(&observed->lock);
    }
  }
}

void note_observed(CachedFile* entry, Relation index, const TwoSearches& searches) {
  SharedObserved* observed = observed_of(*entry);
  ComparedRows compared;
  const ObservedQuery query = compare(searches, &compared);
  if (query.count > 0) {
    count_observed(index, query.count,
                   std::count(compared.is_missed, compared.is_missed + query.count, true));
  }
  if (observed == nullptr || query.count == 0) {
    return;
  }
  const std::size_t of = class_of(searches.way, searches.wanted);
  LWLockAcquire(&observed->lock, LW_EXCLUSIVE);
  ObservedEffort* effort = &observed->of[of];
  effort->add(query);
  const uint32 queries = effort->queries;
  const QueryEffort known = effort->known;
  LWLockRelease(&observed->lock);
  if (queries % kKeptEvery == 0 && known.is_known() && !RecoveryInProgress()) {
    keep(index, entry->observed_user, of, queries, known);
  }
}

GrowingArray<UserEffort> observed_of_users(Relation index) {
  GrowingArray<UserEffort> users{};
  const auto add = [](void* to, Oid user, std::byte* bytes) {
    auto* observed = reinterpret_cast<SharedObserved*>(bytes);
    for (std::size_t i = 0; i < kSearchClasses; ++i) {
      LWLockAcquire(&observed->lock, LW_SHARED);
      const UserEffort of_user{user, way_of_class(i), most_rows_of_class(i),
                               observed->of[i].queries, observed->of[i].known};
      LWLockRelease(&observed->lock);
      if (of_user.queries > 0) {
        static_cast<GrowingArray<UserEffort>*>(to)->push(of_user, CurrentMemoryContext);
      }
    }
  };
  visit_blocks(file_locator(index), BlockPart::kObserved, add, &users);
  return users;
}

}  // namespace vecext::pg
