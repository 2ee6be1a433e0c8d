#include "sql/statistics_calls.h"

#include <string>

#include "sql/names.h"

namespace vecext::gateway::sql {

namespace {

// The columns of both calls; `condition` chooses collections.
std::string statistics_text(std::string_view condition) {
  return "SELECT s.name, s.status, coalesce(s.points, 0), coalesce(s.dead_points, 0),"
         " s.table_bytes, s.toast_bytes, s.vector_index_bytes, s.payload_index_bytes,"
         " s.other_index_bytes, coalesce(c.hits, 0)::int8, coalesce(c.reads, 0)::int8, v.vector,"
         " coalesce(v.indexed_points, 0), coalesce(v.pending_points, 0)"
         " FROM vecext.collection_stats s"
         " LEFT JOIN vecext.collection_vector_stats v ON v.relid = s.relid"
         " LEFT JOIN LATERAL (SELECT"
         " sum(coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0)"
         " + coalesce(toast_blks_hit, 0) + coalesce(tidx_blks_hit, 0)) AS hits,"
         " sum(coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0)"
         " + coalesce(toast_blks_read, 0) + coalesce(tidx_blks_read, 0)) AS reads"
         " FROM pg_catalog.pg_partition_tree(s.relid) t"
         " JOIN pg_catalog.pg_statio_user_tables i ON i.relid = t.relid) c ON true" +
         std::string(condition) + " ORDER BY s.name, v.vector";
}

}  // namespace

Call statistics() {
  static const std::string kText = statistics_text("");
  static const Statement kStatement{"statistics", kText.c_str()};
  return {&kStatement, {}};
}

Call statistics(std::string_view name) {
  static const std::string kText = statistics_text(" WHERE s.relid = vecext.collection_table($1)");
  static const Statement kStatement{"statistics_of", kText.c_str()};
  return {&kStatement, Arguments().text(quoted(name))};
}

Statistics statistics_of(const Result& rows, int row) {
  Statistics statistics;
  int column = 0;
  statistics.collection = rows.text(row, column++);
  statistics.status = rows.text(row, column++);
  for (std::int64_t* number :
       {&statistics.points, &statistics.dead_points, &statistics.table_bytes,
        &statistics.toast_bytes, &statistics.vector_index_bytes, &statistics.payload_index_bytes,
        &statistics.other_index_bytes, &statistics.cache_hits, &statistics.cache_reads}) {
    *number = rows.int64(row, column++);
  }
  statistics.has_vector = !rows.is_null(row, column);
  statistics.vector = rows.text(row, column++);
  statistics.indexed_points = rows.int64(row, column++);
  statistics.pending_points = rows.int64(row, column++);
  return statistics;
}

Call index_builds(std::string_view name) {
  static const Statement kStatement{
      "index_builds",
      "SELECT md5(p.pid || '/' || p.index_relid || '/' || a.query_start)::uuid::text,"
      " to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), p.phase,"
      " p.tuples_done, p.tuples_total"
      " FROM pg_catalog.pg_stat_progress_create_index p"
      " JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid"
      " WHERE p.datname = current_database() AND p.relid IN"
      " (SELECT relid FROM pg_catalog.pg_partition_tree(vecext.collection_table($1)))"
      " ORDER BY a.query_start, p.pid"};
  return {&kStatement, Arguments().text(quoted(name))};
}

IndexBuild index_build_of(const Result& rows, int row) {
  return {rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.int64(row, 3),
          rows.int64(row, 4)};
}

}  // namespace vecext::gateway::sql
