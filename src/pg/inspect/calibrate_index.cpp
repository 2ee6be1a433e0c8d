// vecext.calibrate(index, queries): measures how much effort searches for these queries need, and
// stores it as an option of the index.
#include <cmath>

#include "core/effort/missed_rows.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/count_rights.h"
#include "pg/am/effort/effort_option.h"
#include "pg/am/effort/known_effort.h"
#include "pg/inspect/open_index.h"
#include "pg/inspect/true_neighbors.h"
#include "pg/sys/error.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/setting.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr int32 kMostQueries = 10000;
constexpr Size kRecalls = kEffortRecalls.size();
constexpr Size kRows = kCalibratedRows.size();

/// The place in kCalibratedRows of that number of rows for which the option also has the steps of a
/// search.
constexpr Size kUsualRows = 1;
static_assert(kCalibratedRows[kUsualRows] == kRowsOfSteps);

/// What was measured for a number of rows and a recall.
struct Measured {
  MeasuredScans scans;
  double effort;
};

struct Calibration {
  Measured at[kRows][kRecalls];
};

/// Measures scans with those efforts that are asked for, each of them only once.
class Measurement {
 public:
  Measurement(const MeasuredQueries& queries, int32 k) : queries_(queries), k_(k) {}

  /// Returns the least step of effort at which the mean recall, less its standard error, is at
  /// least `recall`. Returns the greatest step if no step reaches it.
  int32 least_step(double recall) {
    int32 low = 0;
    int32 high = kEffortSteps - 1;
    while (low < high) {
      const int32 middle = (low + high) / 2;
      const MeasuredScans& scans = at(middle);
      if (scans.mean - scans.standard_error >= recall) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  const MeasuredScans& at(int32 step) {
    if (!is_measured_[step]) {
      forced_effort = static_cast<float>(effort_of_step(step));
      scans_[step] = measure_scans(queries_, k_);
      is_measured_[step] = true;
    }
    return scans_[step];
  }

 private:
  const MeasuredQueries& queries_;
  const int32 k_;
  bool is_measured_[kEffortSteps] = {};
  MeasuredScans scans_[kEffortSteps];
};

void measure(const MeasuredQueries& queries, Calibration* calibration) {
  for (Size i = 0; i < kRows; ++i) {
    Measurement measurement(queries, kCalibratedRows[i]);
    for (Size recall = 0; recall < kRecalls; ++recall) {
      const int32 step = measurement.least_step(kEffortRecalls[recall]);
      calibration->at[i][recall] = {measurement.at(step), effort_of_step(step)};
    }
  }
}

/// Returns the queries of an array, except those by which a search cannot order rows.
MeasuredQueries queries_of(Relation heap, Relation index, ValueReader* reader, ArrayType* array) {
  const ArrayElements given = elements_of(array);
  if (given.count > kMostQueries) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("more than %d queries", kMostQueries),
             errhint("A thousand queries tell as much.")));
  }
  MeasuredQueries queries =
      new_queries(heap, index, reader, kCalibratedRows[kRows - 1], Max(given.count, 1));
  for (int i = 0; i < given.count; ++i) {
    if (!given.is_null[i] && reader->is_indexable(reader->stored(given.at[i]))) {
      set_query(&queries, queries.count, given.at[i]);
    }
  }
  if (queries.count == 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("no queries to calibrate by"),
                    errdetail("A null, or a vector that has no distance to others, is not one.")));
  }
  return queries;
}

/// Makes searches aim at a recall, and keeps them from being observed. This holds until the level
/// of settings ends.
void set_for_measuring() {
  set_for_level("vecext.target_recall", "0.95");
  set_for_level("vecext.observe_one_in", "0");
}

