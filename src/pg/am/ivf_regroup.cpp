#include "pg/am/ivf_regroup.h"

#include "core/ivf/tidy.h"
#include "pg/am/heap_rows.h"
#include "pg/am/ivf_build.h"
#include "pg/am/ivf_options.h"
#include "pg/am/model_cache.h"
#include "pg/sys/memory.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "commands/vacuum.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// The only kind of work on lists that inserters put off.
constexpr int kSplit = 0;

/// Lists that were asked for; 0: as many as the rows are worth.
int lists_asked(Relation index) {
  const auto* options = reinterpret_cast<const IvfOptions*>(index->rd_options);
  const int unasked = ivf_kind(index) == IvfKind::kFlat ? kFlatDefaultLists : 0;
  return options == nullptr ? unasked : options->lists;
}

/// An index made on an empty table gets to the lists that were asked for by splits, and ivfpq
/// beyond.
bool may_have_more_lists(Relation index, const Model& model) {
  return ivf_kind(index) == IvfKind::kPq || model.lists() < lists_asked(index);
}

/// Bytes for the rows of lists that are made anew.
Size regroup_memory() {
  return static_cast<Size>(maintenance_work_mem) * 1024;
}

/// Exact vectors, from the table.
struct HeapVectors {
  HeapRows* rows;
  const Model* model;
};

/// What a code says of a row is far less than the row: coded again from that, it would be missed by
/// searches. So rows are taken that are visible now, or will be when the transaction that inserts
/// them has ended, and deleted ones, which an older snapshot may see, here or on a standby.
bool fetch_vector(void* context, RowId row, float* out) {
  auto* vectors = static_cast<HeapVectors*>(context);
  const float* x = vectors->rows->vector(row);
  if (x == nullptr) {
    x = vectors->rows->vector_of_dead(row);
  }
  if (x == nullptr) {
    return false;
  }
  to_space(vectors->model->space(), x, false, out);
  return true;
}

/// What changes of lists have in hand: a model of their own, with room for more lists.
struct ListChanges {
  ListChanges(Relation of, Relation heap, int32 dims)
      : index(of), store(of, nullptr), rows(heap, of, &snapshot, opclass_of(of), dims) {
    InitDirtySnapshot(snapshot);
    model_context =
        AllocSetContextCreate(CurrentMemoryContext, "vecext list model", ALLOCSET_DEFAULT_SIZES);
    vectors = {&rows, &model};
    load();
  }

  void load() {
    constexpr int32 kSpare = 64;
    MemoryContextReset(model_context);
    check_index(index, load_model(store, context_arena(model_context), kSpare, &model));
  }

  RowSource source() { return {fetch_vector, &vectors}; }

  Relation index;
  BufferStore store;
  SnapshotData snapshot;  // filled at each look
  HeapRows rows;
  Model model;
  MemoryContext model_context;
  HeapVectors vectors;
};

Status split(Relation index, Relation heap, const GrownList& grown) {
  ListChanges changes(index, heap, column_dims(index, opclass_of(index)));
  Model& model = changes.model;
  Status status;
  if (grown.list < model.lists() && model.entries[grown.list].chain == grown.chain &&
      !model.is_vacant(grown.list)) {
    Regrouped result;
    status = regroup(changes.store, &model, {{grown.list, -1}, 1, 2}, changes.source(),
                     {context_arena(CurrentMemoryContext), regroup_memory()}, &result);
  }
  changes.rows.close();
  return status.code == StatusCode::kStale ? Status{} : status;
}

/// Seconds that a split of so many rows takes, about, where the table is in memory.
double seconds_for(const Model& model, uint32 rows) {
  constexpr double kRow = 10e-6;
  constexpr double kDimension = 0.1e-6;
  return rows * (kRow + kDimension * model.dims());
}

/// Runs body(context) with the context as the current one, which ends with it.
template <class Body>
void in_own_context(Body body) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext lists", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  body(context);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
}

}  // namespace

void split_if_long(Relation index, Relation heap, const GrownList& grown) {
  CachedIndex* cached = cached_index(index);
  const Model& model = cached->model;
  if (grown.list >= model.lists() || model.entries[grown.list].chain != grown.chain ||
      !is_long(model, grown.list, grown.rows) || !may_have_more_lists(index, model) ||
      is_work_put_off(*cached, kSplit)) {
    return;
  }
  const auto work = [&](WorkLimit*) {
    Status status;
    if (try_lock_changes(index)) {
      // The expressions of the index see rows of others.
      as_owner(heap,
               [&] { in_own_context([&](MemoryContext) { status = split(index, heap, grown); }); });
      unlock_changes(index);
    }
    return status;
  };
  put_off_work(cached, kSplit);
  if (try_work(index, seconds_for(model, grown.rows), LOG, work)) {
    work_is_done(cached_index(index), kSplit);
  }
}

int64 tidy_lists(Relation index, Relation heap, WorkLimit* limit) {
  int64 changed = 0;
  const bool may_change_number = ivf_kind(index) == IvfKind::kPq && lists_asked(index) == 0;
  in_own_context([&](MemoryContext context) {
    ListChanges changes(index, heap, column_dims(index, opclass_of(index)));
    const MemoryContext scratch =
        AllocSetContextCreate(context, "vecext list", ALLOCSET_DEFAULT_SIZES);
    MemoryContextSwitchTo(scratch);
    for (int32 list = 0; list < changes.model.lists(); ++list) {
      // What a change makes may be short still.
      for (int32 place = list; place >= 0 && !(limit != nullptr && WorkLimit::is_over(limit));) {
        delay_vacuum();
        Regrouped result;
        const Status status =
            tidy_list(changes.store, &changes.model, place, may_change_number, changes.source(),
                      {context_arena(scratch), regroup_memory()}, &result);
        if (status.code != StatusCode::kStale) {
          check_index(index, status);
        }
        changed += result.done ? 1 : 0;
        place = result.place;
        if (status.code == StatusCode::kStale || changes.model.room < changes.model.lists() + 2) {
          changes.load();
        }
        MemoryContextReset(scratch);
      }
    }
    changes.rows.close();
  });
  return changed;
}

}  // namespace vecext::pg
