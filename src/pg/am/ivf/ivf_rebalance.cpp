#include "pg/am/ivf/ivf_rebalance.h"

#include "core/ivf/lists/compact.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/ivf/ivf.h"
#include "pg/am/ivf/ivf_options.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/am/maintenance/work_report.h"
#include "pg/store/truncate.h"
#include "pg/sys/memory.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "commands/vacuum.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// The only kind of optional work on lists.
constexpr int kSplit = 0;

/// Lists are moved only if at least pages / kFreePart pages, and at least kFewPages, could be given
/// back.
constexpr BlockNumber kFreePart = 4;
constexpr BlockNumber kFewPages = 8;
constexpr int kMovePasses = 3;
constexpr PageId kFirstPage = kMetaPage + 1;

constexpr char kTooLong[] = "some lists have too many rows for maintenance_work_mem";

bool is_of_list(PageKind kind) {
  return kind == PageKind::kCodes || kind == PageKind::kVectors || kind == PageKind::kRerank;
}

/// Returns the number of lists that the options ask for, or 0 if the number depends on the rows.
int lists_asked(Relation index) {
  const auto* options = reinterpret_cast<const IvfOptions*>(index->rd_options);
  const int unasked = ivf_kind(index) == IvfKind::kFlat ? kFlatDefaultLists : 0;
  return options == nullptr ? unasked : options->lists;
}

/// True if lists may be split. An ivfflat index that was made on an empty table is split up to the
/// number of lists of its options. ivfpq has no such limit.
bool may_have_more_lists(Relation index, const ivf::Model& model) {
  return ivf_kind(index) == IvfKind::kPq || model.lists() < lists_asked(index);
}

/// Reads exact vectors from the table.
struct HeapVectors {
  HeapRows* rows;
  const ivf::Model* model;
};

/// Gets the vector of a row from the table: codes are made from vectors, because searches would
/// miss rows whose codes were made from codes. Reads visible rows, rows that a transaction is
/// inserting, and deleted rows, as far as the table still has them: an older snapshot may see a
/// deleted row, here or on a standby, and the row lives again if its transaction is rolled back.
/// Returns false if the vector cannot be read.
bool fetch_vector(void* context, RowId row, float* out) {
  auto* vectors = static_cast<HeapVectors*>(context);
  const float* x = vectors->rows->vector(row);
  if (x == nullptr) {
    x = vectors->rows->vector_of_dead(row);
  }
  if (x == nullptr) {
    return false;
  }
  transform_vector(vectors->model->transform(), x, false, out);
  return true;
}

/// What a change of lists works with: a model of its own with room for more lists, and the table.
struct ListChanges {
  ListChanges(Relation of, Relation heap, int32 dims)
      : index(of), store(of, nullptr), rows(heap, of, &snapshot, {opclass_of(of), dims, nullptr}) {
    InitDirtySnapshot(snapshot);
    model_context =
        AllocSetContextCreate(CurrentMemoryContext, "vecext list model", ALLOCSET_DEFAULT_SIZES);
    vectors = {&rows, &model};
    load();
  }

  void load() {
    constexpr int32 kSpare = 64;
    MemoryContextReset(model_context);
    check_model(index, load_model(store, context_arena(model_context), kSpare, &model), model);
  }

  ivf::RowSource source() { return {fetch_vector, &vectors}; }

  Relation index;
  BufferStore store;
  SnapshotData snapshot;  // a dirty snapshot, to which each lookup writes
  HeapRows rows;
  ivf::Model model;
  MemoryContext model_context;
  HeapVectors vectors;
};

/// Splits a list, unless it is known that the list cannot be split. Sets *whole to the number of
/// rows that the list had when a split of it failed, or to 0 if none has failed.
Status split(Relation index, Relation heap, const GrownList& grown, uint32* whole) {
  ListChanges changes(index, heap, column_dims(index, opclass_of(index)));
  ivf::Model& model = changes.model;
  Status status;
  if (grown.list < model.lists() && model.entries[grown.list].chain == grown.chain &&
      !model.is_vacant(grown.list)) {
    if (is_long(model, grown.list, grown.rows)) {
      ivf::Rebalanced result;
      status =
          rebalance(changes.store, &model, {{grown.list, -1}, 1, 2}, changes.source(),
                    {context_arena(CurrentMemoryContext), maintenance_memory().bytes}, &result);
    }
    *whole = model.entries[grown.list].whole;
    if (status.code == StatusCode::kOutOfMemory) {
      // Inserts must not try this list again, so that they split other lists. VACUUM and
      // vecext.merge() do try it again.
      report_work_left(index, LOG, ERRCODE_OUT_OF_MEMORY, kTooLong);
      *whole = grown.rows;
      status = {};
    }
  }
  changes.rows.close();
  return status.code == StatusCode::kStale ? Status{} : status;
}

/// Returns about how many seconds a split of `rows` rows takes if the table is in memory.
double seconds_for(const ivf::Model& model, uint32 rows) {
  constexpr double kRow = 10e-6;
  constexpr double kDimension = 0.1e-6;
  return rows * (kRow + kDimension * model.dims());
}

/// Calls body(context) in a new memory context, and deletes the context.
template <class Body>
void in_own_context(Body body) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext lists", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  body(context);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
}