void calibrate(Relation heap, Relation index, ArrayType* array, Calibration* calibration) {
  set_for_measuring();
  if (!access_method_of(index)->aims_at_recall(index)) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("searches of index \"%s\" do not aim at vecext.target_recall",
                           RelationGetRelationName(index)),
                    errdetail("A setting of %s bounds them, or the index has too few rows.",
                              access_method_name(index)),
                    errhint("RESET hnsw.ef_search, and what else of hnsw, ivfpq and ivfflat is "
                            "set; also for the role and the database.")));
  }
  const OpclassInfo info = opclass_of(index);
  ValueReader reader(info, column_dims(index, info), CurrentMemoryContext);
  MeasuredQueries queries = queries_of(heap, index, &reader, array);
  find_true_neighbors(&queries);
  PG_TRY();
  { measure(queries, calibration); }
  PG_FINALLY();
  { forced_effort = 0; }
  PG_END_TRY();
}

void keep(Relation index, const Calibration& calibration) {
  CalibratedEffort effort{};
  effort.steps = static_cast<float>(calibration.at[kUsualRows][kUsualRecall].scans.steps);
  for (Size i = 0; i < kRows; ++i) {
    for (Size recall = 0; recall < kRecalls; ++recall) {
      effort.effort[i][recall] = static_cast<float>(calibration.at[i][recall].effort);
    }
  }
  char text[kMostEffortText];
  print_effort(effort, text);
  set_effort_option(index, text);
}

void return_rows(const ReturnSetInfo* result, const Calibration& calibration) {
  for (Size i = 0; i < kRows; ++i) {
    for (Size recall = 0; recall < kRecalls; ++recall) {
      const MeasuredScans& scans = calibration.at[i][recall].scans;
      Datum values[] = {Int32GetDatum(kCalibratedRows[i]), Float8GetDatum(kEffortRecalls[recall]),
                        Float8GetDatum(scans.mean), Float8GetDatum(scans.steps)};
      const bool has_searches = !std::isnan(scans.mean);  // if false, the scans compared all rows
      bool is_null[lengthof(values)] = {false, false, !has_searches, !has_searches};
      tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
    }
  }
}

/// Opens an index that the user owns and may measure. It takes at once the lock that is needed at
/// the end, to set the option. A session that first took a weaker lock might wait for REINDEX
/// CONCURRENTLY while that waits for the session.
Relation open_own_index(Oid oid) {
  PreventCommandIfReadOnly("vecext.calibrate()");
  const Relation index = open_index(oid, ShareUpdateExclusiveLock);
  if (!owns_relation(oid)) {
    aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_INDEX, RelationGetRelationName(index));
  }
  if (access_method_of(index)->aims_at_recall == nullptr) {
    ereport(
        ERROR,
        (errcode(ERRCODE_WRONG_OBJECT_TYPE),
         errmsg("searches of index \"%s\" find all rows", RelationGetRelationName(index)),
         errdetail("There is nothing to calibrate in an index of %s.", access_method_name(index))));
  }
  require_usable(index);
  return index;
}

/// Checks that the type of the queries is that of the column. Both may be domains.
void check_type(Relation index, Oid type) {
  if (getBaseType(type) != index->rd_opcintype[0]) {
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("queries of index \"%s\" are of type %s, not %s",
                           RelationGetRelationName(index), format_type_be(index->rd_opcintype[0]),
                           format_type_be(type))));
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_calibrate)
{
  InitMaterializedSRF(fcinfo, 0);
  if (PG_ARGISNULL(0)) {
    return Datum{};
  }
  const Relation index = open_own_index(PG_GETARG_OID(0));
  if (PG_ARGISNULL(1)) {
    set_effort_option(index, nullptr);
    index_close(index, NoLock);
    return Datum{};
  }
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(1);
  check_type(index, ARR_ELEMTYPE(array));
  check_may_count(PG_GETARG_OID(0), "calibrate", nullptr);
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  check_may_evaluate_as_owner(heap, index);
  Calibration calibration;
  as_owner(heap, [&] { calibrate(heap, index, array, &calibration); });
  table_close(heap, AccessShareLock);
  if (std::isnan(calibration.at[0][0].scans.mean)) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("index \"%s\" cannot be calibrated by these queries",
                           RelationGetRelationName(index)),
                    errdetail("It has no rows, or all of them are compared with such queries.")));
  }
  keep(index, calibration);
  index_close(index, NoLock);
  return_rows(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo), calibration);
  return Datum{};
}

}  // namespace vecext::pg
