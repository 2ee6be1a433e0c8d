-- Census of schema vecext: its functions, tables, views, types and event triggers, one by one. Extension vector does not have it.
BEGIN;
SELECT plan(11);

\set schema vecext
\ir functions.psql

SELECT pg_temp.same_rows(
    $$SELECT * FROM function_row$$,
    $$VALUES
        ('bm25_distance', 'text, text', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'text, tsquery', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'text, vecext.bm25_query', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'text[], text', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'text[], tsquery', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'text[], vecext.bm25_query', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'tsvector, text', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'tsvector, tsquery', 'double precision', 'c stable strict restricted'),
        ('bm25_distance', 'tsvector, vecext.bm25_query', 'double precision', 'c stable strict restricted'),
        ('bm25_handler', 'internal', 'index_am_handler', 'c volatile'),
        ('bm25_matches', 'text, text', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'text, tsquery', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'text, vecext.bm25_query', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'text[], text', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'text[], tsquery', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'text[], vecext.bm25_query', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'tsvector, text', 'boolean', 'c stable strict safe'),
        ('bm25_matches', 'tsvector, vecext.bm25_query', 'boolean', 'c stable strict safe'),
        ('bm25_matchsel', 'internal, oid, internal, integer', 'double precision', 'c stable strict safe'),
        ('advise',
            'relation regclass, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text',
            'SETOF record', 'sql volatile'),
        ('bm25_query', 'query tsquery, index regclass', 'vecext.bm25_query', 'c stable strict safe'),
        ('bm25_query', 'query tsquery, index regclass, internal', 'vecext.bm25_query', 'c immutable safe'),
        ('bm25_query', 'words text, index regclass', 'vecext.bm25_query', 'c stable strict safe'),
        ('bm25_query', 'words text, index regclass, internal', 'vecext.bm25_query', 'c immutable safe'),
        ('bm25_query_in', 'cstring', 'vecext.bm25_query', 'c stable strict safe'),
        ('bm25_query_out', 'vecext.bm25_query', 'cstring', 'c stable strict safe'),
        ('bm25_support', 'internal', 'internal', 'c volatile'),
        ('clear_payload', 'c text, ids jsonb, filter jsonb', 'bigint', 'c volatile'),
        ('collection_definition', 'c text', 'jsonb', 'sql stable'),
        ('restore_collection', 'relid regclass, definition jsonb, name text', 'regclass', 'c volatile'),
        ('collection_exists', 'name text', 'boolean', 'c stable safe'),
        ('collection_info', 'name text, exact boolean', 'jsonb', 'plpgsql stable'),
        ('collection_table', 'name text', 'regclass', 'c stable safe'),
        ('add_vector', 'c text, name text, vector jsonb', 'void', 'c volatile'),
        ('drop_vector', 'c text, name text', 'void', 'c volatile'),
        ('rename_vector', 'c text, old_name text, new_name text', 'void', 'c volatile'),
        ('set_payload_index', 'c text, key text, type text, options jsonb', 'regclass', 'c volatile'),
        ('set_payload_schema', 'c text, payload_schema jsonb', 'void', 'c volatile'),
        ('context_search',
            'c text, context jsonb, limit_ integer, filter jsonb, vector_name text, lookup_from jsonb, '
            || 'offset_ integer, params jsonb, score_threshold double precision, with_payload jsonb, '
            || 'with_vectors jsonb, OUT id text, OUT score double precision, OUT payload jsonb, '
            || 'OUT vectors jsonb',
            'SETOF record', 'c stable restricted'),
        ('count_points', 'c text, filter jsonb, exact boolean', 'bigint', 'c stable restricted'),
        ('create_alias', 'alias text, collection text', 'void', 'c volatile'),
        ('create_collection',
            'name text, vectors jsonb, payload_schema jsonb, options jsonb',
            'regclass', 'c volatile'),
        ('create_payload_index', 'c text, key text, type text, options jsonb', 'regclass', 'c volatile'),
        ('create_vector_indexes', '', 'bigint', 'c volatile'),
        ('create_vector_indexes', 'c text', 'bigint', 'c volatile'),
        ('delete_payload', 'c text, keys text[], ids jsonb, filter jsonb', 'bigint', 'c volatile'),
        ('delete_points', 'c text, ids jsonb, filter jsonb', 'bigint', 'c volatile'),
        ('delete_vectors', 'c text, vector_names text[], ids jsonb, filter jsonb', 'bigint', 'c volatile'),
        ('discover',
            'c text, target jsonb, context jsonb, limit_ integer, filter jsonb, vector_name text, '
            || 'lookup_from jsonb, offset_ integer, params jsonb, score_threshold double precision, '
            || 'with_payload jsonb, with_vectors jsonb, OUT id text, OUT score double precision, '
            || 'OUT payload jsonb, OUT vectors jsonb',
            'SETOF record', 'c stable restricted'),
        ('distance_matrix',
            'c text, filter jsonb, sample integer, limit_ integer, vector_name text, form text',
            'jsonb', 'c volatile restricted'),
        ('distance_matrix_pairs',
            'c text, filter jsonb, sample integer, limit_ integer, vector_name text, OUT a text, OUT b text, '
            || 'OUT score double precision',
            'SETOF record', 'sql volatile restricted'),
        ('drop_alias', 'alias text', 'boolean', 'c volatile'),
        ('drop_collection', 'name text, if_exists boolean', 'boolean', 'c volatile'),
        ('drop_payload_index', 'c text, key text, type text', 'boolean', 'c volatile'),
        ('stop_init', 'internal', 'internal', 'c immutable strict safe'),
        ('stop_lexize', 'internal, internal, internal, internal', 'internal', 'c immutable strict safe'),
        ('edge_ngram_init', 'internal', 'internal', 'c immutable strict safe'),
        ('edge_ngram_lexize', 'internal, internal, internal, internal', 'internal', 'c immutable strict safe'),
        ('explain_index',
            'relation regclass, attribute name, order_by text, OUT index regclass, OUT method name, '
            || 'OUT opclass name, OUT operator text, OUT usable boolean, OUT advice text',
            'SETOF record', 'plpgsql volatile'),
        ('estimate',
            'rows bigint, dims integer, method text, type text, options text[], OUT table_bytes bigint, '
            || 'OUT index_bytes bigint, OUT build_memory bigint',
            'record', 'c stable strict safe'),
        ('facet',
            'c text, key text, filter jsonb, limit_ integer, exact boolean, OUT value jsonb, OUT count bigint',
            'SETOF record', 'c stable restricted'),
        ('filter_sql', 'filter jsonb, collection text', 'text', 'c stable safe'),
        ('filter_sql', 'filter text, collection text', 'text', 'c stable safe'),
        ('fold_init', 'internal', 'internal', 'c immutable strict safe'),
        ('fold_lexize', 'internal, internal, internal, internal', 'internal', 'c immutable strict safe'),
        ('get_points',
            'c text, ids jsonb, with_payload jsonb, with_vectors jsonb, OUT id text, OUT payload jsonb, '
            || 'OUT vectors jsonb, OUT binary_vectors bytea[]',
            'SETOF record', 'c stable restricted'),
        ('health', '', 'jsonb', 'plpgsql volatile'),
        ('hybrid_search',
            'relation regclass, text text, vector vector, sparse sparsevec, legs jsonb, filter jsonb, '
            || 'method text, limit_ integer, window_ integer, k double precision, alpha double precision, '
            || 'weights double precision[], text_column text, vector_column text, sparse_column text, '
            || 'offset_ integer, params jsonb, OUT id text, OUT score double precision, OUT ranks integer[], '
            || 'OUT scores double precision[], OUT row_id tid',
            'SETOF record', 'c stable restricted'),
        ('index_info',
            'index regclass, OUT metric text, OUT dims integer, OUT bits integer, OUT coded_dims integer, '
            || 'OUT rerank text, OUT lists bigint, OUT rows bigint, '
            || 'OUT largest_list bigint, OUT overfull_lists bigint, OUT list_pages bigint, OUT pages bigint, '
            || 'OUT degree integer, OUT nodes bigint, OUT pending_rows bigint, OUT dead_rows bigint, '
            || 'OUT free_pages bigint, OUT advice text',
            'record', 'c stable strict restricted'),
        ('index_state',
            'index regclass, OUT rows bigint, OUT pending_rows bigint, OUT dead_rows bigint, OUT advice text',
            'record', 'plpgsql stable strict'),
        ('inverted_handler', 'internal', 'index_am_handler', 'c volatile'),
        ('last_scan',
            'OUT index regclass, OUT lists bigint, OUT pages bigint, OUT rows_scored bigint, '
            || 'OUT rows_reranked bigint, OUT nodes bigint, OUT expected_recall double precision, '
            || 'OUT expected_easy double precision, OUT expected_hard double precision, OUT windows bigint',
            'record', 'c volatile strict restricted'),
        ('length_init', 'internal', 'internal', 'c immutable strict safe'),
        ('length_lexize', 'internal, internal, internal, internal', 'internal', 'c immutable strict safe'),
        ('list_aliases', 'collection text, OUT alias text, OUT collection_name text', 'SETOF record', 'plpgsql stable'),
        ('list_collections',
            'OUT name text, OUT relid regclass, OUT points_estimate bigint, OUT bytes bigint, OUT status text',
            'SETOF record', 'sql stable'),
        ('lock_points', 'c text, ids text[]', 'bigint', 'c volatile'),
        ('matches', '"row" record, filter jsonb', 'boolean', 'c stable strict safe'),
        ('matches', '"row" record, filter text', 'boolean', 'c stable strict safe'),
        ('matches', 'payload jsonb, filter jsonb', 'boolean', 'c immutable strict safe'),
        ('matches', 'payload jsonb, filter text', 'boolean', 'c immutable strict safe'),
        ('matches_langchain', 'payload jsonb, filter jsonb', 'boolean', 'c immutable strict safe'),
        ('matches_llamaindex', 'payload jsonb, filter jsonb', 'boolean', 'c immutable strict safe'),
        ('matches_support', 'internal', 'internal', 'c volatile strict'),
        ('merge', 'index regclass', 'bigint', 'c volatile strict'),
        ('mmr',
            'query vector, ids anyarray, vectors vector[], lambda double precision, k integer',
            'anyarray',
            'c immutable strict safe'),
        ('mrr',
            'retrieved anycompatiblearray, relevant anycompatiblearray, k integer',
            'double precision',
            'c immutable strict safe'),
        ('ndcg',
            'retrieved anycompatiblearray, relevant anycompatiblearray, k integer, gains double precision[]',
            'double precision',
            'c immutable strict safe'),
        ('ngram_init', 'internal', 'internal', 'c immutable strict safe'),
        ('ngram_lexize', 'internal, internal, internal, internal', 'internal', 'c immutable strict safe'),
        ('overwrite_payload', 'c text, payload jsonb, ids jsonb, filter jsonb', 'bigint', 'c volatile'),
        ('parser_end', 'internal', 'void', 'c immutable strict safe'),
        ('parser_next', 'internal, internal, internal', 'internal', 'c immutable strict safe'),
        ('payload_bool', 'payload jsonb, path text', 'boolean', 'c immutable strict safe leakproof'),
        ('payload_count', 'payload jsonb, path text', 'integer', 'c immutable strict safe leakproof'),
        ('payload_facets', 'payload jsonb, path text, uuids boolean', 'SETOF jsonb', 'c immutable strict safe'),
        ('payload_facets', 'payload jsonb, path text', 'SETOF jsonb', 'c immutable strict safe'),
        ('payload_float', 'payload jsonb, path text', 'double precision', 'c immutable strict safe leakproof'),
        ('payload_geo_box', 'payload jsonb, path text', 'box', 'c immutable strict safe leakproof'),
        ('payload_int', 'payload jsonb, path text', 'bigint', 'c immutable strict safe leakproof'),
        ('payload_is_array', 'payload jsonb, path text', 'boolean', 'c immutable strict safe leakproof'),
        ('payload_is_array_support', 'internal', 'internal', 'c volatile strict'),
        ('payload_is_empty', 'payload jsonb, path text', 'boolean', 'c immutable strict safe leakproof'),
        ('payload_keep', 'payload jsonb, keys text[]', 'jsonb', 'c immutable strict safe'),
        ('payload_merge', 'payload jsonb, patch jsonb, key text', 'jsonb', 'c immutable safe'),
        ('payload_nums', 'payload jsonb, path text', 'nummultirange', 'c immutable strict safe leakproof'),
        ('payload_order',
            'payload jsonb, path text, is_greatest boolean',
            'double precision',
            'c immutable strict safe leakproof'),
        ('payload_order_float',
            'payload jsonb, path text, is_greatest boolean',
            'double precision',
            'c immutable strict safe leakproof'),
        ('payload_order_ts',
            'payload jsonb, path text, is_greatest boolean',
            'timestamp with time zone',
            'c immutable strict safe leakproof'),
        ('payload_prefix', 'payload jsonb, path text', 'text', 'c immutable strict safe leakproof'),
        ('payload_remove', 'payload jsonb, keys text[]', 'jsonb', 'c immutable strict safe'),
        ('payload_text', 'payload jsonb, path text', 'text', 'c immutable strict safe leakproof'),
        ('payload_texts', 'payload jsonb, path text', 'text[]', 'c immutable strict safe leakproof'),
        ('payload_times', 'payload jsonb, path text', 'tstzmultirange', 'c immutable strict safe leakproof'),
        ('payload_ts', 'payload jsonb, path text', 'timestamp with time zone', 'c immutable strict safe leakproof'),
        ('payload_uuid', 'payload jsonb, path text', 'uuid', 'c immutable strict safe leakproof'),
        ('payload_values', 'payload jsonb, path text', 'jsonb', 'c immutable strict safe leakproof'),
        ('point_id', 'bigint', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id', 'integer', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id', 'numeric', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id', 'smallint', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id', 'uuid', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id_cmp', 'vecext.point_id, vecext.point_id', 'integer', 'c immutable strict safe leakproof'),
        ('point_id_eq', 'vecext.point_id, vecext.point_id', 'boolean', 'c immutable strict safe leakproof'),
        ('point_id_ge', 'vecext.point_id, vecext.point_id', 'boolean', 'c immutable strict safe leakproof'),
        ('point_id_gt', 'vecext.point_id, vecext.point_id', 'boolean', 'c immutable strict safe leakproof'),
        ('point_id_le', 'vecext.point_id, vecext.point_id', 'boolean', 'c immutable strict safe leakproof'),
        ('point_id_lt', 'vecext.point_id, vecext.point_id', 'boolean', 'c immutable strict safe leakproof'),
        ('point_id_ne', 'vecext.point_id, vecext.point_id', 'boolean', 'c immutable strict safe leakproof'),
        ('point_id_hash', 'vecext.point_id', 'integer', 'c immutable strict safe leakproof'),
        ('point_id_hash_extended', 'vecext.point_id, bigint', 'bigint', 'c immutable strict safe leakproof'),
        ('point_id_in', 'cstring', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id_json', 'vecext.point_id', 'json', 'c immutable strict safe'),
        ('point_id_larger', 'vecext.point_id, vecext.point_id', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id_out', 'vecext.point_id', 'cstring', 'c immutable strict safe'),
        ('point_id_recv', 'internal', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id_send', 'vecext.point_id', 'bytea', 'c immutable strict safe leakproof'),
        ('point_id_smaller', 'vecext.point_id, vecext.point_id', 'vecext.point_id', 'c immutable strict safe'),
        ('point_id_sortsupport', 'internal', 'void', 'c immutable strict safe'),
        ('calibrate',
            'index regclass, queries anyarray, OUT k integer, OUT target_recall double precision, '
            || 'OUT recall double precision, OUT steps double precision',
            'SETOF record', 'c volatile'),
        ('observed_effort',
            'index regclass, OUT usesysid oid, OUT way text, OUT most_rows integer, OUT queries bigint, OUT steps double precision, OUT effort real[]',
            'SETOF record', 'c volatile strict restricted'),
        ('planned_index', 'index regclass', 'regclass', 'c volatile strict'),
        ('quantize', 'vector, codec text', 'vector', 'c immutable strict safe'),
        ('query',
            'c text, request jsonb, dense vector[], sparse sparsevec[], OUT id text, OUT score double precision, OUT payload jsonb, '
            || 'OUT vectors jsonb, OUT order_value jsonb, OUT binary_vectors bytea[]',
            'SETOF record', 'c stable restricted'),
        ('query_batch',
            'c text, requests jsonb, dense vector[], sparse sparsevec[], OUT request_no integer, OUT id text, OUT score double precision, '
            || 'OUT payload jsonb, OUT vectors jsonb, OUT order_value jsonb, OUT binary_vectors bytea[]',
            'SETOF record', 'c stable restricted'),
        ('query_groups',
            'c text, request jsonb, dense vector[], sparse sparsevec[], OUT group_key jsonb, OUT group_rank integer, OUT id text, '
            || 'OUT score double precision, OUT payload jsonb, OUT vectors jsonb, OUT lookup jsonb, OUT binary_vectors bytea[]',
            'SETOF record', 'c stable restricted'),
        ('query_plan', 'c text, request jsonb, dense vector[], sparse sparsevec[], OUT statement text, OUT parameters text[], OUT rows bigint, OUT plan text', 'SETOF record', 'c stable restricted'),
        ('query_tokens',
            'config regconfig, query text, bigrams boolean, OUT lexeme text, OUT count bigint, '
            || 'OUT is_prefix boolean',
            'SETOF record', 'c stable strict safe'),
        ('query_tree',
            'query tsquery, bigrams boolean, OUT tree text, OUT needs_recheck boolean',
            'record', 'c immutable strict safe'),
        ('recall', 'index regclass, k integer, sample integer', 'double precision', 'c volatile strict'),
        ('recall_at_k',
            'retrieved anycompatiblearray, relevant anycompatiblearray, k integer',
            'double precision',
            'c immutable strict safe'),
        ('recommend',
            'c text, positive jsonb, negative jsonb, strategy text, limit_ integer, filter jsonb, '
            || 'vector_name text, lookup_from jsonb, offset_ integer, params jsonb, '
            || 'score_threshold double precision, with_payload jsonb, with_vectors jsonb, OUT id text, '
            || 'OUT score double precision, OUT payload jsonb, OUT vectors jsonb',
            'SETOF record', 'c stable restricted'),
        ('recommend_batch',
            'c text, requests jsonb, OUT request_no integer, OUT id text, OUT score double precision, '
            || 'OUT payload jsonb, OUT vectors jsonb',
            'SETOF record', 'c stable restricted'),
        ('recommend_groups',
            'c text, group_by text, positive jsonb, negative jsonb, strategy text, limit_ integer, '
            || 'group_size integer, filter jsonb, vector_name text, lookup_from jsonb, params jsonb, '
            || 'score_threshold double precision, with_payload jsonb, with_vectors jsonb, with_lookup jsonb, OUT group_key jsonb, '
            || 'OUT group_rank integer, OUT id text, OUT score double precision, OUT payload jsonb, '
            || 'OUT vectors jsonb, OUT lookup jsonb',
            'SETOF record', 'c stable restricted'),
        ('register_collection',
            'relid regclass, name text, id_column text, vectors jsonb, payload_column text',
            'regclass', 'c volatile'),
        ('rename_alias', 'old_alias text, new_alias text', 'void', 'c volatile'),
        ('rename_collection', 'old_name text, new_name text', 'void', 'c volatile'),
        ('rerank_formula',
            'formula jsonb, ids anyarray, scores double precision[], payloads jsonb[], defaults jsonb, '
            || 'limit_ integer, OUT id anyelement, OUT score double precision',
            'SETOF record', 'c stable strict safe'),
        ('rrf', 'rank bigint, k double precision, weight double precision', 'double precision', 'c immutable safe'),
        ('sample',
            'c text, limit_ integer, filter jsonb, with_payload jsonb, with_vectors jsonb, OUT id text, '
            || 'OUT payload jsonb, OUT vectors jsonb',
            'SETOF record', 'c volatile restricted'),
        ('scroll',
            'c text, cursor text, limit_ integer, filter jsonb, order_by jsonb, with_payload jsonb, '
            || 'with_vectors jsonb, from_id text, OUT id text, OUT payload jsonb, OUT vectors jsonb, '
            || 'OUT order_value jsonb, OUT next_cursor text, OUT next_id text, OUT binary_vectors bytea[]',
            'SETOF record', 'c stable restricted'),
        ('search',
            'c text, query vector, limit_ integer, filter jsonb, offset_ integer, vector_name text, '
            || 'params jsonb, score_threshold double precision, with_payload jsonb, with_vectors jsonb, '
            || 'OUT id text, OUT score double precision, OUT payload jsonb, OUT vectors jsonb',
            'SETOF record', 'c stable restricted'),
        ('search_batch',
            'c text, requests jsonb, OUT request_no integer, OUT id text, OUT score double precision, '
            || 'OUT payload jsonb, OUT vectors jsonb',
            'SETOF record', 'c stable restricted'),
        ('search_groups',
            'c text, query vector, group_by text, limit_ integer, group_size integer, filter jsonb, '
            || 'vector_name text, params jsonb, score_threshold double precision, with_payload jsonb, '
            || 'with_vectors jsonb, with_lookup jsonb, OUT group_key jsonb, OUT group_rank integer, OUT id text, '
            || 'OUT score double precision, OUT payload jsonb, OUT vectors jsonb, OUT lookup jsonb',
            'SETOF record', 'c stable restricted'),
        ('set_payload', 'c text, payload jsonb, ids jsonb, filter jsonb, key text', 'bigint', 'c volatile'),
        ('shared_blocks',
            'OUT relation regclass, OUT part text, OUT bytes bigint, OUT sessions integer, OUT last_used timestamp with time zone',
            'SETOF record', 'c volatile strict safe'),
        ('memory', 'OUT index regclass, OUT session_bytes bigint, OUT shared_bytes bigint', 'SETOF record', 'c volatile strict restricted'),
        ('stat_reset', 'index regclass', 'void', 'c volatile restricted'),
        ('stat_statements',
            'OUT queryid bigint, OUT usesysid oid, OUT calls bigint, OUT total_ms double precision, '
            || 'OUT mean_ms double precision, OUT max_ms double precision, OUT rows_returned bigint, OUT blocks bigint, '
            || 'OUT query text',
            'SETOF record', 'plpgsql volatile'),
        ('sparse_idf', 'query sparsevec, index regclass', 'sparsevec', 'c stable strict restricted'),
        ('split_text',
            'document text, strategy text, chunk_size integer, overlap integer, separators text[], '
            || 'OUT chunk_no integer, OUT chunk text, OUT start_char integer, OUT end_char integer',
            'SETOF record', 'c immutable strict safe'),
        ('standard_parser_start', 'internal, integer', 'internal', 'c immutable strict safe'),
        ('standard_parser_types', 'internal', 'internal', 'c immutable strict safe'),
        ('switch_alias', 'alias text, new_collection text', 'void', 'c volatile'),
        ('text_config_hash', 'config regconfig', 'bigint', 'c stable strict safe'),
        ('tier', 'IN relation regclass, IN warm_after interval, IN cold_after interval, IN cold_tablespace name, IN basis text', NULL, 'plpgsql volatile'),
        ('tier_partitions', 'IN partitions regclass[], IN target text, IN cold_tablespace name', NULL, 'plpgsql volatile'),
        ('tier_plan',
            'relation regclass, warm_after interval, cold_after interval, cold_tablespace name, basis text, '
            || 'OUT partition regclass, OUT since timestamp with time zone, OUT tier text, OUT target text, OUT statements text[]',
            'SETOF record', 'plpgsql stable'),
        ('tokens',
            'config regconfig, document text, bigrams boolean, OUT lexeme text, OUT count bigint',
            'SETOF record', 'c stable strict safe'),
        ('tokens',
            'config regconfig, document text[], bigrams boolean, OUT lexeme text, OUT count bigint',
            'SETOF record', 'c stable strict safe'),
        ('tokens', 'document tsvector, OUT lexeme text, OUT count bigint', 'SETOF record', 'c immutable strict safe'),
        ('unregister_collection', 'name text', 'regclass', 'c volatile'),
        ('update_aliases', 'actions jsonb', 'bigint', 'c volatile'),
        ('update_collection', 'name text, options jsonb', 'jsonb', 'c volatile'),
        ('update_vectors', 'c text, points jsonb, condition jsonb', 'bigint', 'c volatile'),
        ('upsert',
            'c text, ids anyarray, vectors anycompatiblearray, payloads jsonb[], vector_name text, mode text, condition jsonb',
            'bigint',
            'c volatile'),
        ('upsert', 'c text, points jsonb, mode text, condition jsonb', 'bigint', 'c volatile'),
        ('upsert', 'c text, points text, mode text, condition text', 'bigint', 'sql volatile'),
        ('upsert_arrays',
            'c text, ids anyarray, payloads jsonb[], mode text, condition jsonb, vector_names text[], VARIADIC vectors "any"',
            'bigint',
            'c volatile'),
        ('verify_index', 'index regclass', 'bigint', 'c volatile strict'),
        ('version', 'OUT library text, OUT script text, OUT kernel text, OUT advice text', 'record', 'sql stable'),
        ('aggregate_stats', '', 'jsonb', 'plpgsql volatile definer'),
        ('create_namespace', 'id text, name text, tier text, quotas jsonb, metadata jsonb', 'jsonb', 'plpgsql volatile definer'),
        ('current_namespace', '', 'text', 'c stable safe'),
        ('delete_namespace', 'id text, force boolean', 'boolean', 'plpgsql volatile definer'),
        ('disable_namespaces', 'relid regclass', 'void', 'plpgsql volatile'),
        ('enable_namespaces', 'relid regclass, column_name name', 'void', 'plpgsql volatile'),
        ('flush_namespace_usage', '', 'bigint', 'c volatile'),
        ('get_namespace', 'id text', 'jsonb', 'sql stable definer'),
        ('grant_collection', 'c text, role regrole, privilege text', 'void', 'sql volatile'),
        ('grant_namespace', 'role regrole, id text', 'void', 'plpgsql volatile definer'),
        ('list_namespaces', '', 'SETOF jsonb', 'sql stable definer'),
        ('my_namespace_stats', '', 'jsonb', 'c volatile'),
        ('namespace_stats', 'id text', 'jsonb', 'plpgsql volatile definer'),
        ('reap_namespaces', '', 'bigint', 'plpgsql volatile definer'),
        ('recount_namespaces', '', 'void', 'c volatile'),
        ('revoke_collection', 'c text, role regrole, privilege text', 'void', 'sql volatile'),
        ('revoke_namespace', 'role regrole', 'void', 'sql volatile definer'),
        ('update_namespace_metadata', 'id text, metadata jsonb', 'jsonb', 'plpgsql volatile definer'),
        ('update_namespace_quotas', 'id text, quotas jsonb', 'jsonb', 'plpgsql volatile definer'),
        ('update_namespace_status', 'id text, status text', 'jsonb', 'plpgsql volatile definer'),
        ('update_namespace_tier', 'id text, tier text', 'jsonb', 'sql volatile definer'),
        ('whitespace_parser_start', 'internal, integer', 'internal', 'c immutable strict safe'),
        ('word_parser_start', 'internal, integer', 'internal', 'c immutable strict safe'),
        ('word_parser_types', 'internal', 'internal', 'c immutable strict safe')$$,
    'functions: names, arguments, results, attributes');

SELECT is_empty($$SELECT oid::regprocedure FROM function WHERE prosecdef AND has_function_privilege('public', oid, 'EXECUTE')$$,
    'functions: none runs with the rights of its owner for everybody');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE lanname IN ('sql', 'plpgsql') AND prosqlbody IS NULL AND prokind <> 'p'
        AND NOT coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'$$,
    'functions: those in SQL and PL/pgSQL have a search path of their own, or were parsed when they were made');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE lanname = 'c' AND provolatile = 'v' AND proname ~ '(collection|alias|aliases|vector|vector_indexes|payload_index|payload_schema)$'
        AND NOT coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}' AND proname <> 'create_collection'$$,
    'functions: those that change collections have a search path of their own, but for one that sets it');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function WHERE proleakproof AND (proname !~ '^(payload|point_id)_' OR lanname <> 'c')$$,
    'functions: only accessors of payloads and comparisons of ids are leakproof');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function WHERE (prosupport = 'vecext.matches_support'::regproc) <> (proname LIKE 'matches%' AND proname <> 'matches_support')$$,
    'functions: filters, and no others, have their support');

