// The build reads the table once if all rows fit into memory. Otherwise it reads it twice: first
// for a sample to train on, then to assign and code every row. Training and coding run on threads
// of the core; only this process calls the server.
#include "pg/am/ivf/ivf.h"

#include "core/ivf/lists/build.h"
#include "core/page/meta_page.h"
#include "core/value/views.h"
#include "pg/am/maintenance/build_rows.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/am/common/being_built.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/maintenance/key_build.h"
#include "pg/am/ivf/ivf_options.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/tableam.h"
#include "commands/progress.h"
#include "optimizer/optimizer.h"
#include "utils/backend_progress.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr int32 kRowsPerList = 300;
constexpr int32 kSampleRowsPerList = 256;
constexpr int32 kBitsForNarrow = 4;
constexpr int32 kBitsForWide = 1;
constexpr int32 kNarrowDims = 200;

int32 dims_limit(IvfKind kind, Element element) {
  if (element == Element::kBit) {
    return 64000;
  }
  if (kind == IvfKind::kPq) {
    return kMaxDims;
  }
  return element == Element::kHalf ? 4000 : 2000;
}

void check_dims(IvfKind kind, const OpclassInfo& info, int32 dims) {
  const int32 limit = dims_limit(kind, info.element);
  if (dims > limit) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("column cannot have more than %d dimensions for %s index", limit,
                           kind == IvfKind::kFlat ? "ivfflat" : "ivfpq")));
  }
}

/// Raises an error if training would normalize vectors of one dimension.
void check_train_norm(Relation index, int32 dims) {
  if (dims == 1 && OidIsValid(index_getprocid(index, 1, kTrainNormProc))) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("dimensions must be greater than one for this opclass")));
  }
}

/// Returns the meta page of an index of vectors with `dims` dimensions. `options` may be null. The
/// caller sets `lists` when the rows are counted.
Meta plan_meta(IvfKind kind, const IvfOptions* options, const OpclassInfo& info, int32 dims) {
  Meta meta{};
  meta.element = static_cast<uint8>(info.element);
  meta.metric = static_cast<uint8>(info.metric);
  meta.dims = dims;
  check_dims(kind, info, dims);
  meta.list_rows = kRowsPerList;
  meta.seed = kIndexSeed;
  if (kind == IvfKind::kFlat || info.element == Element::kBit) {
    meta.rotated = meta.dims;  // lists have whole vectors, so the options of codes do not apply
    return meta;
  }
  meta.rotated = rotated_dims(meta.dims);
  const int32 bits = options == nullptr ? 0 : options->bits;
  meta.bits = static_cast<uint8>(bits != 0                  ? bits
                                 : meta.dims <= kNarrowDims ? kBitsForNarrow
                                                            : kBitsForWide);
  meta.rerank = static_cast<uint8>(options == nullptr ? 0 : options->rerank);
  const auto rerank = static_cast<Rerank>(meta.rerank);
  if (rerank_bytes(rerank, meta.rotated) > kMaxRerankBytes) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("vectors of %d dimensions cannot be kept beside their codes", meta.dims),
                    errhint("Use rerank = none, which computes distances from the table.")));
  }
  meta.coded = make_codec(info.metric, meta.bits, meta.rotated,
                          rerank == Rerank::kNone ? kMaxBlockCodes : kMaxBlockCodesOfRerank)
                   .coded;
  return meta;
}

const IvfOptions* options_of(Relation index) {
  return reinterpret_cast<const IvfOptions*>(index->rd_options);
}

Meta plan_meta(IvfKind kind, Relation index, const OpclassInfo& info) {
  const int32 dims = declared_dims(index, info);
  const Meta meta = plan_meta(kind, options_of(index), info, dims);
  check_train_norm(index, dims);
  return meta;
}

uint32 plan_lists(IvfKind kind, const IvfOptions* options, double rows) {
  const int wanted = options != nullptr       ? options->lists
                     : kind == IvfKind::kFlat ? kFlatDefaultLists
                                              : 0;
  if (wanted > 0) {
    return static_cast<uint32>(wanted);
  }
  const double by_rows = rows / kRowsPerList;
  return static_cast<uint32>(Max(1.0, Min(by_rows, 1e7)));
}

/// Returns the number of rows to train on if there is enough memory: kSampleRowsPerList for each
/// list, but at most `kept`.
int32 wanted_sample(const Meta& meta, int32 kept) {
  const double wanted = static_cast<double>(meta.lists) * kSampleRowsPerList;
  return static_cast<int32>(Min(wanted, static_cast<double>(kept)));
}

/// Returns the bytes that training on `sampled` rows takes. If the rows are needed afterwards,
/// training works on a copy of them.
Size training_bytes(const Meta& meta, int32 sampled, bool needed) {
  const Size copy = static_cast<Size>(sampled) *
                    (static_cast<Size>(meta.rotated) * sizeof(float) + sizeof(uint32));
  return ivf::train_memory(meta, sampled, true) + (needed ? copy : 0);
}

