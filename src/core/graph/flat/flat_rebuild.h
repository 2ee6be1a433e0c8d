// Rebuilding a flat graph, as rebuild.h does for graphs with codes, with elements in place of
// rerank vectors.
#pragma once

#include "core/graph/flat/flat_write.h"
#include "core/graph/update/rebuild.h"

namespace vecext {

/// The collected rows. There is memory for `room` rows and for their bytes.
struct CollectedRows {
  std::byte* elements;
  std::size_t* begin;
  RowId* rows;
  std::size_t n;
  std::size_t room;
  std::size_t bytes_room;
};

/// Calls visit(row, element, bytes), which returns a Status, for the living records of a page.
/// `copy` is a copy of the page that was found sound.
template <PageStore S, class Visit>
Status visit_records(S& store, const GraphModel& model, PageId page, const std::byte* copy,
                     std::byte* scratch, const Visit& visit) {
  const RecordForm& form = record_form(model, copy);
  for (std::int32_t i = 0; i < page_head(copy)->rows; ++i) {
    Record found{};
    (void)find_record(copy, form, i, &found);
    const auto visit_one = [&](const std::byte* record) -> Status {
      RowId row;
      __builtin_memcpy(&row, record, sizeof row);
      const std::byte* element = record + form.element_at;
      return row == kNoRow ? Status{} : visit(row, element, element_size(form, element));
    };
    VECEXT_TRY(found.rest == 0 ? visit_one(found.at)
                               : read_record(store, form, page, i, scratch, visit_one));
  }
  return {};
}

/// Calls visit(row, element, bytes) for the living records of the graph's nodes and of the closed
/// pending pages.
template <PageStore S, class Visit>
Status visit_all_records(S& store, const GraphModel& model, const ClosedPending& closed,
                         Arena arena, const Visit& visit) {
  auto* copy = arena.array<std::byte>(kPageSize);
  auto* scratch = arena.array<std::byte>(kLongestRecord);
  if (copy == nullptr || scratch == nullptr) {
    return out_of_memory();
  }
  return visit_pages(store, model, Rebuilt::kBoth, closed, copy,
                     [&](PageId page, const std::byte* bytes) {
                       return visit_records(store, model, page, bytes, scratch, visit);
                     });
}

/// Collects the living rows. One pass counts them, and the next copies them: VACUUM is locked out,
/// so no row is removed in between.
template <PageStore S>
Status collect_flat(S& store, const GraphModel& model, const ClosedPending& closed, Arena arena,
                    CollectedRows* rows) {
  *rows = {};
  Status status = visit_all_records(store, model, closed, arena,
                                    [&](RowId, const std::byte*, std::size_t bytes) -> Status {
                                      ++rows->room;
                                      rows->bytes_room += bytes;
                                      return {};
                                    });
  rows->elements = arena.array<std::byte>(rows->bytes_room);
  rows->begin = arena.array<std::size_t>(rows->room + 1);
  rows->rows = arena.array<RowId>(rows->room);
  if (!status.ok()) {
    return status;
  }
  if (rows->elements == nullptr || rows->begin == nullptr || rows->rows == nullptr) {
    return out_of_memory();
  }
  rows->begin[0] = 0;
  return visit_all_records(
      store, model, closed, arena,
      [rows](RowId row, const std::byte* element, std::size_t bytes) -> Status {
        const std::size_t at = rows->begin[rows->n];
        if (rows->n == rows->room || bytes > rows->bytes_room - at) {
          return corrupt();
        }
        rows->rows[rows->n++] = row;
        rows->begin[rows->n] = at + bytes;
        __builtin_memcpy(rows->elements + at, element, bytes);
        return {};
      });
}

/// Constructs a graph of the living rows, and writes its pages.
template <PageStore S>
Status rebuild_records(S& store, const GraphModel& old, GraphModel* model,
                       const ClosedPending& closed, const RebuildWork& work) {
  CollectedRows collected{};
  work.begins(RebuildPhase::kReading, old.nodes());
  Status status = collect_flat(store, old, closed, work.arena, &collected);
  if (!status.ok()) {
    return status;
  }
  const FlatRows rows{collected.elements, collected.begin, collected.rows, collected.n};
  Sketches sketches;
  Graph graph;
  work.begins(RebuildPhase::kConstructing, collected.n);
  status =
      construct_flat(*model, rows, work.construction, work.arena, work.scratch, &sketches, &graph);
  if (!status.ok()) {
    return status;
  }
  work.begins(RebuildPhase::kWriting, collected.n);
  LoggedBulk<S> bulk(store, work.construction.parallel.stop,
                     work.construction.parallel.stop_context);
  status = write_flat_nodes(bulk, model, graph, rows, sketches, work.arena);
  if (status.ok()) {
    bulk.finish();
  }
  return status;
}

/// Rebuilds the graph, as rebuild() does.
template <PageStore S>
Status rebuild_flat(S& store, GraphModel* model, const RebuildWork& work) {
  return rebuild_by(store, model, Rebuilt::kBoth, work,
                    [&](const GraphModel& old, const ClosedPending& closed) {
                      return rebuild_records(store, old, model, closed, work);
                    });
}

}  // namespace vecext
