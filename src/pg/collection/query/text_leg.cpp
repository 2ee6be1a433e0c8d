#include "pg/collection/query/text_leg.h"

#include <cmath>

#include "pg/collection/search/filter_plans.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/search/search_params.h"

extern "C" {
#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

struct TextSearch {
  TextIndex index;
  const PointSource* source;
  int64 rows;
  RowLimit limit;
};

void write_distance(StatementDraft* draft, const TextSearch& search) {
  write_text_distance(draft, search.source->collection->relid, search.index, "t");
}

void write(StatementDraft* draft, const TextSearch& search) {
  const Collection& collection = *search.source->collection;
  draft->planning = StatementPlanning::kGeneric;
  draft->parameters.push(TEXTOID, CurrentMemoryContext);
  (*draft << "SELECT t.").column(collection.relid, collection.id) << ", ";
  write_distance(draft, search);
  (*draft << " FROM ").table(collection.relid) << " AS t";
  write_conditions(draft, *search.source);
  *draft << " ORDER BY ";
  if (search.source->has_ids) {
    // No index has the order of a sum.
    *draft << "(";
    write_distance(draft, search);
    *draft << ") OPERATOR(pg_catalog.+) 0::pg_catalog.float8";
  } else {
    write_distance(draft, search);
  }
  write_limit(draft, search.limit, search.rows);
}

SPIPlanPtr plan_of(const TextSearch& search) {
  const auto writer = [&](StatementDraft& draft) { write(&draft, search); };
  constexpr int64 kMostKept = 1 << 28;
  if (search.rows >= kMostKept) {
    return statement_once(writer);
  }
  const PointSource& source = *search.source;
  const StatementKey key = {.relid = source.collection->relid,
                            .kind = StatementKind::kTextSearch,
                            .shape = static_cast<uint64>(search.index.index) << 32 |
                                     static_cast<uint64>(search.rows) << 3 |
                                     (search.limit == RowLimit::kWithTies ? 4U : 0U) |
                                     (source.has_ids ? 2U : 0U) | (source.has_filter ? 1U : 0U),
                            .strategy = planned_strategy()};
  return search_statement(key, source.has_filter && !source.has_ids ? &source.filter : nullptr,
                          TEXTOID, writer);
}

}  // namespace

TextIndex text_index_of(const Query& query) {
  const Collection& collection = *query.source.collection;
  const char* key = query.text_key;
  const char* name = key == nullptr ? nullptr : text_index_of_key(collection, key);
  const AttrNumber column = key == nullptr ? InvalidAttrNumber : get_attnum(collection.relid, key);
  const Relation table = table_open(collection.relid, AccessShareLock);
  const GrowingArray<TextIndex> indexes = text_indexes(table);
  table_close(table, NoLock);
  const TextIndex* found = nullptr;
  const TextIndex* partial = nullptr;
  for (int64 i = 0; i < indexes.count; ++i) {
    const TextIndex& index = indexes.at[i];
    const bool is_meant =
        key == nullptr ||
        (name != nullptr ? strcmp(index.name, name) == 0 : column > 0 && index.column == column);
    if (index.is_partial) {
      partial = is_meant ? &index : partial;
      continue;
    }
    if (is_meant && found != nullptr && key == nullptr && !is_on_same(*found, index)) {
      ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                      errmsg("collection \"%s\" has several bm25 indexes", collection.name),
                      errhint("Name the key of the payload, or the column, by \"using\".")));
    }
    found = is_meant && found == nullptr ? &index : found;
  }
  if (found == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    key == nullptr ? errmsg("collection \"%s\" has no bm25 index", collection.name)
                                   : errmsg("collection \"%s\" has no bm25 index on \"%s\"",
                                            collection.name, key),
                    partial == nullptr
                        ? 0
                        : errdetail("Index \"%s\" does not have all points.", partial->name),
                    errhint("Create one with vecext.create_payload_index(…, 'bm25').")));
  }
  return *found;
}

Hits best_by_text(const Query& query, const PointSource& source, int64 count) {
  const Collection& collection = *source.collection;
  const int64 rows = Min(count + source.excluded_count, static_cast<int64>(PG_INT32_MAX));
  TextSearch search{
      .index = text_index_of(query), .source = &source, .rows = rows, .limit = RowLimit::kOneMore};
  const ParamListInfo parameters = new_parameters(3);
  set_parameter(parameters, 1, TEXTOID, query.words);
  parameters->numParams = set_conditions(parameters, 2, source) - 1;

  const MemoryContext context = CurrentMemoryContext;
  Hits hits{.list = {}, .order = ScoreOrder::kLargerFirst};
  auto take = [&](TupleTableSlot* row) {
    slot_getallattrs(row);
    const double distance = row->tts_isnull[1] ? NAN : DatumGetFloat8(row->tts_values[1]);
    if (!(distance < 0)) {
      // No point that has a word comes after this one.
      return false;
    }
    Hit hit{};
    hit.score = -distance;
    if (search.limit == RowLimit::kOneMore && hits.list.count >= count) {
      hits.list.push(hit, context);
      return false;
    }
    hit.id = copy_id(collection, id_of_row(collection, row, 1));
    hits.list.push(hit, context);
    return !has_enough(hits.list.count, rows);
  };
  read_with_ties(&hits.list, count, [&](RowLimit limit) {
    search.limit = limit;
    execute_statement(plan_of(search), parameters, StatementAccess::kReads, &take);
  });
  if (hits.list.count == 0 && !has_words(search.index, query.words)) {
    tell_no_words();
  }
  sort_hits(&hits, collection.id_type);
  cut(&hits, 0, count);
  return hits;
}

}  // namespace vecext::pg
