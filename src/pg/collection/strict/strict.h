// Refusals of strict mode. All raise an ERROR 54000.
#pragma once

#include "pg/namespace/admission.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// Raises an ERROR if `value` is above `bound`; a bound of -1 is not one. `rule` is the option that
/// sets the bound, and `what` the plural of what is counted, as in "points in one call".
void check_bound(const Collection& collection, int64 bound, int64 value, const char* rule,
                 const char* what);

/// Raises an ERROR if a request asks for more rows than it may.
inline void check_query_limit(const Collection& collection, int64 limit) {
  check_results(collection, limit);
  check_bound(collection, collection.strict.max_query_limit, limit, "max_query_limit",
              "rows of a request");
}

/// Raises an ERROR if a call writes more points than it may.
inline void check_batch(const Collection& collection, int64 points) {
  check_points_of_call(collection, points);
  check_bound(collection, collection.strict.upsert_max_batchsize, points, "upsert_max_batchsize",
              "points in one call");
}

/// What a call is about to write, or has written.
struct Written {
  std::int64_t points;  // upper bound of the number of new points
  bool has_vectors;
  bool has_payloads;
};

/// To be called before points are written. If the collection may then exceed its number of points,
/// waits for the end of other transactions that have written to it. An SPI connection must be open,
/// as for check_totals().
void lock_totals(const Collection& collection, const Written& written);

/// To be called after points are written. Raises an ERROR if the collection has more points, or
/// more bytes of vectors or payloads, than it may have.
void check_totals(const Collection& collection, const Written& written);

enum class FilterUse : std::uint8_t { kRetrieve, kUpdate };

/// Checks a key that a request orders by, groups by or counts the values of. Raises an ERROR if it
/// has no payload index and strict mode refuses such keys in filters of reads. An SPI connection
/// need not be open.
void check_key(const Collection& collection, std::string_view key);

/// Raises an ERROR if a filter has more conditions or values than it may, or a key without a
/// payload index where strict mode refuses that. `filter` is null if there is none. An SPI
/// connection need not be open.
void check_filter(const Collection& collection, Jsonb* filter, FilterUse use);

}  // namespace vecext::pg