/// Calls change(changes, list, memory, result), which returns a Status, for each list until the
/// limit is over. If a call has made a new list (result->place), `change` is also called for that
/// list. Returns false if memory did not suffice for some of the lists.
template <class Change>
bool each_list(Relation index, Relation heap, WorkLimit* limit, Change change) {
  bool suffices = true;
  in_own_context([&](MemoryContext context) {
    ListChanges changes(index, heap, column_dims(index, opclass_of(index)));
    const MemoryContext scratch =
        AllocSetContextCreate(context, "vecext list", ALLOCSET_DEFAULT_SIZES);
    MemoryContextSwitchTo(scratch);
    for (int32 list = 0; list < changes.model.lists(); ++list) {
      for (int32 place = list; place >= 0 && !(limit != nullptr && WorkLimit::is_over(limit));) {
        delay_vacuum();
        ivf::Rebalanced result;
        const Status status =
            change(&changes, place, {context_arena(scratch), maintenance_memory().bytes}, &result);
        suffices &= status.code != StatusCode::kOutOfMemory;
        const bool is_left =
            status.code == StatusCode::kStale || status.code == StatusCode::kOutOfMemory;
        if (!is_left) {
          check_index(index, status);
        }
        place = result.place;
        if (is_left || changes.model.room < changes.model.lists() + 2) {
          changes.load();
        }
        MemoryContextReset(scratch);
      }
      add_progress(Steps::kRows, 1);
    }
    changes.rows.close();
  });
  return suffices;
}

/// Returns about how many rows the lists have.
double rows_of_lists(const ivf::Model& model) {
  double rows = 0;
  for (int32 list = 0; list < model.lists(); ++list) {
    rows += model.is_vacant(list) ? 0 : model.entries[list].rows;
  }
  return rows;
}

}  // namespace

void split_if_long(Relation index, Relation heap, const GrownList& grown) {
  CachedIndex* cached = cached_index(index);
  const ivf::Model& model = cached->model;
  if (grown.list >= model.lists() || model.entries[grown.list].chain != grown.chain ||
      !is_long(model, grown.list, grown.rows) || !may_have_more_lists(index, model) ||
      is_work_put_off(*cached, kSplit) || !may_evaluate_as_owner(heap, index)) {
    return;
  }
  uint32 whole = model.entries[grown.list].whole;
  const auto work = [&](WorkLimit*) {
    Status status;
    if (try_lock_changes(index)) {
      // Expressions of the index are evaluated on rows of other users, so they run as the table's
      // owner.
      as_owner(heap, [&] {
        in_own_context([&](MemoryContext) { status = split(index, heap, grown, &whole); });
      });
      unlock_changes(index);
    }
    return status;
  };
  put_off_work(cached, kSplit);
  if (try_work(index, seconds_for(model, grown.rows), LOG, work)) {
    cached = cached_index(index);
    work_is_done(cached, kSplit);
    // A list that cannot be split does not raise `changes` in the meta page, so the model in memory
    // has to be updated here. If the model is shared, all sessions see the update at once.
    if (grown.list < cached->model.lists() &&
        cached->model.entries[grown.list].chain == grown.chain) {
      cached->model.entries[grown.list].whole = whole;
    }
  }
}

int64 compact_lists(Relation index, Relation heap, WorkLimit* limit) {
  WorkReport report(index);
  report.begin("reorganizing lists", kReorganizing, rows_of_lists(cached_index(index)->model),
               Steps::kRows, cached_index(index)->model.lists());
  int64 changed = 0;
  double rows = 0;  // of the lists that are changed
  const bool may_change_number = ivf_kind(index) == IvfKind::kPq && lists_asked(index) == 0;
  const auto compact = [&](ListChanges* changes, int32 list, const ivf::RebalanceMemory& memory,
                           ivf::Rebalanced* result) {
    const double rows_of_list = changes->model.entries[list].rows;
    const Status status = compact_list(changes->store, &changes->model, list, may_change_number,
                                       changes->source(), memory, result);
    if (result->done) {
      ++changed;
      rows += rows_of_list;
    }
    return status;
  };
  if (!each_list(index, heap, limit, compact)) {
    report_work_left(index, WARNING, ERRCODE_OUT_OF_MEMORY, kTooLong);
  }
  if (changed > 0) {
    report.end(rows);
  } else {
    WorkReport::drop();
  }
  return changed;
}

void move_lists_to_front(Relation index, Relation heap, WorkLimit* limit) {
  const PagesInUse use = pages_in_use(index, is_of_list);
  const BlockNumber pages = RelationGetNumberOfBlocks(index);
  const BlockNumber end = use.least_end();
  if (pages < end + Max(pages / kFreePart, kFewPages)) {
    return;
  }
  // Moved lists leave free pages, which a later pass uses for lists that did not fit before.
  for (int pass = 0; pass < kMovePasses; ++pass) {
    int64 moved = 0;
    PageId next = kFirstPage;
    each_list(index, heap, limit,
              [&](ListChanges* changes, int32 list, const ivf::RebalanceMemory& memory,
                  ivf::Rebalanced* result) {
                if (next >= end) {
                  return Status{};
                }
                changes->store.add_from(next);
                const Status status = move_list(changes->store, &changes->model, list, end,
                                                changes->source(), memory, result);
                next = changes->store.adds_from();
                moved += result->done ? 1 : 0;
                result->place = -1;  // a moved list needs no other change
                return status;
              });
    if (moved == 0) {
      return;
    }
  }
}

}  // namespace vecext::pg
