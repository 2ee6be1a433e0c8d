#include "pg/am/bm25/parallel_text_build.h"

#include "pg/am/bm25/build_share.h"
#include "pg/shared/build_id.h"
#include "pg/sys/memory.h"
#include "pg/text/text_values.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "pgstat.h"
#include "storage/condition_variable.h"
#include "storage/sharedfileset.h"
#include "storage/spin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

PGDLLEXPORT void bm25_build_worker(dsm_segment* segment, shm_toc* toc);
}

namespace vecext::pg {

namespace {

constexpr uint64 kScanKey = 2;

/// How often the leader shows the rows that workers have read.
constexpr long kMilliseconds = 200;

/// The runs in the file of a process. Where they start is written at the file's end.
struct ProcessRuns {
  int64 count;
  uint64 starts;
};

}  // namespace

/// What the processes share. Its key is the build id of the library, because a worker loads the
/// library that is installed at that time, which may have another layout of this struct.
struct SharedTextBuild {
  Oid heap;
  Oid index;
  bool is_concurrent;
  Size budget;  // for one process
  pg_atomic_uint64 rows_read;
  SharedFileSet files;
  ConditionVariable one_has_finished;
  slock_t mutex;  // protects the members below
  int finished;
  double heap_rows;
  double index_rows;
  uint64 postings;
  bool has_broken_chains;

  /// Returns the runs of the workers, and behind them those of the leader.
  ProcessRuns* runs() { return reinterpret_cast<ProcessRuns*>(this + 1); }
};

namespace {

struct ProcessFile {
  SharedTextBuild* shared;
  int process;

  const char* name() const { return psprintf("texts%d", process); }
};

BufFile* make_file(void* context) {
  const auto* file = static_cast<ProcessFile*>(context);
  return BufFileCreateFileSet(&file->shared->files.fs, file->name());
}

/// Reads a share of the table, and leaves the share's runs for the leader. Returns how many rows
/// this process has shown as progress: as many as all processes together had read when this one
/// read the last row of its share.
uint64 read_share(SharedTextBuild* shared, int process, ParallelTableScanDesc scan, Relation heap,
                  Relation index, IndexInfo* info) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index build", ALLOCSET_DEFAULT_SIZES);
  ProcessFile file{shared, process};
  BuildShare share(index, context, shared->budget, make_file, &file, &shared->rows_read);
  const double heap_rows = share.read(heap, index, info, begin_parallel_scan(heap, scan));
  share.write_run();
  const ProcessRuns runs{share.runs(), share.file().bytes};
  if (runs.count > 0) {
    BufFileWrite(share.file().file, const_cast<uint64*>(share.starts()),
                 static_cast<Size>(runs.count) * sizeof(uint64));
    BufFileExportFileSet(share.file().file);
    BufFileClose(share.file().file);
  }
  SpinLockAcquire(&shared->mutex);
  ++shared->finished;
  shared->heap_rows += heap_rows;
  shared->index_rows += share.rows();
  shared->postings += share.postings();
  shared->has_broken_chains = shared->has_broken_chains || info->ii_BrokenHotChain;
  shared->runs()[process] = runs;
  SpinLockRelease(&shared->mutex);
  ConditionVariableSignal(&shared->one_has_finished);
  const uint64 shown = share.rows_shown();
  MemoryContextDelete(context);
  return shown;
}

/// Adds the runs of a process to `places`.
void add_runs(SharedTextBuild* shared, int process, GrowingArray<RunPlace>* places) {
  const ProcessRuns runs = shared->runs()[process];
  if (runs.count == 0) {
    return;
  }
  const ProcessFile named{shared, process};
  BufFile* file = BufFileOpenFileSet(&shared->files.fs, named.name(), O_RDONLY, false);
  const Size bytes = array_bytes<uint64>(runs.count);
  auto* starts = palloc_array<uint64>(runs.count);
  if (BufFileSeek(file, 0, static_cast<off_t>(runs.starts), SEEK_SET) != 0 ||
      BufFileRead(file, starts, bytes) != bytes) {
    ereport(ERROR, (errcode_for_file_access(), errmsg("could not read from temporary file")));
  }
  for (int64 i = 0; i < runs.count; ++i) {
    places->push({file, starts[i]}, CurrentMemoryContext);
  }
  pfree(starts);
}

}  // namespace

