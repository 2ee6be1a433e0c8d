#include "sql/statistics_calls.h"

#include <string>

#include "sql/names.h"

namespace vecext::gateway::sql {

namespace {

// Returns the statement of both calls. `condition` chooses the collections.
std::string statistics_text(std::string_view condition) {
  return "WITH RECURSIVE tables (relid, part) AS (SELECT relid::oid, relid::oid"
         " FROM vecext.collections UNION SELECT t.relid, i.inhrelid"
         " FROM tables t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.part),"
         " heaps (relid, heap) AS (SELECT relid, part FROM tables UNION ALL"
         " SELECT t.relid, k.reltoastrelid FROM tables t JOIN pg_catalog.pg_class k"
         " ON k.oid = t.part AND k.reltoastrelid <> 0),"
         " blocks (relid, hits, fetches) AS (SELECT f.relid,"
         " sum(pg_catalog.pg_stat_get_blocks_hit(f.file)),"
         " sum(pg_catalog.pg_stat_get_blocks_fetched(f.file))"
         " FROM (SELECT relid, heap FROM heaps UNION ALL SELECT h.relid, i.indexrelid"
         " FROM heaps h JOIN pg_catalog.pg_index i ON i.indrelid = h.heap) f (relid, file)"
         " GROUP BY f.relid)"
         " SELECT s.name, s.status, coalesce(s.points, 0), coalesce(s.dead_points, 0),"
         " s.table_bytes, s.toast_bytes, s.vector_index_bytes, s.payload_index_bytes,"
         " s.other_index_bytes, coalesce(b.hits, 0)::int8,"
         " coalesce(b.fetches - b.hits, 0)::int8, v.vector,"
         " coalesce(v.indexed_points, 0), coalesce(v.pending_points, 0)"
         " FROM vecext.collection_stats s"
         " LEFT JOIN vecext.collection_vector_stats v ON v.relid = s.relid"
         " LEFT JOIN blocks b ON b.relid = s.relid" +
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

Call collection_memory(std::string_view name) {
  static const Statement kStatement{"collection_memory", R"(WITH c AS MATERIALIZED (
  SELECT vecext.collection_table($1) AS relid, vecext.collection_info($1) AS info),
sizes AS MATERIALIZED (
  SELECT (info ->> 'table_bytes')::int8 AS table_bytes,
         (info ->> 'index_bytes')::int8 AS index_bytes,
         coalesce((info ->> 'points_estimate')::int8, 0) AS points
  FROM c),
vectors AS MATERIALIZED (
  SELECT CASE WHEN v.value ->> 'type' LIKE '%sparsevec%' THEN 'sparse_vectors' ELSE 'vectors' END
           AS kind, v.key AS name,
         least(table_bytes, points * coalesce((
           SELECT CASE t[1] WHEN 'vector' THEN 4 WHEN 'halfvec' THEN 2 END * t[2]::int8 + 8
           FROM regexp_match(v.value ->> 'type', '(\w+)\((\d+)\)$') AS t), 0)) AS storage,
         coalesce((v.value #>> '{index,bytes}')::int8, 0) AS bytes,
         coalesce((
           SELECT sum(b.bytes)
           FROM vecext.shared_blocks() AS b JOIN pg_index AS i ON i.indexrelid = b.relation
                JOIN pg_class AS r ON r.oid = b.relation
           WHERE i.indrelid = c.relid AND r.relname = v.value #>> '{index,name}'), 0)::int8 AS shared
  FROM c CROSS JOIN sizes CROSS JOIN LATERAL jsonb_each(c.info -> 'vectors') AS v),
payload_indexes AS MATERIALIZED (
  SELECT p ->> 'key' AS name, sum((p ->> 'bytes')::int8)::int8 AS bytes
  FROM c CROSS JOIN LATERAL jsonb_array_elements(c.info -> 'payload_indexes') AS p GROUP BY 1),
sums AS MATERIALIZED (
  SELECT table_bytes, index_bytes, storage, shared, v.bytes + p.bytes AS known_bytes
  FROM sizes CROSS JOIN (
         SELECT coalesce(sum(storage), 0)::int8 AS storage, coalesce(sum(shared), 0)::int8 AS shared,
                coalesce(sum(bytes), 0)::int8 AS bytes FROM vectors) AS v
       CROSS JOIN (SELECT coalesce(sum(bytes), 0)::int8 AS bytes FROM payload_indexes) AS p),
parts (kind, name, part, disk, ram, cache) AS (
  SELECT kind, name, 'storage', storage, 0, 0 FROM vectors
  UNION ALL SELECT kind, name, 'index', bytes, shared, bytes FROM vectors
  UNION ALL SELECT 'payload_index', name, 'usage', bytes, 0, bytes FROM payload_indexes
  UNION ALL SELECT 'payload', '', '', greatest(table_bytes - storage, 0), 0, 0 FROM sums
  UNION ALL SELECT 'other', '', '', greatest(index_bytes - known_bytes, 0), 0, 0 FROM sums
  UNION ALL SELECT 'total', '', '', table_bytes + index_bytes, shared, known_bytes FROM sums),
usages AS MATERIALIZED (
  SELECT kind, name, part,
         jsonb_build_object('disk_bytes', disk, 'ram_bytes', ram, 'cached_bytes', 0,
                            'expected_cache_bytes', cache) AS usage
  FROM parts),
lists AS MATERIALIZED (
  SELECT kind, jsonb_agg(entry ORDER BY name) AS list
  FROM (SELECT kind, name,
               jsonb_build_object('name', name) || jsonb_object_agg(part, usage) AS entry
        FROM usages WHERE part <> '' GROUP BY kind, name) AS e GROUP BY kind)
SELECT jsonb_build_object(
  'total', (SELECT usage FROM usages WHERE kind = 'total'),
  'vectors', coalesce((SELECT list FROM lists WHERE kind = 'vectors'), '[]'),
  'sparse_vectors', coalesce((SELECT list FROM lists WHERE kind = 'sparse_vectors'), '[]'),
  'payload', (SELECT usage FROM usages WHERE kind = 'payload'),
  'payload_index', coalesce((SELECT list FROM lists WHERE kind = 'payload_index'), '[]'),
  'other', jsonb_build_object('id_tracker', (SELECT usage FROM usages WHERE kind = 'other'))))"};
  return {&kStatement, Arguments().text(quoted(name))};
}

Call index_builds(std::string_view name) {
  static const Statement kStatement{
      "index_builds",
      "SELECT md5(p.pid || '/' || p.index_relid || '/' || a.query_start)::uuid::text,"
      " to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), p.phase,"
      " p.tuples_done, p.tuples_total"
      " FROM pg_catalog.pg_stat_progress_create_index p"
      " JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid"
      " WHERE p.datname = current_database() AND p.relid IN (SELECT vecext.collection_table($1)"
      " UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(vecext.collection_table($1)) t)"
      " ORDER BY a.query_start, p.pid"};
  return {&kStatement, Arguments().text(quoted(name))};
}

IndexBuild index_build_of(const Result& rows, int row) {
  return {rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.int64(row, 3),
          rows.int64(row, 4)};
}

}  // namespace vecext::gateway::sql
