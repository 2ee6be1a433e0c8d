#include "pg/am/scan/rerank.h"

#include <limits>

#include "core/base/prefetch_batch.h"
#include "core/result/k_smallest.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

Reranked rerank(HeapRows* heap, const ScanQuery& query, const RerankTask& task, FoundRow* rows) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto score = [&](double distance) {
    return task.is_exact ? distance : query.score(distance);
  };
  const double most = task.filter == nullptr ? kInfinity : score(task.most_distance);
  const bool are_bounds_exact = task.is_exact && query.measure != nullptr;
  KSmallest<double> nearest;
  const auto room = static_cast<int32>(Max(Min(static_cast<int64>(task.wanted), task.count), 1));
  check_memory(nearest.reset(room, context_arena(CurrentMemoryContext)));
  PrefetchBatches lines(static_cast<Size>(task.count));
  PrefetchBatches tuples(static_cast<Size>(task.count));
  PrefetchBatches values(static_cast<Size>(task.count));
  const auto prefetch = [&](int64 i) {
    const auto ahead = static_cast<Size>(i + HeapRows::kRowsAhead);
    lines.reach(ahead + HeapRows::kRowsAhead,
                [&](Size line) { heap->prefetch_line(task.candidates[line].row); });
    tuples.reach(ahead, [&](Size row) { heap->prefetch(task.candidates[row].row); });
    // The row that was read last has shown at which offset of a row the value lies.
    if (i > 0) {
      values.reach(static_cast<Size>(i + 1),
                   [&](Size row) { heap->prefetch_value(task.candidates[row].row); });
    }
  };
  Reranked done{};
  for (int64 i = 0; i < task.count; ++i) {
    const Candidate& candidate = task.candidates[i];
    if (candidate.bound > most || (task.filter != nullptr && i >= task.most_rows)) {
      break;
    }
    if (nearest.full() && candidate.bound > nearest.largest()) {
      done.is_cut = true;
      break;
    }
    CHECK_FOR_INTERRUPTS();
    prefetch(i);
    FoundRow row{candidate.bound, candidate.row};
    ++done.looked_up;
    if (heap->look_up(row.row) &&
        (task.filter == nullptr || task.filter->matches(task.filter, heap->slot())) &&
        (are_bounds_exact || heap->distance(query.elements, &row.distance))) {
      nearest.push(score(row.distance));
      rows[done.matched++] = row;
    }
  }
  heap->release();
  done.complete = nearest.count() == task.wanted ? nearest.largest() : kInfinity;
  return done;
}

}  // namespace vecext::pg
