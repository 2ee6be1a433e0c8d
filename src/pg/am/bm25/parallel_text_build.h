// Reading a table in several processes: dictionaries are the server's, so threads cannot.
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

/// What all processes have read.
struct ReadTexts {
  double heap_rows;
  double index_rows;
  uint64 postings;
  GrowingArray<RunPlace> runs;
};

class ParallelTextBuild {
 public:
  /// Starts up to `workers` processes that read the table, each in its share of `budget` bytes.
  /// False: there are none.
  bool start(Relation heap, Relation index, bool is_concurrent, int workers, Size budget);

  /// Reads along with them, and waits for them.
  ReadTexts read(Relation heap, Relation index, IndexInfo* info);

  /// Ends them, after which the runs are gone.
  void end();

 private:
  /// Shows progress meanwhile, of which `shown` rows are shown already.
  void wait_for_all(uint64 shown);

  ParallelContext* context_ = nullptr;
  SharedTextBuild* shared_ = nullptr;
  ParallelTableScanDesc scan_ = nullptr;
  Snapshot snapshot_ = nullptr;
  int processes_ = 0;
};

}  // namespace vecext::pg
