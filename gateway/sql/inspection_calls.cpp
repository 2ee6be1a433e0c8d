#include "sql/inspection_calls.h"

#include "sql/names.h"

namespace vecext::gateway::sql {

Call collection_overview() {
  static const Statement kStatement{
      "collection_overview",
      "SELECT s.name, pg_catalog.to_jsonb(s) OPERATOR(pg_catalog.-) 'relid'"
      " FROM vecext.collection_stats AS s ORDER BY s.name"};
  return {&kStatement, {}};
}

Call query_plan(std::string_view collection, const SearchRequest& request) {
  static const Statement kStatement{
      "query_plan",
      R"(SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
  'statement', statement,
  'parameters', coalesce((
    SELECT pg_catalog.jsonb_agg(CASE WHEN pg_catalog.length(p) OPERATOR(pg_catalog.>) 300
      THEN pg_catalog.concat(pg_catalog.left(p, 200), ' … (', pg_catalog.length(p), ' characters)')
      ELSE p END ORDER BY i)
    FROM pg_catalog.unnest(parameters) WITH ORDINALITY AS u(p, i)), '[]'),
  'rows', rows,
  'plan', pg_catalog.regexp_replace(plan, '(\[[-+0-9.e,]{100})[-+0-9.e,]*\]', '\1…]', 'g'))
  ORDER BY no), '[]')
FROM vecext.query_plan($1, $2::jsonb, $3)
     WITH ORDINALITY AS q(statement, parameters, rows, plan, no))"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(request.json)};
  add_vectors(call.arguments, request.dense);
  return call;
}

Call collection_outline(std::string_view collection) {
  static const Statement kStatement{"collection_outline",
                                    "SELECT vecext.collection_info($1)"
                                    " OPERATOR(pg_catalog.-) 'aliases'"};
  return {&kStatement, Arguments().text(quoted(collection))};
}

Call collection_health(std::string_view collection) {
  static const Statement kStatement{"collection_health",
                                    R"(WITH c AS MATERIALIZED (
  SELECT vecext.collection_table($1) AS relid, vecext.collection_info($1) AS info),
parts AS (
  SELECT (info OPERATOR(pg_catalog.->>) 'bytes')::int8 AS bytes,
         (info OPERATOR(pg_catalog.->>) 'table_bytes')::int8 AS table_bytes,
         (info OPERATOR(pg_catalog.->>) 'index_bytes')::int8 AS index_bytes,
         coalesce((SELECT pg_catalog.sum((v.value OPERATOR(pg_catalog.#>>) '{index,bytes}')::int8)
                   FROM pg_catalog.jsonb_each(info OPERATOR(pg_catalog.->) 'vectors') AS v), 0) AS vector_index_bytes,
         coalesce((SELECT pg_catalog.sum((p OPERATOR(pg_catalog.->>) 'bytes')::int8)
                   FROM pg_catalog.jsonb_array_elements(info OPERATOR(pg_catalog.->) 'payload_indexes') AS p), 0)
           AS payload_index_bytes
  FROM c),
indexes AS (
  SELECT x.indexname::text AS name, x.method::text AS method, x.valid, x.bytes, x.options,
         s.rows, s.pending_rows, s.dead_rows, s.advice
  FROM c JOIN pg_catalog.pg_index AS i
         ON i.indrelid OPERATOR(pg_catalog.=) c.relid
            OR i.indrelid OPERATOR(pg_catalog.=) ANY (
                 SELECT inhrelid FROM pg_catalog.pg_inherits
                 WHERE inhparent OPERATOR(pg_catalog.=) c.relid)
       JOIN vecext.indexes AS x ON x.index OPERATOR(pg_catalog.=) i.indexrelid
       CROSS JOIN LATERAL vecext.index_state(x.index) AS s)
SELECT (c.info OPERATOR(pg_catalog.-) 'aliases')
       OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object(
  'sizes', (SELECT pg_catalog.jsonb_build_object('bytes', bytes, 'table', table_bytes,
                                      'vector_indexes', vector_index_bytes,
                                      'payload_indexes', payload_index_bytes,
                                      'other_indexes', index_bytes OPERATOR(pg_catalog.-) vector_index_bytes
                                        OPERATOR(pg_catalog.-) payload_index_bytes) FROM parts),
  'indexes', coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(indexes) ORDER BY name) FROM indexes), '[]'),
  'use', coalesce((
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('vector', v.key, 'index', e.index::text,
                                        'method', e.method, 'operator', e.operator,
                                        'usable', e.usable, 'advice', e.advice))
    FROM pg_catalog.jsonb_each(c.info OPERATOR(pg_catalog.->) 'vectors') AS v
         CROSS JOIN LATERAL vecext.explain_index(
           c.relid, (v.value OPERATOR(pg_catalog.->>) 'column')::name) AS e),
    '[]'))
FROM c)"};
  return {&kStatement, Arguments().text(quoted(collection))};
}

