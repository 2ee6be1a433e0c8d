#include "sql/statistics_calls.h"

#include <string>

#include "sql/names.h"

namespace vecext::gateway::sql {

namespace {

// Returns the statement of both calls. `condition` chooses the collections.
std::string statistics_text(std::string_view condition) {
  return "WITH RECURSIVE tables (relid, part) AS (SELECT relid::oid, relid::oid"
         " FROM vecext.collections UNION SELECT t.relid, i.inhrelid"
         " FROM tables t JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) "
         "t.part),"
         " heaps (relid, heap) AS (SELECT relid, part FROM tables UNION ALL"
         " SELECT t.relid, k.reltoastrelid FROM tables t JOIN pg_catalog.pg_class k"
         " ON k.oid OPERATOR(pg_catalog.=) t.part"
         " AND k.reltoastrelid OPERATOR(pg_catalog.<>) 0::oid),"
         " blocks (relid, hits, fetches) AS (SELECT f.relid,"
         " pg_catalog.sum(pg_catalog.pg_stat_get_blocks_hit(f.file)),"
         " pg_catalog.sum(pg_catalog.pg_stat_get_blocks_fetched(f.file))"
         " FROM (SELECT relid, heap FROM heaps UNION ALL SELECT h.relid, i.indexrelid"
         " FROM heaps h JOIN pg_catalog.pg_index i ON i.indrelid OPERATOR(pg_catalog.=) h.heap) f "
         "(relid, file)"
         " GROUP BY f.relid)"
         " SELECT s.name, s.status, coalesce(s.points, 0), coalesce(s.dead_points, 0),"
         " s.table_bytes, s.toast_bytes, s.vector_index_bytes, s.payload_index_bytes,"
         " s.other_index_bytes, coalesce(b.hits, 0)::int8,"
         " coalesce(b.fetches OPERATOR(pg_catalog.-) b.hits, 0)::int8, v.vector,"
         " coalesce(v.indexed_points, 0), coalesce(v.pending_points, 0)"
         " FROM vecext.collection_stats s"
         " LEFT JOIN vecext.collection_vector_stats v ON v.relid OPERATOR(pg_catalog.=) s.relid"
         " LEFT JOIN blocks b ON b.relid OPERATOR(pg_catalog.=) s.relid" +
         std::string(condition) + " ORDER BY s.name, v.vector";
}

}  // namespace

Call statistics() {
  static const std::string kText = statistics_text("");
  static const Statement kStatement{"statistics", kText.c_str()};
  return {&kStatement, {}};
}

Call statistics(std::string_view name) {
  static const std::string kText =
      statistics_text(" WHERE s.relid OPERATOR(pg_catalog.=) vecext.collection_table($1)");
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
  SELECT (info OPERATOR(pg_catalog.->>) 'table_bytes')::int8 AS table_bytes,
         (info OPERATOR(pg_catalog.->>) 'index_bytes')::int8 AS index_bytes,
         coalesce((info OPERATOR(pg_catalog.->>) 'points_estimate')::int8, 0) AS points
  FROM c),
vectors AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.strpos(v.value OPERATOR(pg_catalog.->>) 'type', 'sparsevec')
                   OPERATOR(pg_catalog.>) 0 THEN 'sparse_vectors' ELSE 'vectors' END
           AS kind, v.key AS name,
         least(table_bytes, points OPERATOR(pg_catalog.*) coalesce((
           SELECT (CASE WHEN t[1] OPERATOR(pg_catalog.=) 'vector' THEN 4
                        WHEN t[1] OPERATOR(pg_catalog.=) 'halfvec' THEN 2 END
                   OPERATOR(pg_catalog.*) t[2]::int8) OPERATOR(pg_catalog.+) 8
           FROM pg_catalog.regexp_match(v.value OPERATOR(pg_catalog.->>) 'type',
                                        '(\w+)\((\d+)\)$') AS t), 0)) AS storage,
         coalesce((v.value OPERATOR(pg_catalog.#>>) '{index,bytes}')::int8, 0) AS bytes,
         coalesce((
           SELECT pg_catalog.sum(b.bytes)
           FROM vecext.shared_blocks() AS b
                JOIN pg_catalog.pg_index AS i ON i.indexrelid OPERATOR(pg_catalog.=) b.relation
                JOIN pg_catalog.pg_class AS r ON r.oid OPERATOR(pg_catalog.=) b.relation
           WHERE i.indrelid OPERATOR(pg_catalog.=) c.relid
             AND r.relname OPERATOR(pg_catalog.=)
                 (v.value OPERATOR(pg_catalog.#>>) '{index,name}')), 0)::int8 AS shared
  FROM c CROSS JOIN sizes CROSS JOIN LATERAL pg_catalog.jsonb_each(
         c.info OPERATOR(pg_catalog.->) 'vectors') AS v),
payload_indexes AS MATERIALIZED (
  SELECT p OPERATOR(pg_catalog.->>) 'key' AS name,
         pg_catalog.sum((p OPERATOR(pg_catalog.->>) 'bytes')::int8)::int8 AS bytes
  FROM c CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(
                              c.info OPERATOR(pg_catalog.->) 'payload_indexes') AS p GROUP BY 1),
sums AS MATERIALIZED (
  SELECT table_bytes, index_bytes, storage, shared,
         v.bytes OPERATOR(pg_catalog.+) p.bytes AS known_bytes
  FROM sizes CROSS JOIN (
         SELECT coalesce(pg_catalog.sum(storage), 0)::int8 AS storage,
                coalesce(pg_catalog.sum(shared), 0)::int8 AS shared,
                coalesce(pg_catalog.sum(bytes), 0)::int8 AS bytes FROM vectors) AS v
       CROSS JOIN (SELECT coalesce(pg_catalog.sum(bytes), 0)::int8 AS bytes
                   FROM payload_indexes) AS p),
parts (kind, name, part, disk, ram, cache) AS (
  SELECT kind, name, 'storage', storage, 0, 0 FROM vectors
  UNION ALL SELECT kind, name, 'index', bytes, shared, bytes FROM vectors
  UNION ALL SELECT 'payload_index', name, 'usage', bytes, 0, bytes FROM payload_indexes
  UNION ALL SELECT 'payload', '', '', greatest(table_bytes OPERATOR(pg_catalog.-) storage, 0), 0, 0
            FROM sums
  UNION ALL SELECT 'other', '', '', greatest(index_bytes OPERATOR(pg_catalog.-) known_bytes, 0),
                   0, 0 FROM sums
  UNION ALL SELECT 'total', '', '', table_bytes OPERATOR(pg_catalog.+) index_bytes, shared,
                   known_bytes FROM sums),
usages AS MATERIALIZED (
  SELECT kind, name, part,
         pg_catalog.jsonb_build_object('disk_bytes', disk, 'ram_bytes', ram, 'cached_bytes', 0,
                            'expected_cache_bytes', cache) AS usage
  FROM parts),
lists AS MATERIALIZED (
  SELECT kind, pg_catalog.jsonb_agg(entry ORDER BY name) AS list
  FROM (SELECT kind, name,
               pg_catalog.jsonb_build_object('name', name)
                 OPERATOR(pg_catalog.||) pg_catalog.jsonb_object_agg(part, usage) AS entry
        FROM usages WHERE part OPERATOR(pg_catalog.<>) '' GROUP BY kind, name) AS e GROUP BY kind)
SELECT pg_catalog.jsonb_build_object(
  'total', (SELECT usage FROM usages WHERE kind OPERATOR(pg_catalog.=) 'total'),
  'vectors', coalesce((
    SELECT list FROM lists WHERE kind OPERATOR(pg_catalog.=) 'vectors'), '[]'),
  'sparse_vectors', coalesce((
    SELECT list FROM lists WHERE kind OPERATOR(pg_catalog.=) 'sparse_vectors'), '[]'),
  'payload', (SELECT usage FROM usages WHERE kind OPERATOR(pg_catalog.=) 'payload'),
  'payload_index', coalesce((
    SELECT list FROM lists WHERE kind OPERATOR(pg_catalog.=) 'payload_index'), '[]'),
  'other', pg_catalog.jsonb_build_object('id_tracker', (
    SELECT usage FROM usages WHERE kind OPERATOR(pg_catalog.=) 'other'))))"};
  return {&kStatement, Arguments().text(quoted(name))};
}

Call index_builds(std::string_view name) {
  static const Statement kStatement{
      "index_builds",
      "SELECT pg_catalog.md5(pg_catalog.concat(p.pid, '/', p.index_relid, '/', a.query_start))"
      "::uuid::text,"
      " pg_catalog.to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
      "p.phase,"
      " p.tuples_done, p.tuples_total"
      " FROM pg_catalog.pg_stat_progress_create_index p"
      " JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) p.pid"
      " WHERE p.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()"
      " AND p.relid OPERATOR(pg_catalog.=) ANY (SELECT vecext.collection_table($1)"
      " UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(vecext.collection_table($1)) t)"
      " ORDER BY a.query_start, p.pid"};
  return {&kStatement, Arguments().text(quoted(name))};
}

IndexBuild index_build_of(const Result& rows, int row) {
  return {rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.int64(row, 3),
          rows.int64(row, 4)};
}

}  // namespace vecext::gateway::sql
