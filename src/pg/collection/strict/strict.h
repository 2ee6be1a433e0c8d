// Refusals of strict mode: SQLSTATE 54000.
#pragma once

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// Raises an ERROR if there is a bound and the value is above it. `what` is a plural: points in one
/// call.
void check_bound(const Collection& collection, int64 bound, int64 value, const char* what);

/// Refuses more rows than a request may return.
inline void check_query_limit(const Collection& collection, int64 limit) {
  check_bound(collection, collection.strict.max_query_limit, limit, "rows of a request");
}

/// Refuses more points than one call may write.
inline void check_batch(const Collection& collection, int64 points) {
  check_bound(collection, collection.strict.upsert_max_batchsize, points, "points in one call");
}

/// What a call is about to write, or has written.
struct Written {
  std::int64_t points;  // new ones, at most
  bool has_vectors;
  bool has_payloads;
};

/// Before points are written, waits for other transactions that have written to a collection which
/// is about to have as many points as it may have. An SPI connection is open, as for
/// check_totals().
void lock_totals(const Collection& collection, const Written& written);

/// Refuses what has just been written if the collection has more points than it may have, or more
/// bytes of vectors or payloads.
void check_totals(const Collection& collection, const Written& written);

enum class FilterUse : std::uint8_t { kRetrieve, kUpdate };

/// Refuses a key to order or group by, or whose values are counted, that has no payload index,
/// where filters of reads may not have such a key. No SPI connection need be open.
void check_key(const Collection& collection, std::string_view key);

/// Refuses filters that are too large, or have keys without a payload index where that is not
/// allowed. `filter` is null if there is none. No SPI connection need be open.
void check_filter(const Collection& collection, Jsonb* filter, FilterUse use);

}  // namespace vecext::pg
