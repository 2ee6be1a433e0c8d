#include "sql/inspection_calls.h"

#include "sql/names.h"

namespace vecext::gateway::sql {

Call collection_overview() {
  static const Statement kStatement{
      "collection_overview",
      "SELECT s.name, to_jsonb(s) - 'relid' FROM vecext.collection_stats AS s ORDER BY s.name"};
  return {&kStatement, {}};
}

Call query_plan(std::string_view collection, const SearchRequest& request) {
  static const Statement kStatement{"query_plan",
                                    R"(SELECT coalesce(jsonb_agg(jsonb_build_object(
  'statement', statement,
  'parameters', coalesce((
    SELECT jsonb_agg(CASE WHEN length(p) > 300
                          THEN left(p, 200) || ' … (' || length(p) || ' characters)'
                          ELSE p END ORDER BY i)
    FROM unnest(parameters) WITH ORDINALITY AS u(p, i)), '[]'),
  'rows', rows,
  'plan', regexp_replace(plan, '(\[[-+0-9.e,]{100})[-+0-9.e,]*\]', '\1…]', 'g')) ORDER BY no), '[]')
FROM vecext.query_plan($1, $2::jsonb, $3)
     WITH ORDINALITY AS q(statement, parameters, rows, plan, no))"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(request.json)};
  add_vectors(call.arguments, request.dense);
  return call;
}

Call collection_outline(std::string_view collection) {
  static const Statement kStatement{"collection_outline",
                                    "SELECT vecext.collection_info($1) - 'aliases'"};
  return {&kStatement, Arguments().text(quoted(collection))};
}

Call collection_health(std::string_view collection) {
  static const Statement kStatement{"collection_health",
                                    R"(WITH c AS MATERIALIZED (
  SELECT vecext.collection_table($1) AS relid, vecext.collection_info($1) AS info),
parts AS (
  SELECT (info ->> 'bytes')::int8 AS bytes, (info ->> 'table_bytes')::int8 AS table_bytes,
         (info ->> 'index_bytes')::int8 AS index_bytes,
         coalesce((SELECT sum((v.value #>> '{index,bytes}')::int8)
                   FROM jsonb_each(info -> 'vectors') AS v), 0) AS vector_index_bytes,
         coalesce((SELECT sum((p ->> 'bytes')::int8)
                   FROM jsonb_array_elements(info -> 'payload_indexes') AS p), 0)
           AS payload_index_bytes
  FROM c),
indexes AS (
  SELECT x.indexname::text AS name, x.method::text AS method, x.valid, x.bytes, x.options,
         s.rows, s.pending_rows, s.dead_rows, s.advice
  FROM c JOIN pg_index AS i
         ON i.indrelid = c.relid
            OR i.indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = c.relid)
       JOIN vecext.indexes AS x ON x.index = i.indexrelid
       CROSS JOIN LATERAL vecext.index_state(x.index) AS s)
SELECT (c.info - 'aliases') || jsonb_build_object(
  'sizes', (SELECT jsonb_build_object('bytes', bytes, 'table', table_bytes,
                                      'vector_indexes', vector_index_bytes,
                                      'payload_indexes', payload_index_bytes,
                                      'other_indexes', index_bytes - vector_index_bytes
                                                       - payload_index_bytes) FROM parts),
  'indexes', coalesce((SELECT jsonb_agg(to_jsonb(indexes) ORDER BY name) FROM indexes), '[]'),
  'use', coalesce((
    SELECT jsonb_agg(jsonb_build_object('vector', v.key, 'index', e.index::text,
                                        'method', e.method, 'operator', e.operator,
                                        'usable', e.usable, 'advice', e.advice))
    FROM jsonb_each(c.info -> 'vectors') AS v
         CROSS JOIN LATERAL vecext.explain_index(c.relid, (v.value ->> 'column')::name) AS e),
    '[]'))
FROM c)"};
  return {&kStatement, Arguments().text(quoted(collection))};
}

