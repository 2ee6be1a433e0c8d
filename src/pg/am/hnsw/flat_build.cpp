#include "pg/am/hnsw/flat_build.h"

#include <bit>

#include "core/graph/flat/flat_write.h"
#include "core/value/layout.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/am/hnsw/hnsw_construction.h"
#include "pg/am/common/indexed_value.h"
#include "pg/sys/memory.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/tableam.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Raises a NOTICE if the build takes more memory than maintenance_work_mem.
void warn_of_memory(Size needed) {
  if (needed > maintenance_memory().bytes) {
    ereport(NOTICE, (errmsg("building the graph takes %zu MB, more than maintenance_work_mem",
                            needed / (1024 * 1024)),
                     errdetail("The build goes on and takes that much."),
                     errhint("Cancel it if the server has less.")));
  }
}

constexpr int32 kMostNonZeros = 1000;

/// The rows of a table in memory.
struct TableRows {
  ValueReader reader;
  MemoryContext context;
  GrowingArray<std::byte> elements;
  GrowingArray<std::size_t> begin;  // where each row's elements begin, and then where the last
                                    // row's elements end
  GrowingArray<RowId> rows;

  Size n() const { return static_cast<Size>(rows.count); }
  Size bytes() const {
    return static_cast<Size>(elements.room) + static_cast<Size>(begin.room) * sizeof(Size) +
           static_cast<Size>(rows.room) * sizeof(RowId);
  }
};

void keep_row(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* state) {
  auto* table = static_cast<TableRows*>(state);
  add_progress(Steps::kRows, 1);
  if (isnull[0]) {
    return;
  }
  const OpclassInfo& info = table->reader.info;
  const void* stored = table->reader.stored(values[0]);
  check_non_zeros(info, stored);
  if (!table->reader.is_indexable(stored)) {
    return;
  }
  const Size bytes = stored_bytes(info.element, table->reader.dims, stored);
  const Size at = table->begin.at[table->n()];
  table->elements.reserve(static_cast<int64>(at + bytes), table->context);
  memcpy(table->elements.at + at, stored, bytes);
  table->rows.push(row_id(*tid), table->context);
  table->begin.push(at + bytes, table->context);
}

}  // namespace

void check_non_zeros(const OpclassInfo& info, const void* stored) {
  if (info.element == Element::kSparse &&
      static_cast<const SparsevecLayout*>(stored)->nnz > kMostNonZeros) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("sparsevec cannot have more than %d non-zero elements for hnsw index",
                    kMostNonZeros),
             errhint("An index USING inverted (column sparsevec_ip_ops) takes any number.")));
  }
}

void write_flat_index(BulkWriter* bulk, const GraphMeta& meta, const FlatRows& rows) {
  GraphModel model{};
  model.meta = meta;
  derive(&model);
  const auto n = static_cast<double>(rows.n);
  begin_phase(kConstructing, n, Steps::kWork, construction_work(meta, n));
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext construction", ALLOCSET_DEFAULT_SIZES);
  const Arena arena = context_arena(CurrentMemoryContext);
  Sketches sketches;
  Graph graph;
  check_work(construct_flat(model, rows, construct_options(meta), arena, context_arena(scratch),
                            &sketches, &graph));
  MemoryContextDelete(scratch);
  begin_phase(kWriting, n, Steps::kPages, graph_pages(model, n));
  check(write_flat_graph(*bulk, &model, graph, rows, sketches, arena));
}

Size flat_bytes(const GraphMeta& meta, Size rows) {
  const int32 floats = construct_floats(meta);
  return rows * static_cast<Size>(floats) * sizeof(float) +
         construct_memory(rows, floats, meta.degree, construct_options(meta).parallel.threads);
}

Size flat_build_bytes(const GraphMeta& meta, Size rows) {
  const Size row =
      stored_bytes(static_cast<Element>(meta.element), meta.dims) + sizeof(Size) + sizeof(RowId);
  return std::bit_ceil(rows) * row + flat_bytes(meta, rows);
}

BuiltRows build_flat(Relation heap, Relation index, IndexInfo* info, const OpclassInfo& opclass,
                     const GraphMeta& meta, BulkWriter* bulk) {
  TableRows table{.reader = ValueReader(opclass, meta.dims, CurrentMemoryContext),
                  .context = CurrentMemoryContext,
                  .elements = {},
                  .begin = {},
                  .rows = {}};
  table.begin.push(0, table.context);
  begin_phase(kLoading, estimated_rows(heap));
  const double heap_rows =
      table_index_build_scan(heap, index, info, true, true, keep_row, &table, nullptr);
  warn_of_memory(table.bytes() + flat_bytes(meta, table.n()));
  write_flat_index(bulk, meta, {table.elements.at, table.begin.at, table.rows.at, table.n()});
  return {heap_rows, static_cast<double>(table.n())};
}

}  // namespace vecext::pg
