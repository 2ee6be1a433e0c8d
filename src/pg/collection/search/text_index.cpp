#include "pg/collection/search/text_index.h"

#include "pg/sys/exact_settings.h"
#include "pg/sys/catalog.h"

#include <algorithm>

extern "C" {
#include "access/genam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/tuptable.h"
#include "parser/parse_func.h"
#include "tsearch/ts_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// The text search configuration of the index.
Oid config_of(Oid index) {
  const char* name = text_config_option(index);
  return text_config_named(name == nullptr ? "simple" : name);
}

/// The expression of the index's first column. Functions and operators have their schemas where the
/// search path would find others.
const char* indexed_expression(Oid index) {
  return exact_expression([index] {
    return DirectFunctionCall3(pg_get_indexdef_ext, ObjectIdGetDatum(index), Int32GetDatum(1),
                               BoolGetDatum(false));
  });
}

}  // namespace

GrowingArray<TextIndex> text_indexes(Relation table) {
  GrowingArray<TextIndex> found{};
  const Oid method = get_am_oid("bm25", true);
  List* indexes = RelationGetIndexList(table);
  const ListCell* cell;
  foreach (cell, indexes) {
    const Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    TextIndex entry{};
    if (index->rd_rel->relam == method && index->rd_index->indisvalid) {
      entry.op =
          find_class_operator(index->rd_opfamily[0], index->rd_opcintype[0], kDistanceStrategy).op;
    }
    if (OidIsValid(entry.op)) {
      entry.is_partial = RelationGetIndexPredicate(index) != NIL;
      entry.index = RelationGetRelid(index);
      entry.name = pstrdup(RelationGetRelationName(index));
      entry.column = index->rd_index->indkey.values[0];
      found.push(entry, CurrentMemoryContext);
    }
    index_close(index, NoLock);
  }
  list_free(indexes);
  std::sort(found.at, found.at + found.count,
            [](const TextIndex& a, const TextIndex& b) { return strcmp(a.name, b.name) < 0; });
  return found;
}

bool is_on_same(const TextIndex& a, const TextIndex& b) {
  if (a.column != b.column) {
    return false;
  }
  return a.column != InvalidAttrNumber ||
         strcmp(indexed_expression(a.index), indexed_expression(b.index)) == 0;
}

const char* text_index_of_key(const Collection& collection, const char* key) {
  const SPIPlanPtr plan = statement(
      statement_key(collection.relid, StatementKind::kTextIndexOfKey), [](StatementDraft& draft) {
        draft << "SELECT i.index::pg_catalog.text FROM vecext.payload_indexes AS i WHERE i.relid "
                 "OPERATOR(pg_catalog.=) ";
        draft.parameter(REGCLASSOID)
            << " AND vecext.registry_path(i.key) OPERATOR(pg_catalog.=) vecext.registry_path(";
        draft.parameter(TEXTOID) << ") AND i.type OPERATOR(pg_catalog.=) 'bm25' ORDER BY "
                                    "i.key OPERATOR(pg_catalog.=) $2 DESC, i.key LIMIT 1";
      });
  const ParamListInfo parameters = new_parameters(2);
  set_parameter(parameters, 1, REGCLASSOID, ObjectIdGetDatum(collection.relid));
  set_parameter(parameters, 2, TEXTOID, CStringGetTextDatum(key));
  const char* name = nullptr;
  auto take = [&](TupleTableSlot* row) {
    bool is_null;
    name = TextDatumGetCString(slot_getattr(row, 1, &is_null));
  };
  execute_statement(plan, parameters, StatementAccess::kReads, &take);
  return name;
}

bool has_words(const TextIndex& index, Datum words) {
  const Datum tokens =
      DirectFunctionCall2(to_tsvector_byid, ObjectIdGetDatum(config_of(index.index)), words);
  return DatumGetTSVector(tokens)->size > 0;
}

void tell_no_words() {
  ereport(NOTICE, (errmsg("the text has no words to search for"),
                   errdetail("Its words are stop words, or there are none.")));
}

void write_indexed_value(StatementDraft* draft, Oid table, Oid index, AttrNumber column, Oid op,
                         const char* alias) {
  const bool is_column = column != InvalidAttrNumber;
  if (is_column) {
    (*draft << alias << ".").column(table, column);
  } else {
    *draft << "(" << indexed_expression(index) << ")";
  }
  // For a varchar or a domain the parser would prefer another operator of the same name and schema,
  // which anyone may have made who may create objects there.
  Oid left;
  Oid right;
  op_input_types(op, &left, &right);
  if ((is_column ? get_atttype(table, column) : get_atttype(index, 1)) != left) {
    (*draft << "::").type(left);
  }
}

}  // namespace vecext::pg
