// Reads a table in several processes. Threads cannot do it, because the dictionaries are the
// server's.
#pragma once

#include "pg/am/postings/run_merge.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/parallel.h"
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"
}

namespace vecext::pg {

struct SharedTextBuild;

/// What all processes together have read.
struct ReadTexts {
  double heap_rows;
  double index_rows;
  uint64 postings;
  GrowingArray<RunPlace> runs;
};

class ParallelTextBuild {
 public:
  /// Starts up to `workers` processes that read the table. Each process, and this one, has a share
  /// of `budget` bytes. Returns false if no process was started.
  bool start(Relation heap, Relation index, bool is_concurrent, int workers, Size budget);

  /// Reads a share of the table as well, and waits for the processes.
  ReadTexts read(Relation heap, Relation index, IndexInfo* info);

  /// Ends the processes, and removes the files of the runs.
  void end();

 private:
  /// Waits for all processes, and shows their progress. `shown` rows have been shown already.
  void wait_for_all(uint64 shown);

  ParallelContext* context_ = nullptr;
  SharedTextBuild* shared_ = nullptr;
  ParallelTableScanDesc scan_ = nullptr;
  Snapshot snapshot_ = nullptr;
  int processes_ = 0;
};

}  // namespace vecext::pg
