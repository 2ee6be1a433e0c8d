// Which column and index a leg is about.
#include "pg/sys/catalog.h"
#include "pg/collection/search/query_vector.h"
#include "pg/collection/hybrid/hybrid.h"
#include "pg/collection/hybrid/partial_index.h"
#include "pg/registry/vector_type.h"

extern "C" {
#include "access/genam.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

enum class VectorQuery : uint8 { kDense, kSparse };

[[noreturn]] void refuse_ambiguous(Relation relation, const char* what, const char* argument,
                                   const char* names) {
  ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                  errmsg("table \"%s\" has several %s", RelationGetRelationName(relation), what),
                  errdetail("They are %s.", names),
                  errhint("Name one by %s, or in a leg by \"using\".", argument)));
  pg_unreachable();
}

[[noreturn]] void refuse_none(Relation relation, const char* what, const char* hint) {
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg("table \"%s\" has no %s", RelationGetRelationName(relation), what),
                  hint == nullptr ? 0 : errhint("%s", hint)));
  pg_unreachable();
}

[[noreturn]] void refuse_name(Relation relation, const char* name, const char* what) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("\"%s\" is not a %s of table \"%s\"", name,
                                                     what, RelationGetRelationName(relation))));
  pg_unreachable();
}

void append_name(const char** names, const char* name) {
  *names = *names == nullptr ? name : psprintf("%s, %s", *names, name);
}

// --- Texts ---------------------------------------------------------------------------------------

/// The name of an index that a key of a collection's payload stands for; otherwise the name itself.
const char* index_of_name(const SearchedTable& table, const char* name) {
  if (name == nullptr || table.collection == nullptr) {
    return name;
  }
  begin_statements();
  const char* of_key = text_index_of_key(*table.collection, name);
  end_statements();
  return of_key == nullptr ? name : of_key;
}

/// True if an index has all rows that are searched, or is asked for by its name: then its rows are
/// those that are searched.
bool may_serve(const TextIndex& index, const SearchedTable& table, const TableFilter& filter,
               const char* name) {
  return !index.is_partial || (name != nullptr && strcmp(index.name, name) == 0) ||
         is_implied(index.index, table, filter);
}

const TextIndex& choose_text_index(Relation relation, const SearchedTable& table,
                                   const TableFilter& filter, const char* argument,
                                   const GrowingArray<TextIndex>& indexes) {
  const char* name = index_of_name(table, argument);
  const TextIndex* found = nullptr;
  const TextIndex* refused = nullptr;
  const char* names = nullptr;
  bool is_ambiguous = false;
  const AttrNumber column =
      name == nullptr ? InvalidAttrNumber : get_attnum(RelationGetRelid(relation), name);
  for (int64 i = 0; i < indexes.count; ++i) {
    const TextIndex& index = indexes.at[i];
    const bool is_meant = name == nullptr || strcmp(index.name, name) == 0 ||
                          (column != InvalidAttrNumber && index.column == column);
    if (!is_meant) {
      continue;
    }
    if (!may_serve(index, table, filter, name)) {
      refused = &index;
      continue;
    }
    append_name(&names, quote_identifier(index.name));
    // Among several on the same column, one that has all rows, then the first by name, as operators
    // choose.
    is_ambiguous = is_ambiguous || (found != nullptr && !is_on_same(*found, index));
    found = found == nullptr || (found->is_partial && !index.is_partial) ? &index : found;
  }
  if (is_ambiguous) {
    refuse_ambiguous(relation, "bm25 indexes", "text_column", names);
  }
  if (found == nullptr && refused != nullptr) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN),
             errmsg("bm25 index \"%s\" does not have all rows that are searched", refused->name),
             errdetail("It has those with %s.", predicate_of(refused->index)),
             errhint("Let the filter say so, or name the index by text_column, or in a leg by "
                     "\"using\": then the words are searched in its rows alone.")));
  }
  if (found == nullptr && name != nullptr) {
    refuse_name(relation, argument, "bm25 index, or column with one,");
  }
  if (found == nullptr) {
    refuse_none(relation, "bm25 index", "CREATE INDEX ON … USING bm25 (…) makes one.");
  }
  return *found;
}

// --- Vectors -------------------------------------------------------------------------------------

/// Which distance an operator of the type is.
bool distance_of_operator(Oid type, Oid op, CollectionDistance* distance) {
  for (const auto known : {CollectionDistance::kCosine, CollectionDistance::kDot,
                           CollectionDistance::kEuclid, CollectionDistance::kManhattan,
                           CollectionDistance::kHamming, CollectionDistance::kJaccard}) {
    if (distance_operator(type, known) == op) {
      *distance = known;
      return true;
    }
  }
  return false;
}

