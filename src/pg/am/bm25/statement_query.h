// Queries of the statement that runs: each is prepared once, so that all its scores agree, in scans
// and outside of them, whatever other sessions insert meanwhile.
#pragma once

#include <optional>

#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/text_scorer.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct StatementQuery;

/// A scan by a query, in memory of the scan.
struct QueryScan {
  const OrderedScan* scan;
  StatementQuery* query;
  QueryScan* next;  // by the same query
};

/// One who keeps a query, until the memory it lives in is reset. All zeros at first.
struct QueryHolder {
  StatementQuery* query;
  MemoryContextCallback release;
};

/// The query of the statement that runs; it stays valid until the holder holds another one, or
/// `context` is reset. The holder lies in memory of `context`, and always calls with the same one.
StatementQuery* hold_query(const Bm25Query& query, QueryHolder* holder, MemoryContext context);

/// Its scorer, with the statistics of the index that the query names.
const TextScorer& scorer_of(StatementQuery* query);

/// True if an index reads texts as `named` does (text_options_of), so that the words of a query for
/// that one are those of its rows, too.
bool is_read_alike(Oid named, Oid index);

/// Notes that a scan by the query runs, until the scan's memory is freed. The scan holds the query,
/// and `noted` lies in its memory.
void add_scan(StatementQuery* query, const OrderedScan& scan, QueryScan* noted);

/// The distance of the row that a running scan by the query has returned last, if the value is its.
std::optional<double> distance_in_scan(const StatementQuery& query, Datum value);

}  // namespace vecext::pg