SELECT pg_temp.same_rows(
    $$SELECT relname, relkind::text, (
        SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
    FROM pg_class c WHERE relnamespace = 'vecext'::regnamespace AND relkind IN ('r', 'v', 'c', 'S')$$,
    $$VALUES
        ('collection_aliases', 'r', 'alias text, view regclass, relid regclass'),
        ('stat_indexes',
            'v',
            'index regclass, schemaname name, tablename name, indexname name, method name, scans bigint, '
            || 'last_scan timestamp with time zone, plain bigint, postfilter bigint, inline bigint, compared bigint, '
            || 'by_keys bigint, steps bigint, pages bigint, '
            || 'rows_scored bigint, rows_reranked bigint, rows_returned bigint, total_ms double precision, '
            || 'mean_ms double precision, p50_ms double precision, p95_ms double precision, p99_ms double precision, '
            || 'times bigint[], observed_recall double precision, observed_queries bigint, observed_rows bigint, '
            || 'missed_rows bigint, damages bigint, since timestamp with time zone'),
        ('stat_progress',
            'v',
            'pid integer, index regclass, relid regclass, method name, command text, phase text, rows_done bigint, rows_total bigint'),
        ('replica_state',
            'v',
            'name text, slot_name name, client_addr inet, state text, sender_state text, sync_state text, lag_bytes bigint, '
            || 'replay_lag interval'),
        ('stat_collections',
            'v',
            'name text, relid regclass, inserted bigint, updated bigint, deleted bigint, table_scans bigint, searches bigint, '
            || 'filtered bigint, compared bigint, rows_returned bigint, total_ms double precision, mean_ms double precision, '
            || 'observed_recall double precision, observed_queries bigint, damages bigint'),
        ('collection_stats',
            'v',
            'name text, relid regclass, status text, points bigint, dead_points bigint, bytes bigint, '
            || 'table_bytes bigint, toast_bytes bigint, vector_index_bytes bigint, payload_index_bytes bigint, '
            || 'other_index_bytes bigint, vector_indexes integer, payload_indexes integer'),
        ('collection_vector_stats',
            'v',
            'name text, relid regclass, vector text, column_name name, distance text, index regclass, '
            || 'method name, is_valid boolean, bytes bigint, indexed_points bigint, pending_points bigint, '
            || 'dead_points bigint, advice text'),
        ('collection_vectors', 'r', 'relid regclass, name text, column_name name, distance text, params jsonb'),
        ('collections',
            'r',
            'relid regclass, name text, id_column name, payload_column name, payload_schema jsonb, '
            || 'options jsonb, named_by_table boolean, config jsonb, metadata jsonb, '
            || 'created_at timestamp with time zone'),
        ('document', 'c', 'id text, payload jsonb'),
        ('indexes',
            'v',
            'index regclass, schemaname name, tablename name, indexname name, method name, valid boolean, '
            || 'rows bigint, bytes bigint, options text[]'),
        ('namespace_roles', 'r', 'role regrole, namespace text'),
        ('namespace_tables', 'r', 'relid regclass, column_name name'),
        ('namespace_usage',
            'r',
            'number integer, requests bigint, queries bigint, upserts bigint, deletes bigint, deleted_vectors bigint, '
            || 'written_at timestamp with time zone'),
        ('namespaces',
            'r',
            'id text, number integer, name text, tier text, status text, max_vectors bigint, max_storage_bytes bigint, '
            || 'max_requests_per_second integer, max_concurrent_queries integer, max_dimension integer, '
            || 'max_results_per_query integer, max_batch_size integer, metadata jsonb, created_at timestamp with time zone, '
            || 'updated_at timestamp with time zone'),
        ('namespaces_number_seq', 'S', 'last_value bigint, log_cnt bigint, is_called boolean'),
        ('payload_indexes',
            'r',
            'relid regclass, key text, type text, options jsonb, index name, array_index name, '
            || 'constraint_name name, requested jsonb')$$,
    'tables, views, types: columns');

SELECT is_empty(
    $$SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'vecext'::regnamespace AND relkind IN ('r', 'v')
        AND (has_table_privilege('public', oid, 'SELECT') = (relname IN ('namespaces', 'namespace_roles', 'namespace_usage'))
            OR has_table_privilege('public', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'))$$,
    'tables and views: all may read them but for those of namespaces, nobody else may write them');

SELECT pg_temp.same_rows(
    $$SELECT evtname, evtevent, evtfoid::regproc::text, coalesce(evttags::text, '') FROM pg_event_trigger$$,
    $$VALUES
        ('vecext_registry_altered',
            'ddl_command_end',
            'vecext_internal.follow_ddl',
            '{"ALTER TABLE","ALTER FOREIGN TABLE","ALTER VIEW","ALTER INDEX","ALTER TYPE","CREATE VIEW"}'),
        ('vecext_registry_dropped', 'sql_drop', 'vecext_internal.follow_ddl', ''),
        ('vecext_tables_dropped',
            'ddl_command_start',
            'vecext_internal.follow_ddl',
            '{"DROP TABLE","ALTER TABLE","DROP SCHEMA","DROP OWNED","DROP TYPE","DROP DOMAIN","DROP EXTENSION"}')$$,
    'event triggers');

SELECT is(
    (SELECT array_agg(c.relname::text ORDER BY c.relname)
     FROM pg_extension e, unnest(e.extconfig) config(oid) JOIN pg_class c USING (oid) WHERE e.extname = 'vecext'),
    (SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'vecext'::regnamespace AND relkind IN ('r', 'S')),
    'tables and sequences: dumps have their rows');

SELECT is_empty(
    $$SELECT pg_describe_object(classid, objid, 0) FROM pg_depend d
    WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
        AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vecext')
        AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT typarray FROM pg_type UNION SELECT reltype FROM pg_class))
        AND obj_description(objid, classid::regclass::text) IS NULL$$,
    'every member has a comment');

SELECT * FROM finish();
ROLLBACK;