/// Returns the number of rows to train on, as far as `memory` bytes allow.
int32 sample_size(const Meta& meta, int32 kept, bool needed, Size memory) {
  constexpr int32 kFewest = 1024;
  int32 rows = wanted_sample(meta, kept);
  while (rows > kFewest && training_bytes(meta, rows, needed) > memory) {
    rows -= rows / 8;
  }
  return rows;
}

/// Raises a NOTICE if the sample is small because there is little memory.
void warn_of_small_sample(const Meta& meta, const BuildRows& rows, int32 sampled) {
  constexpr int32 kFewRowsPerList = 32;
  if (!rows.has_all() && sampled / kFewRowsPerList < static_cast<int32>(meta.lists)) {
    ereport(NOTICE,
            (errmsg("%u lists are trained on %d rows, fewer than the recommended %d for each",
                    meta.lists, sampled, kSampleRowsPerList),
             errdetail("This may lower recall or speed."),
             errhint("Increase maintenance_work_mem to build a better index.")));
  }
}

ParallelOptions build_work() {
  return {.threads = build_threads(), .stop = cancel_pending, .stop_context = nullptr};
}

/// Codes rows and writes them into their lists, in batches that fit into the budget. Parts of the
/// budget are for the transformed rows of a batch and for the RecordMaker's copy of the centroids.
class ListWriter {
 public:
  ListWriter(BulkWriter* bulk, ivf::Model* model, Size budget)
      : bulk_(bulk), model_(model), maker_(*model, build_work()) {
    const Size size = record_layout(*model).size();
    const Size row = static_cast<Size>(model->dims()) * sizeof(float);
    // Threads wait for each other after a batch. A larger batch would gain nothing.
    constexpr Size kMostBatchBytes = 128 << 20;
    batch_rows_ =
        static_cast<int32>(Max(Min(kMostBatchBytes, budget / 8) / row, static_cast<Size>(64)));
    const Size scratch = maker_.memory() + static_cast<Size>(batch_rows_) * row;
    const Size left = budget > scratch ? budget - scratch : 0;
    capacity_ =
        static_cast<int32>(Min(Max(left / (size + sizeof(int32)), static_cast<Size>(batch_rows_)),
                               static_cast<Size>(INT_MAX / 2)));
    context_ = AllocSetContextCreate(CurrentMemoryContext, "vecext build", ALLOCSET_DEFAULT_SIZES);
    scratch_ = AllocSetContextCreate(context_, "vecext build rows", ALLOCSET_DEFAULT_SIZES);
    reserve(batch_rows_);
    check_work(maker_.prepare(context_arena(context_)));
  }

  /// Adds a batch of at most batch_rows() rows.
  void add(const RowBatch& batch) {
    if (count_ + batch.n > room_) {
      if (room_ < capacity_) {
        reserve(Min(capacity_, Max(room_ * 2, count_ + batch.n)));
      }
      if (count_ + batch.n > room_) {
        flush();
      }
    }
    check_work(maker_.make(batch, context_arena(scratch_),
                           records_ + static_cast<Size>(count_) * record_layout(*model_).size()));
    count_ += batch.n;
    add_progress(Steps::kRows, batch.n);
    MemoryContextReset(scratch_);
  }

  void flush() {
    check_work(append_records(*bulk_, model_, records_, count_, context_arena(scratch_)));
    count_ = 0;
    MemoryContextReset(scratch_);
  }

  /// Writes the rows that are still in memory, which may be all rows.
  void finish() {
    // Each page counts as so many steps of progress: it is added, and mostly changed once more when
    // the next page of its list is added (measured).
    constexpr double kOfPages = 2.5;
    const double bytes =
        static_cast<double>(count_) * static_cast<double>(record_layout(*model_).size());
    begin_phase(kLoading, count_, Steps::kPages, kOfPages * bytes / kPageSize + model_->lists());
    flush();
  }

  /// Returns the most rows of a batch, which is enough for the threads and within the budget.
  int32 batch_rows() const { return batch_rows_; }

 private:
  void reserve(int32 rows) {
    records_ = resized(records_, static_cast<Size>(rows) * record_layout(*model_).size(), context_);
    room_ = rows;
  }

  BulkWriter* bulk_;
  ivf::Model* model_;
  ivf::RecordMaker maker_;
  MemoryContext context_;
  MemoryContext scratch_;
  std::byte* records_ = nullptr;
  int32 count_ = 0;
  int32 room_ = 0;
  int32 capacity_;
  int32 batch_rows_;
};

/// Adds the rows that are in memory to the writer.
void write_rows(ListWriter* writer, const BuildRows& rows) {
  for (int32 from = 0; from < rows.kept(); from += writer->batch_rows()) {
    writer->add(rows.batch(from, Min(rows.kept() - from, writer->batch_rows())));
  }
}

struct SecondPass {
  ListWriter* writer;
  BuildRows* rows;
};

void write_when_full(void* context) {
  auto* pass = static_cast<SecondPass*>(context);
  write_rows(pass->writer, *pass->rows);
  pass->rows->clear();
}