/// The operator that an index of vectors orders by; false if it is not an index of vectors.
bool read_vector_index(Relation index, CollectionVector* vector) {
  const Oid type = index->rd_opcintype[0];
  VectorKind kind;
  const Oid op = index->rd_index->indisvalid
                     ? get_opfamily_member(index->rd_opfamily[0], type, type, kDistanceStrategy)
                     : InvalidOid;
  if (!OidIsValid(op) || !vector_kind_of(type, &kind) ||
      !distance_of_operator(type, op, &vector->distance)) {
    return false;
  }
  vector->type = type;
  vector->distance_operator = op;
  return true;
}

/// Calls take(Relation index, const CollectionVector&) for each index of vectors.
template <class Take>
void each_vector_index(Relation relation, Take take) {
  List* indexes = RelationGetIndexList(relation);
  const ListCell* cell;
  foreach (cell, indexes) {
    const Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    CollectionVector vector{};
    const FormData_pg_attribute* attribute = TupleDescAttr(RelationGetDescr(index), 0);
    vector.typmod = attribute->atttypmod;
    getBaseTypeAndTypmod(attribute->atttypid, &vector.typmod);
    if (read_vector_index(index, &vector)) {
      take(index, vector);
    }
    index_close(index, NoLock);
  }
  list_free(indexes);
}

/// Sets the distance of a column: that of its indexes, else the cosine, of bits Hamming's.
void set_distance(Relation relation, CollectionVector* column, VectorKind kind) {
  const char* names = nullptr;
  bool is_ambiguous = false;
  each_vector_index(relation, [&](Relation index, const CollectionVector& indexed) {
    if (index->rd_index->indkey.values[0] != column->column) {
      return;
    }
    append_name(&names, quote_identifier(RelationGetRelationName(index)));
    is_ambiguous = is_ambiguous || (OidIsValid(column->distance_operator) &&
                                    column->distance_operator != indexed.distance_operator);
    column->distance = indexed.distance;
    column->distance_operator = indexed.distance_operator;
  });
  if (is_ambiguous) {
    refuse_ambiguous(relation, "distances for that column", "vector_column", names);
  }
  if (!OidIsValid(column->distance_operator)) {
    column->distance =
        kind == VectorKind::kBit ? CollectionDistance::kHamming : CollectionDistance::kCosine;
    column->distance_operator = distance_operator(column->type, column->distance);
  }
}

/// Reads a column, one of a domain as its base type; false if it has no vectors, or those of an
/// array.
bool read_column(Relation relation, AttrNumber number, CollectionVector* column, VectorKind* kind) {
  const FormData_pg_attribute* attribute = TupleDescAttr(RelationGetDescr(relation), number - 1);
  *column = {};
  if (attribute->attisdropped) {
    return false;
  }
  column->name = NameStr(attribute->attname);
  column->column = number;
  column->typmod = attribute->atttypmod;
  column->type = getBaseTypeAndTypmod(attribute->atttypid, &column->typmod);
  return vector_kind_of(column->type, kind);
}

/// Bit columns are found by their names alone: few are vectors.
bool serves(VectorKind kind, VectorQuery query) {
  return query == VectorQuery::kSparse
             ? kind == VectorKind::kSparsevec
             : kind == VectorKind::kVector || kind == VectorKind::kHalfvec;
}

/// The vector of a collection of that name, or the only one of that kind.
const CollectionVector* vector_of_collection(const Collection& collection, const char* name) {
  for (int i = 0; name != nullptr && i < collection.vector_count; ++i) {
    if (strcmp(collection.vectors[i].name, name) == 0) {
      return &collection.vectors[i];
    }
  }
  return nullptr;
}

const CollectionVector* vector_of_column(const Collection& collection, AttrNumber column) {
  for (int i = 0; i < collection.vector_count; ++i) {
    if (collection.vectors[i].column == column) {
      return &collection.vectors[i];
    }
  }
  return nullptr;
}

