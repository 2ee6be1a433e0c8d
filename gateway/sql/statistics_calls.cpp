#include "sql/statistics_calls.h"

namespace vecext::gateway::sql {

Call statistics() {
  static const Statement kStatement{
      "statistics",
      "SELECT s.name, s.status, coalesce(s.points, 0), coalesce(s.dead_points, 0), s.table_bytes,"
      " s.toast_bytes, s.vector_index_bytes, s.payload_index_bytes, s.other_index_bytes,"
      " coalesce(c.hits, 0)::int8, coalesce(c.reads, 0)::int8, v.vector,"
      " coalesce(v.indexed_points, 0), coalesce(v.pending_points, 0)"
      " FROM vecext.collection_stats s"
      " LEFT JOIN vecext.collection_vector_stats v ON v.relid = s.relid"
      " LEFT JOIN LATERAL (SELECT"
      " sum(coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0) + coalesce(toast_blks_hit, 0)"
      " + coalesce(tidx_blks_hit, 0)) AS hits,"
      " sum(coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0) + coalesce(toast_blks_read, 0)"
      " + coalesce(tidx_blks_read, 0)) AS reads"
      " FROM pg_catalog.pg_partition_tree(s.relid) t"
      " JOIN pg_catalog.pg_statio_user_tables i ON i.relid = t.relid) c ON true"
      " ORDER BY s.name, v.vector"};
  return {&kStatement, {}};
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

}  // namespace vecext::gateway::sql