Call estimate_recall(std::string_view collection, std::string_view vector, std::int32_t limit,
                     std::int32_t sample) {
  static const Statement kStatement{"estimate_recall",
                                    R"(SELECT i.name, vecext.recall(i.index, $3, $4)
FROM (SELECT vecext.collection_info($1)
               OPERATOR(pg_catalog.#>>) ARRAY['vectors', $2, 'index', 'name'] AS name,
             vecext.collection_table($1) AS relid) AS c
     LEFT JOIN LATERAL (
       SELECT p.indexrelid::regclass AS index, c.name
       FROM pg_catalog.pg_index AS p
            JOIN pg_catalog.pg_class AS r ON r.oid OPERATOR(pg_catalog.=) p.indexrelid
       WHERE p.indrelid OPERATOR(pg_catalog.=) c.relid
         AND r.relname OPERATOR(pg_catalog.=) c.name) AS i ON true)"};
  return {&kStatement,
          Arguments().text(quoted(collection)).text(vector).int32(limit).int32(sample)};
}

Call hybrid_search(std::string_view collection, std::string_view request,
                   std::string_view with_payload, std::string_view with_vectors,
                   const DenseVectors& vector) {
  static const Statement kStatement{"hybrid_search",
                                    R"(WITH request AS (SELECT $2::jsonb AS r),
found AS MATERIALIZED (
  SELECT h.id, h.score, h.ranks, h.scores, pg_catalog.row_number() OVER () AS no
  FROM request CROSS JOIN LATERAL vecext.hybrid_search(
    vecext.collection_table($1), text => r OPERATOR(pg_catalog.->>) 'text',
    vector => $5[1],
    legs => r OPERATOR(pg_catalog.->) 'legs', filter => r OPERATOR(pg_catalog.->) 'filter',
    method => coalesce(r OPERATOR(pg_catalog.->>) 'method', 'relative'),
    limit_ => coalesce((r OPERATOR(pg_catalog.->>) 'limit')::int4, 10),
    window_ => coalesce((r OPERATOR(pg_catalog.->>) 'window')::int4, 100),
    k => coalesce((r OPERATOR(pg_catalog.->>) 'k')::float8, 60),
    alpha => (r OPERATOR(pg_catalog.->>) 'alpha')::float8,
    weights => CASE WHEN r OPERATOR(pg_catalog.?) 'weights' THEN ARRAY(
      SELECT w::float8
      FROM pg_catalog.jsonb_array_elements_text(r OPERATOR(pg_catalog.->) 'weights') AS w) END,
    text_column => r OPERATOR(pg_catalog.->>) 'text_using',
    vector_column => r OPERATOR(pg_catalog.->>) 'vector_using',
    offset_ => coalesce((r OPERATOR(pg_catalog.->>) 'offset')::int4, 0),
    params => coalesce(r OPERATOR(pg_catalog.->) 'params', '{}')) AS h)
SELECT f.id, f.score, p.payload, p.vectors, NULL::jsonb,
       pg_catalog.to_jsonb(f.ranks), pg_catalog.to_jsonb(f.scores)
FROM found AS f LEFT JOIN vecext.get_points($1, coalesce((
       SELECT pg_catalog.jsonb_agg(CASE WHEN id OPERATOR(pg_catalog.~) '^[0-9]+$'
                                         THEN pg_catalog.to_jsonb(id::numeric)
                                         ELSE pg_catalog.to_jsonb(id) END)
       FROM found), '[]'), $3::jsonb, $4::jsonb) AS p ON p.id OPERATOR(pg_catalog.=) f.id
ORDER BY f.no)"};
  Call call{
      &kStatement,
      Arguments().text(quoted(collection)).json(request).json(with_payload).json(with_vectors)};
  add_vectors(call.arguments, vector);
  return call;
}

Call replication_state() {
  static const Statement kStatement{"replication_state",
                                    R"(WITH here AS MATERIALIZED (
  SELECT pg_catalog.pg_is_in_recovery() AS is_standby,
         CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT pg_catalog.jsonb_build_object(
  'server_version', pg_catalog.current_setting('server_version'),
  'database', pg_catalog.current_database(),
  'role', CASE WHEN is_standby THEN 'standby' ELSE 'primary' END,
  'lsn', lsn,
  'sees_all', pg_catalog.pg_has_role('pg_read_all_stats', 'usage'),
  'has_citus', EXISTS (
    SELECT FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'citus'),
  'receive_lag_bytes', CASE WHEN is_standby THEN
    pg_catalog.pg_last_wal_receive_lsn() OPERATOR(pg_catalog.-) lsn END,
  'replay_lag_seconds', CASE
    WHEN is_standby AND pg_catalog.pg_last_wal_receive_lsn() OPERATOR(pg_catalog.=) lsn THEN 0
    WHEN is_standby THEN
      extract(epoch FROM pg_catalog.now()
                         OPERATOR(pg_catalog.-) pg_catalog.pg_last_xact_replay_timestamp()) END,
  'standbys', coalesce((
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'name', application_name, 'address', pg_catalog.host(client_addr), 'state', state,
      'sync_state', sync_state, 'lag_bytes', lsn OPERATOR(pg_catalog.-) replay_lsn,
      'replay_lag_seconds', extract(epoch FROM replay_lag)) ORDER BY application_name)
    FROM pg_catalog.pg_stat_replication), '[]'),
  'slots', coalesce((
    SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'name', slot_name, 'type', slot_type, 'active', active, 'wal_status', wal_status,
      'kept_bytes', lsn OPERATOR(pg_catalog.-) restart_lsn) ORDER BY slot_name)
    FROM pg_catalog.pg_replication_slots), '[]'))
FROM here)"};
  return {&kStatement, {}};
}

}  // namespace vecext::gateway::sql