Call estimate_recall(std::string_view collection, std::string_view vector, std::int32_t limit,
                     std::int32_t sample) {
  static const Statement kStatement{"estimate_recall",
                                    R"(SELECT i.name, vecext.recall(i.index, $3, $4)
FROM (SELECT vecext.collection_info($1) #>> ARRAY['vectors', $2, 'index', 'name'] AS name,
             vecext.collection_table($1) AS relid) AS c
     LEFT JOIN LATERAL (
       SELECT p.indexrelid::regclass AS index, c.name
       FROM pg_index AS p JOIN pg_class AS r ON r.oid = p.indexrelid
       WHERE p.indrelid = c.relid AND r.relname = c.name) AS i ON true)"};
  return {&kStatement,
          Arguments().text(quoted(collection)).text(vector).int32(limit).int32(sample)};
}

Call hybrid_search(std::string_view collection, std::string_view request,
                   std::string_view with_payload, std::string_view with_vectors) {
  static const Statement kStatement{"hybrid_search",
                                    R"(WITH request AS (SELECT $2::jsonb AS r),
found AS MATERIALIZED (
  SELECT h.id, h.score, h.ranks, h.scores, row_number() OVER () AS no
  FROM request CROSS JOIN LATERAL vecext.hybrid_search(
    vecext.collection_table($1), text => r ->> 'text', vector => (r ->> 'vector')::vector,
    legs => r -> 'legs', filter => r -> 'filter', method => coalesce(r ->> 'method', 'relative'),
    limit_ => coalesce((r ->> 'limit')::int4, 10), window_ => coalesce((r ->> 'window')::int4, 100),
    k => coalesce((r ->> 'k')::float8, 60), alpha => (r ->> 'alpha')::float8,
    weights => CASE WHEN r ? 'weights' THEN ARRAY(
      SELECT w::float8 FROM jsonb_array_elements_text(r -> 'weights') AS w) END,
    text_column => r ->> 'text_using', vector_column => r ->> 'vector_using',
    offset_ => coalesce((r ->> 'offset')::int4, 0), params => coalesce(r -> 'params', '{}')) AS h)
SELECT f.id, f.score, p.payload, p.vectors, NULL::jsonb, to_jsonb(f.ranks), to_jsonb(f.scores)
FROM found AS f LEFT JOIN vecext.get_points($1, coalesce((
       SELECT jsonb_agg(CASE WHEN id ~ '^[0-9]+$' THEN to_jsonb(id::numeric) ELSE to_jsonb(id) END)
       FROM found), '[]'), $3::jsonb, $4::jsonb) AS p ON p.id = f.id
ORDER BY f.no)"};
  return {&kStatement,
          Arguments().text(quoted(collection)).json(request).json(with_payload).json(with_vectors)};
}

Call replication_state() {
  static const Statement kStatement{"replication_state",
                                    R"(WITH here AS MATERIALIZED (
  SELECT pg_is_in_recovery() AS is_standby,
         CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
              ELSE pg_current_wal_lsn() END AS lsn)
SELECT jsonb_build_object(
  'server_version', current_setting('server_version'),
  'database', current_database(),
  'role', CASE WHEN is_standby THEN 'standby' ELSE 'primary' END,
  'lsn', lsn,
  'sees_all', pg_has_role('pg_read_all_stats', 'usage'),
  'has_citus', EXISTS (SELECT FROM pg_extension WHERE extname = 'citus'),
  'receive_lag_bytes', CASE WHEN is_standby THEN pg_last_wal_receive_lsn() - lsn END,
  'replay_lag_seconds', CASE WHEN is_standby AND pg_last_wal_receive_lsn() = lsn THEN 0
                             WHEN is_standby THEN
                               extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END,
  'standbys', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'name', application_name, 'address', host(client_addr), 'state', state,
      'sync_state', sync_state, 'lag_bytes', lsn - replay_lsn,
      'replay_lag_seconds', extract(epoch FROM replay_lag)) ORDER BY application_name)
    FROM pg_stat_replication), '[]'),
  'slots', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'name', slot_name, 'type', slot_type, 'active', active, 'wal_status', wal_status,
      'kept_bytes', lsn - restart_lsn) ORDER BY slot_name)
    FROM pg_replication_slots), '[]'))
FROM here)"};
  return {&kStatement, {}};
}

}  // namespace vecext::gateway::sql