bool ParallelTextBuild::start(Relation heap, Relation index, bool is_concurrent, int workers,
                              Size budget) {
  const auto processes = static_cast<Size>(workers + 1);
  const Size bytes = sizeof(SharedTextBuild) + processes * sizeof(ProcessRuns);
  EnterParallelMode();
  context_ = CreateParallelContext("vecext", "bm25_build_worker", workers);
  snapshot_ = is_concurrent ? RegisterSnapshot(GetTransactionSnapshot()) : SnapshotAny;
  shm_toc_estimate_chunk(&context_->estimator, bytes);
  shm_toc_estimate_chunk(&context_->estimator, table_parallelscan_estimate(heap, snapshot_));
  shm_toc_estimate_keys(&context_->estimator, 2);
  InitializeParallelDSM(context_);
  if (context_->seg != nullptr) {
    shared_ = static_cast<SharedTextBuild*>(shm_toc_allocate(context_->toc, bytes));
    memset(static_cast<void*>(shared_), 0, bytes);
    shared_->heap = RelationGetRelid(heap);
    shared_->index = RelationGetRelid(index);
    shared_->is_concurrent = is_concurrent;
    shared_->budget = budget / processes;
    pg_atomic_init_u64(&shared_->rows_read, 0);
    SharedFileSetInit(&shared_->files, context_->seg);
    ConditionVariableInit(&shared_->one_has_finished);
    SpinLockInit(&shared_->mutex);
    scan_ = static_cast<ParallelTableScanDesc>(
        shm_toc_allocate(context_->toc, table_parallelscan_estimate(heap, snapshot_)));
    table_parallelscan_initialize(heap, scan_, snapshot_);
    // The scan must not begin in the middle of the table, because each process must read its rows
    // in their order.
    scan_->phs_syncscan = false;
    shm_toc_insert(context_->toc, build_id(), shared_);
    shm_toc_insert(context_->toc, kScanKey, scan_);
    LaunchParallelWorkers(context_);
  }
  if (context_->nworkers_launched == 0) {
    end();
    return false;
  }
  processes_ = context_->nworkers_launched + 1;
  return true;
}

void ParallelTextBuild::wait_for_all(uint64 shown) {
  bool are_all = false;
  while (!are_all) {
    SpinLockAcquire(&shared_->mutex);
    are_all = shared_->finished == processes_;
    SpinLockRelease(&shared_->mutex);
    const uint64 read = pg_atomic_read_u64(&shared_->rows_read);
    add_progress(Steps::kRows, static_cast<double>(read - shown));
    shown = read;
    if (!are_all) {
      ConditionVariableTimedSleep(&shared_->one_has_finished, kMilliseconds,
                                  WAIT_EVENT_PARALLEL_CREATE_INDEX_SCAN);
    }
  }
  ConditionVariableCancelSleep();
}

ReadTexts ParallelTextBuild::read(Relation heap, Relation index, IndexInfo* info) {
  const int leader = context_->nworkers;
  const uint64 shown = read_share(shared_, leader, scan_, heap, index, info);
  WaitForParallelWorkersToAttach(context_);
  wait_for_all(shown);
  info->ii_BrokenHotChain = info->ii_BrokenHotChain || shared_->has_broken_chains;
  ReadTexts texts{shared_->heap_rows, shared_->index_rows, shared_->postings, {}};
  for (int process = 0; process <= leader; ++process) {
    add_runs(shared_, process, &texts.runs);
  }
  return texts;
}

void ParallelTextBuild::end() {
  WaitForParallelWorkersToFinish(context_);
  if (IsMVCCSnapshot(snapshot_)) {
    UnregisterSnapshot(snapshot_);
  }
  DestroyParallelContext(context_);
  ExitParallelMode();
}

}  // namespace vecext::pg

void bm25_build_worker(dsm_segment* segment, shm_toc* toc) {
  using namespace vecext::pg;
  auto* shared = static_cast<SharedTextBuild*>(shm_toc_lookup(toc, build_id(), true));
  if (shared == nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("the library of extension vecext was replaced while this session used it"),
             errhint("Create the index in a new session.")));
  }
  auto* scan = static_cast<ParallelTableScanDesc>(shm_toc_lookup(toc, kScanKey, false));
  // A worker takes the same locks as the leader has. Locks of processes of one parallel group do
  // not conflict.
  const LOCKMODE heap_lock = shared->is_concurrent ? ShareUpdateExclusiveLock : ShareLock;
  const LOCKMODE index_lock = shared->is_concurrent ? RowExclusiveLock : AccessExclusiveLock;
  const Relation heap = table_open(shared->heap, heap_lock);
  const Relation index = index_open(shared->index, index_lock);
  SharedFileSetAttach(&shared->files, segment);
  IndexInfo* info = BuildIndexInfo(index);
  info->ii_Concurrent = shared->is_concurrent;
  read_share(shared, ParallelWorkerNumber, scan, heap, index, info);
  index_close(index, index_lock);
  table_close(heap, heap_lock);
}
