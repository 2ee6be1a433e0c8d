#include "pg/collection/source/text_index.h"

#include "pg/collection/source/index_definition.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"

#include <algorithm>

extern "C" {
#include "access/genam.h"
#include "access/table.h"
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

/// Returns the text search configuration of the index.
Oid config_of(Oid index) {
  const char* name = text_config_option(index);
  return text_config_named(name == nullptr ? "simple" : name);
}

/// Returns the valid bm25 indexes of a table, in the order of their names.
GrowingArray<TextIndex> text_indexes(Oid relid) {
  const Relation table = table_open(relid, AccessShareLock);
  GrowingArray<TextIndex> found{};
  const Oid method = get_am_oid("bm25", true);
  List* indexes = RelationGetIndexList(table);
  for (const Oid of_table : oids_of(indexes)) {
    const Relation index = index_open(of_table, AccessShareLock);
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
  table_close(table, NoLock);
  std::sort(found.at, found.at + found.count,
            [](const TextIndex& a, const TextIndex& b) { return strcmp(a.name, b.name) < 0; });
  return found;
}

/// True if both are on the same column or expression.
bool is_on_same(const TextIndex& a, const TextIndex& b) {
  if (a.column != b.column) {
    return false;
  }
  return a.column != InvalidAttrNumber ||
         strcmp(expression_of(a.index), expression_of(b.index)) == 0;
}

/// Returns the name of the payload index by which words at the key are found, or null if the
/// collection has none.
const char* text_index_of_key(const Collection& collection, const char* key) {
  const StatementKey statement_of = statement_key(collection.relid, StatementKind::kTextIndexOfKey);
  const auto write = [](StatementDraft& draft) {
    draft << "SELECT i.index::pg_catalog.text FROM vecext.payload_indexes AS i WHERE i.relid "
             "OPERATOR(pg_catalog.=) ";
    draft.parameter(REGCLASSOID) << " AND vecext_internal.canonical_path(i.key) "
                                    "OPERATOR(pg_catalog.=) vecext_internal.canonical_path(";
    draft.parameter(TEXTOID) << ") AND i.type OPERATOR(pg_catalog.=) 'bm25' ORDER BY "
                                "i.key OPERATOR(pg_catalog.=) $2 DESC, i.key LIMIT 1";
  };
  const auto name = with_statements([&] {
    return read_value(kept_plan(statement_of, write),
                      parameter_list({{REGCLASSOID, ObjectIdGetDatum(collection.relid)},
                                      {TEXTOID, CStringGetTextDatum(key)}}));
  });
  return name.has_value() ? TextDatumGetCString(*name) : nullptr;
}

/// What a name means.
struct MeantIndex {
  const char* index;  // null if any
  AttrNumber column;  // or any index on this column

  bool is(const TextIndex& other) const {
    return index == nullptr || strcmp(other.name, index) == 0 ||
           (column != InvalidAttrNumber && other.column == column);
  }
};

MeantIndex meant_by(const RowSource& source, const char* name) {
  if (name == nullptr) {
    return {.index = nullptr, .column = InvalidAttrNumber};
  }
  const char* of_key =
      source.collection == nullptr ? nullptr : text_index_of_key(*source.collection, name);
  return of_key != nullptr ? MeantIndex{.index = of_key, .column = InvalidAttrNumber}
                           : MeantIndex{.index = name, .column = get_attnum(source.relid, name)};
}

/// True if the index has all rows that are searched, or if the request names it.
bool may_serve(const TextIndex& index, const RowSource& source, const MeantIndex& meant) {
  return !index.is_partial || (meant.index != nullptr && strcmp(index.name, meant.index) == 0) ||
         (source.column_filter != nullptr &&
          is_implied(index.index, source.relid, *source.column_filter));
}

const char* noun_of(const RowSource& source) {
  return source.is_of_points() ? "collection" : "table";
}

const char* name_of(const RowSource& source) {
  return source.is_of_points() ? source.collection->name : get_rel_name(source.relid);
}

/// Returns how a request names an index, for a HINT.
const char* argument_of(const RowSource& source) {
  return source.is_of_points() ? "by \"using\"" : "by text_column, or in a leg by \"using\"";
}

[[noreturn]] void refuse_partial(const RowSource& source, const TextIndex& index) {
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg("bm25 index \"%s\" does not have all rows that are searched", index.name),
                  errdetail("It has those with %s.", predicate_of(index.index)),
                  errhint("%s the index %s: then the words are searched in its rows alone.",
                          source.collection != nullptr ? "Name" : "Let the filter say so, or name",
                          argument_of(source))));
  pg_unreachable();
}

[[noreturn]] void refuse_none(const RowSource& source, const char* name) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_COLUMN),
           name == nullptr ? errmsg("%s \"%s\" has no bm25 index", noun_of(source), name_of(source))
                           : errmsg("%s \"%s\" has no bm25 index on \"%s\"", noun_of(source),
                                    name_of(source), name),
           errhint(source.collection != nullptr
                       ? "Create one with vecext.create_payload_index(…, 'bm25')."
                       : "CREATE INDEX ON … USING bm25 (…) makes one.")));
  pg_unreachable();
}

[[noreturn]] void refuse_several(const RowSource& source, const char* names) {
  ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                  errmsg("%s \"%s\" has several bm25 indexes", noun_of(source), name_of(source)),
                  errdetail("They are %s.", names), errhint("Name one %s.", argument_of(source))));
  pg_unreachable();
}

}  // namespace

TextIndex text_index_of(const RowSource& source, const char* name) {
  const MeantIndex meant = meant_by(source, name);
  const GrowingArray<TextIndex> indexes = text_indexes(source.relid);
  const TextIndex* found = nullptr;
  const TextIndex* refused = nullptr;
  const char* names = nullptr;
  bool is_ambiguous = false;
  for (const TextIndex& index : indexes) {
    if (!meant.is(index)) {
      continue;
    }
    if (!may_serve(index, source, meant)) {
      refused = &index;
      continue;
    }
    const char* quoted = quote_identifier(index.name);
    names = names == nullptr ? quoted : psprintf("%s, %s", names, quoted);
    // Among several indexes on the same column, one that has all rows is preferred, and then the
    // first by name, as the planner chooses for the operator.
    is_ambiguous = is_ambiguous || (found != nullptr && !is_on_same(*found, index));
    found = found == nullptr || (found->is_partial && !index.is_partial) ? &index : found;
  }
  if (is_ambiguous) {
    refuse_several(source, names);
  }
  if (found == nullptr && refused != nullptr) {
    refuse_partial(source, *refused);
  }
  if (found == nullptr) {
    refuse_none(source, name);
  }
  return *found;
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

}  // namespace vecext::pg