/// The column that is searched, in `vector`; of an index by an expression that index.
Oid choose_vector(Relation relation, const SearchedTable& table, const char* name,
                  VectorQuery query, CollectionVector* vector) {
  const Oid relid = RelationGetRelid(relation);
  const Collection* collection = table.collection;
  VectorKind kind;
  const CollectionVector* named =
      collection == nullptr ? nullptr : vector_of_collection(*collection, name);
  AttrNumber column = named != nullptr  ? named->column
                      : name != nullptr ? get_attnum(relid, name)
                                        : InvalidAttrNumber;
  Oid index_found = InvalidOid;
  if (name == nullptr) {
    const char* names = nullptr;
    int count = 0;
    for (AttrNumber i = 1; i <= RelationGetDescr(relation)->natts; ++i) {
      if (read_column(relation, i, vector, &kind) && serves(kind, query)) {
        column = i;
        ++count;
        append_name(&names, quote_identifier(vector->name));
      }
    }
    if (count > 1) {
      refuse_ambiguous(
          relation,
          query == VectorQuery::kSparse ? "columns of sparse vectors" : "columns of vectors",
          query == VectorQuery::kSparse ? "sparse_column" : "vector_column", names);
    }
    if (count == 0) {
      refuse_none(relation,
                  query == VectorQuery::kSparse ? "column of type sparsevec"
                                                : "column of type vector or halfvec",
                  nullptr);
    }
  } else if (column <= 0) {
    each_vector_index(relation, [&](Relation index, const CollectionVector& indexed) {
      if (strcmp(RelationGetRelationName(index), name) == 0) {
        index_found = RelationGetRelid(index);
        column = index->rd_index->indkey.values[0];
        *vector = indexed;
        vector->column = column;
        vector->name = name;
      }
    });
    if (!OidIsValid(index_found)) {
      refuse_name(relation, name, "vector column or index");
    }
    return index_found;
  }
  if (!read_column(relation, column, vector, &kind)) {
    refuse_name(relation, name, "column of one vector a row");
  }
  const CollectionVector* registered =
      collection == nullptr ? nullptr : vector_of_column(*collection, column);
  if (registered != nullptr) {
    *vector = *registered;
  } else {
    set_distance(relation, vector, kind);
  }
  return InvalidOid;
}

Leg vector_leg(Oid index, const CollectionVector& vector) {
  Leg leg{};
  leg.value = searched_column(vector);
  leg.value.index = index;
  leg.contribution.weight = 1;
  return leg;
}

}  // namespace

void add_text_leg(Relation relation, const SearchedTable& table, const TableFilter& filter,
                  const char* name, Datum words, GrowingArray<Leg>* legs) {
  Leg leg{};
  leg.text_index = choose_text_index(relation, table, filter, name, text_indexes(relation));
  leg.value = searched_text(*leg.text_index);
  leg.query = words;
  leg.contribution.weight = 1;
  legs->push(leg, CurrentMemoryContext);
}

void add_vector_leg(Relation relation, const SearchedTable& table, const char* name, Datum vector,
                    GrowingArray<Leg>* legs) {
  CollectionVector column;
  const Oid index = choose_vector(relation, table, name, VectorQuery::kDense, &column);
  Leg leg = vector_leg(index, column);
  leg.query = vector_for_column(column, vector);
  legs->push(leg, CurrentMemoryContext);
}

void add_sparse_leg(Relation relation, const SearchedTable& table, const char* name, Datum vector,
                    GrowingArray<Leg>* legs) {
  CollectionVector column;
  const Oid index = choose_vector(relation, table, name, VectorQuery::kSparse, &column);
  if (!is_sparsevec(column.type)) {
    refuse_name(relation, name, "column of type sparsevec");
  }
  Leg leg = vector_leg(index, column);
  leg.query = vector;
  legs->push(leg, CurrentMemoryContext);
}

void add_legs(Relation relation, const SearchedTable& table, const TableFilter& filter,
              const Json& list, GrowingArray<Leg>* legs) {
  const int count = list_count(list);
  for (int i = 0; i < count; ++i) {
    const Json& json = *list_value(list, i);
    check_members(json, {"text", "vector", "using", "weight"});
    const Json* text = member(json, "text");
    const Json* vector = member(json, "vector");
    if ((text == nullptr) == (vector == nullptr)) {
      refuse(json, "expected \"text\" or \"vector\"");
    }
    const char* name = string_member(json, "using");
    if (text != nullptr) {
      add_text_leg(relation, table, filter, name, CStringGetTextDatum(string_of(*text)), legs);
    } else {
      CollectionVector column;
      const Oid index =
          choose_vector(relation, table, name,
                        is_object(*vector) ? VectorQuery::kSparse : VectorQuery::kDense, &column);
      Leg leg = vector_leg(index, column);
      leg.query = vector_for_column(column, *vector);
      legs->push(leg, CurrentMemoryContext);
    }
    Leg& leg = legs->at[legs->count - 1];
    leg.contribution.weight = number_member(json, "weight", 1);
    if (leg.contribution.weight < 0) {
      refuse(*member(json, "weight"), "expected a number of at least 0");
    }
  }
}

}  // namespace vecext::pg
