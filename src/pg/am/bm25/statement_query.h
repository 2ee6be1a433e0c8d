// The queries of the statement that runs. Each query is prepared once, so that all its scores
// agree, inside scans and outside of them, whatever other sessions insert meanwhile.
#pragma once

#include <optional>

#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct StatementQuery;

/// A scan by a query. It lies in memory of the scan.
struct QueryScan {
  const OrderedScan* scan;
  StatementQuery* query;
  QueryScan* next;  // another scan by the same query
};

/// Keeps a query until the memory that it lies in is reset. It begins as all zeros.
struct QueryHolder {
  StatementQuery* query;
  MemoryContextCallback release;
};

/// Returns what the statement that runs keeps of `query`. It stays valid until `holder` is passed
/// again for another query, or `context` is reset. `holder` lies in memory of `context`, and is
/// always passed with the same context.
StatementQuery* hold_query(const Bm25Query& query, QueryHolder* holder, MemoryContext context);

/// Returns the query's scorer, with the statistics of the index that the query names.
const TextScorer& scorer_of(StatementQuery* query);

/// True if `index` reads texts in the same way as `named` does (text_options_of), so that the words
/// of a query for `named` mean the same in the rows of `index`.
bool is_read_alike(Oid named, Oid index);

/// Notes that a scan by the query runs, until the scan's memory is freed. The scan holds the query,
/// and `noted` lies in its memory.
void add_scan(StatementQuery* query, const OrderedScan& scan, QueryScan* noted);

/// Returns the distance of the row that a running scan by the query has returned last, if `value`
/// is the indexed value of that row.
std::optional<double> distance_in_scan(const StatementQuery& query, Datum value);

}  // namespace vecext::pg
