#include "pg/am/common/observed_effort.h"

#include <algorithm>
#include <new>

extern "C" {
#include "common/pg_prng.h"
#include "storage/lwlock.h"
#include "utils/guc.h"
}

namespace vecext::pg {

int observe_one_in;

namespace {

/// What lies in the block of a user and an index.
struct SharedObserved {
  LWLock lock;
  ObservedEffort effort;
};

SharedObserved* observed_of(const CachedFile& entry) {
  return reinterpret_cast<SharedObserved*>(entry.observed.bytes);
}

/// Uses the block of the current user, which is made if there is none.
void use_observed(CachedFile* entry, Relation index) {
  const BlockKey key{file_locator(index), BlockPart::kObserved, GetUserId()};
  const auto clear = [](std::byte* bytes) {
    auto* observed = new (bytes) SharedObserved{};
    LWLockInitialize(&observed->lock, tranche_of_blocks());
  };
  entry->observed_user = key.user;
  if (!use_block(key, {}, &entry->observed)) {
    publish_block(key, {}, sizeof(SharedObserved), 0, clear, &entry->observed);
  }
}

}  // namespace

void define_observed_effort() {
  constexpr int kDefault = 1000;
  DefineCustomIntVariable(
      "vecext.observe_one_in",
      "Sets how many queries there are for one that is observed, so that searches do as much work "
      "as queries need.",
      "An observed query takes some times as long: a second search tells how much work its rows "
      "needed. 0: no "
      "query is observed, and searches do the work that the hardest trials needed.",
      &observe_one_in, kDefault, 0, 1000000, PGC_USERSET, 0, nullptr, nullptr, nullptr);
}

bool is_observed_query(const CachedFile& entry) {
  return observe_one_in > 0 && entry.observed.bytes != nullptr &&
         pg_prng_double(&pg_global_prng_state) * observe_one_in < 1;
}

bool load_observed(CachedFile* entry, Relation index, ObservedEffort* known) {
  if (observe_one_in == 0 || !entry->is_shareable) {
    const bool was_known = known->queries != 0;
    *known = {};
    return was_known;
  }
  bool is_other = false;
  if (entry->observed_user != GetUserId()) {
    use_observed(entry, index);
    is_other = true;
  }
  SharedObserved* observed = observed_of(*entry);
  if (observed == nullptr) {
    *known = {};
    return is_other;
  }
  if (!is_other && __atomic_load_n(&observed->effort.queries, __ATOMIC_RELAXED) == known->queries) {
    return false;
  }
  LWLockAcquire(&observed->lock, LW_SHARED);
  known->queries = observed->effort.queries;
  known->steps = observed->effort.steps;
  known->harder = observed->effort.harder;
  memcpy(known->effort, observed->effort.effort, sizeof known->effort);
  LWLockRelease(&observed->lock);
  return true;
}

void note_observed(CachedFile* entry, const TwoSearches& searches) {
  SharedObserved* observed = observed_of(*entry);
  if (observed == nullptr) {
    return;
  }
  float needed[kMostObservedRows];
  ObservedQuery query{.needed = needed,
                      .count = 0,
                      .missed = 0,
                      .effort = searches.effort / searches.unit,
                      .steps = searches.steps};
  int64 count;
  int64 first_count;
  Candidate* rows = searches.further->sorted(&count);
  std::sort(rows, rows + count, [](const Candidate& a, const Candidate& b) {
    return a.bound + a.upper < b.bound + b.upper;
  });
  const Candidate* first = searches.first->sorted(&first_count);
  for (int64 i = 0; i < Min(count, searches.k); ++i) {
    const RowId row = rows[i].row;
    const float* effort = searches.noted->find(row);
    if (effort == nullptr) {
      continue;
    }
    needed[query.count++] = static_cast<float>(*effort / searches.unit);
    query.missed += std::none_of(first, first + first_count,
                                 [row](const Candidate& found) { return found.row == row; });
  }
  if (query.count > 0) {
    LWLockAcquire(&observed->lock, LW_EXCLUSIVE);
    observed->effort.add(query);
    LWLockRelease(&observed->lock);
  }
}

GrowingArray<UserEffort> observed_of_users(Relation index) {
  GrowingArray<UserEffort> users{};
  const auto add = [](void* to, Oid user, std::byte* bytes) {
    auto* observed = reinterpret_cast<SharedObserved*>(bytes);
    UserEffort of_user{.user = user, .queries = 0, .steps = 0, .effort = {}};
    LWLockAcquire(&observed->lock, LW_SHARED);
    of_user.queries = observed->effort.queries;
    of_user.steps = observed->effort.steps;
    memcpy(of_user.effort, observed->effort.effort, sizeof of_user.effort);
    LWLockRelease(&observed->lock);
    static_cast<GrowingArray<UserEffort>*>(to)->push(of_user, CurrentMemoryContext);
  };
  visit_blocks(file_locator(index), BlockPart::kObserved, add, &users);
  return users;
}

}  // namespace vecext::pg
