// Admits calls of functions over collections whose points belong to namespaces.
//
// A call is announced when it begins, and admitted before its first statement: by then the function
// has checked the sizes of the request, and a request that is too large does not count as one.
#pragma once

#include "pg/registry/registry.h"
#include "pg/shared/namespace_usage.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Says that a call of that kind on the collection begins.
void announce_call(const Collection& collection, CallKind kind);

/// Says that what begins is not a call that counts.
void announce_no_call();

/// Admits the call that was announced, if it was not admitted yet. Raises an ERROR 25006 if the
/// status of the caller's namespace does not allow it, 53400 if it exceeds the rate of requests or
/// the number of queries that run.
void admit_call();

/// Says that the outermost statement of the session has ended, and with it all of its queries.
void end_queries();

/// Raises an ERROR 53400 if a request asks for more rows, or writes more points, than the caller's
/// namespace may.
void check_results(const Collection& collection, int64 rows);
void check_points_of_call(const Collection& collection, int64 points);

}  // namespace vecext::pg