/// Raises pgvector's NOTICE if ivfflat has fewer rows than lists. ivfpq does not need it: it
/// chooses the number of lists by the rows, and splits lists later.
void warn_of_few_rows(IvfKind kind, double rows, uint32 lists) {
  if (kind == IvfKind::kFlat && rows < lists) {
    ereport(NOTICE, (errmsg("ivfflat index created with little data"),
                     errdetail("This will cause low recall."),
                     errhint("Drop the index until the table has more data.")));
  }
}

}  // namespace

template <IvfKind kKind>
IndexBuildResult* ivf_build(Relation heap, Relation index, IndexInfo* info) {
  forget_index(index);
  begin_build(index);
  check_key_columns(index);
  const OpclassInfo opclass = opclass_of(index);
  Meta meta = plan_meta(kKind, index, opclass);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index build", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  const Size memory = maintenance_memory().bytes;

  // If not all rows fit into half of the memory, a sample of them may take most of the memory,
  // because the sample is dropped before the second reading.
  BuildRows rows(opclass, meta.dims, meta.rotated, memory / 8 * 7);
  begin_phase(kReading, estimated_rows(heap));
  const double heap_rows = rows.read_sample(heap, index, info);
  const double index_rows = rows.seen();
  meta.lists = plan_lists(kKind, options_of(index), index_rows);
  // Lists that are long because the option `lists` is small must not be split.
  meta.list_rows = Max(kRowsPerList, static_cast<int32>(Min(index_rows / meta.lists, 1e9)));
  warn_of_few_rows(kKind, index_rows, meta.lists);

  ivf::Model model{};
  const MemoryContext scratch =
      AllocSetContextCreate(context, "vecext training", ALLOCSET_DEFAULT_SIZES);
  const bool reads_again = !rows.has_all() || rows.bytes() > memory / 2;
  const Size left = memory > rows.bytes() ? memory - rows.bytes() : 0;
  const int32 sampled = sample_size(meta, rows.kept(), !reads_again, left);
  const Sample sample = rows.sample(sampled, reads_again, scratch);
  warn_of_small_sample(meta, rows, sampled);
  begin_phase(kTraining, index_rows, Steps::kWork, ivf::train_work(meta, sampled));
  check_work(ivf::train(meta, sample, build_work(), context_arena(context), context_arena(scratch),
                        &model));
  MemoryContextDelete(scratch);

  begin_phase(kAssigning, index_rows);
  BulkWriter bulk(index, MAIN_FORKNUM);
  check(write_model(bulk, &model));
  if (reads_again) {
    rows.clear(memory / 2);
  }
  ListWriter writer(&bulk, &model, memory / 2);
  if (!reads_again) {
    write_rows(&writer, rows);
  } else {
    SecondPass pass{&writer, &rows};
    rows.read_all(heap, index, info, write_when_full, &pass);
    write_when_full(&pass);
  }
  writer.finish();
  check(finish_build(bulk, &model));

  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  build_keys(heap, index, info, kAddingKeys, &bulk);
  bulk.log();
  end_build();
  end_phases();
  return build_result(heap_rows, index_rows);
}

template <IvfKind kKind>
void ivf_build_empty(Relation index) {
  const OpclassInfo opclass = opclass_of(index);
  Meta meta = plan_meta(kKind, index, opclass);
  meta.lists = 1;
  ivf::Model model{};
  const Arena arena = context_arena(CurrentMemoryContext);
  check(ivf::train(meta, {nullptr, 0, meta.rotated, false}, build_work(), arena, arena, &model));
  BulkWriter bulk(index, INIT_FORKNUM);
  check(write_model(bulk, &model));
  check(finish_build(bulk, &model));
  build_no_keys(index, &bulk);
  bulk.log();
}

template <IvfKind kKind>
IndexSize ivf_size(const SizeTask& task) {
  const auto* options = static_cast<const IvfOptions*>(task.options);
  Meta meta = plan_meta(kKind, options, task.opclass, task.dims);
  meta.lists = plan_lists(kKind, options, task.rows);
  const Size rows = BuildRows::bytes_of(task.rows, meta.rotated);
  const int32 kept = static_cast<int32>(Min(task.rows, INT_MAX / 2));
  // The rows are read once if they take at most half of the memory, and training takes the rest.
  const Size training = training_bytes(meta, wanted_sample(meta, kept), true);
  return {ivf::index_pages(meta, task.rows), static_cast<double>(rows + Max(rows, training))};
}

template IndexSize ivf_size<IvfKind::kFlat>(const SizeTask&);
template IndexSize ivf_size<IvfKind::kPq>(const SizeTask&);
template IndexBuildResult* ivf_build<IvfKind::kFlat>(Relation, Relation, IndexInfo*);
template IndexBuildResult* ivf_build<IvfKind::kPq>(Relation, Relation, IndexInfo*);
template void ivf_build_empty<IvfKind::kFlat>(Relation);
template void ivf_build_empty<IvfKind::kPq>(Relation);

}  // namespace vecext::pg
