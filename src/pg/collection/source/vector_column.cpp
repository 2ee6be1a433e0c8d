#include "pg/collection/source/vector_column.h"

#include "pg/registry/vector_type.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

[[noreturn]] void refuse_ambiguous(Relation relation, const char* what, const char* argument,
                                   const char* names) {
  ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                  errmsg("table \"%s\" has several %s", RelationGetRelationName(relation), what),
                  errdetail("They are %s.", names),
                  errhint("Name one by %s, or in a leg by \"using\".", argument)));
  pg_unreachable();
}

[[noreturn]] void refuse_none(Relation relation, const char* what) {
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg("table \"%s\" has no %s", RelationGetRelationName(relation), what)));
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

/// Returns which distance of the type an operator computes, or nothing if it does not compute a
/// distance.
std::optional<CollectionDistance> distance_of_operator(Oid type, Oid op) {
  for (const auto known : {CollectionDistance::kCosine, CollectionDistance::kDot,
                           CollectionDistance::kEuclid, CollectionDistance::kManhattan,
                           CollectionDistance::kHamming, CollectionDistance::kJaccard}) {
    if (distance_operator(type, known) == op) {
      return known;
    }
  }
  return std::nullopt;
}

/// Returns what an index says of its vectors, which is all but their column, or nothing if it is
/// not an index of vectors.
std::optional<CollectionVector> read_vector_index(Relation index) {
  const Oid type = index->rd_opcintype[0];
  const Oid op = index->rd_index->indisvalid
                     ? get_opfamily_member(index->rd_opfamily[0], type, type, kDistanceStrategy)
                     : InvalidOid;
  if (!OidIsValid(op) || !vector_kind_of(type).has_value()) {
    return std::nullopt;
  }
  const std::optional<CollectionDistance> distance = distance_of_operator(type, op);
  if (!distance.has_value()) {
    return std::nullopt;
  }
  CollectionVector vector{};
  const FormData_pg_attribute* attribute = TupleDescAttr(RelationGetDescr(index), 0);
  vector.typmod = attribute->atttypmod;
  getBaseTypeAndTypmod(attribute->atttypid, &vector.typmod);
  vector.type = type;
  vector.distance = *distance;
  vector.distance_operator = op;
  return vector;
}

/// Calls visit(Relation index, const CollectionVector&) for each index of vectors.
template <class Visit>
void each_vector_index(Relation relation, Visit visit) {
  List* indexes = RelationGetIndexList(relation);
  for (const Oid relid : oids_of(indexes)) {
    const Relation index = index_open(relid, AccessShareLock);
    if (const auto vector = read_vector_index(index); vector.has_value()) {
      visit(index, *vector);
    }
    index_close(index, NoLock);
  }
  list_free(indexes);
}

/// Sets the distance of a column to that of its indexes. Without an index it is the cosine
/// distance, or the Hamming distance for bits. Raises an ERROR if indexes have different distances.
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

/// Reads a column of vectors; a domain counts as its base type. Returns nothing if the column is
/// not one of vectors, or if it is one of arrays of vectors.
std::optional<VectorKind> read_column(Relation relation, AttrNumber number,
                                      CollectionVector* column) {
  const FormData_pg_attribute* attribute = TupleDescAttr(RelationGetDescr(relation), number - 1);
  *column = {};
  if (attribute->attisdropped) {
    return std::nullopt;
  }
  column->name = pstrdup(NameStr(attribute->attname));
  column->column = number;
  column->typmod = attribute->atttypmod;
  column->type = getBaseTypeAndTypmod(attribute->atttypid, &column->typmod);
  return vector_kind_of(column->type);
}

/// True if a column of that kind can be found without a name for such a query. A column of bits
/// must be named, as few of them are vectors.
bool serves(VectorKind kind, VectorQuery query) {
  return query == VectorQuery::kSparse
             ? kind == VectorKind::kSparsevec
             : kind == VectorKind::kVector || kind == VectorKind::kHalfvec;
}

const CollectionVector* vector_of_column(const Collection& collection, AttrNumber column) {
  for (const CollectionVector& vector : collection.all_vectors()) {
    if (vector.column == column) {
      return &vector;
    }
  }
  return nullptr;
}

/// Returns the only column for queries of that kind.
AttrNumber only_column(Relation relation, VectorQuery query) {
  const bool is_sparse = query == VectorQuery::kSparse;
  AttrNumber only = InvalidAttrNumber;
  const char* names = nullptr;
  int count = 0;
  CollectionVector column;
  for (AttrNumber i = 1; i <= RelationGetDescr(relation)->natts; ++i) {
    const std::optional<VectorKind> kind = read_column(relation, i, &column);
    if (kind.has_value() && serves(*kind, query)) {
      only = i;
      ++count;
      append_name(&names, quote_identifier(column.name));
    }
  }
  if (count > 1) {
    refuse_ambiguous(relation, is_sparse ? "columns of sparse vectors" : "columns of vectors",
                     is_sparse ? "sparse_column" : "vector_column", names);
  }
  if (count == 0) {
    refuse_none(relation,
                is_sparse ? "column of type sparsevec" : "column of type vector or halfvec");
  }
  return only;
}

/// Returns the index of that name, and sets `vector` to the vectors that it is on. Raises an ERROR
/// if there is no such index of vectors.
Oid index_of_name(Relation relation, const char* name, CollectionVector* vector) {
  Oid found = InvalidOid;
  each_vector_index(relation, [&](Relation index, const CollectionVector& indexed) {
    if (strcmp(RelationGetRelationName(index), name) == 0) {
      found = RelationGetRelid(index);
      *vector = indexed;
      vector->column = index->rd_index->indkey.values[0];
      vector->name = name;
    }
  });
  if (!OidIsValid(found)) {
    refuse_name(relation, name, "vector column or index");
  }
  return found;
}

/// Sets `vector` to the vectors that are searched. Returns the index whose expression they are, or
/// InvalidOid if they are a column.
Oid find_searched(Relation relation, const Collection* collection, const char* name,
                  VectorQuery query, CollectionVector* vector) {
  const CollectionVector* named =
      collection == nullptr || name == nullptr ? nullptr : find_vector(*collection, name);
  const AttrNumber column = named != nullptr  ? named->column
                            : name != nullptr ? get_attnum(RelationGetRelid(relation), name)
                                              : only_column(relation, query);
  if (column <= 0) {
    return index_of_name(relation, name, vector);
  }
  const std::optional<VectorKind> kind = read_column(relation, column, vector);
  if (!kind.has_value()) {
    refuse_name(relation, name, "column of one vector a row");
  }
  const CollectionVector* registered =
      collection == nullptr ? nullptr : vector_of_column(*collection, column);
  if (registered != nullptr) {
    *vector = *registered;
  } else {
    set_distance(relation, vector, *kind);
  }
  return InvalidOid;
}

}  // namespace

SearchedVector vector_of_source(const RowSource& source, const char* name, VectorQuery query) {
  auto* column = palloc0_object<CollectionVector>();
  const Relation relation = table_open(source.relid, NoLock);
  const Oid index = find_searched(relation, source.collection, name, query, column);
  table_close(relation, NoLock);
  return {.column = column, .index = index};
}

SearchedVector sparse_vector_of_source(const RowSource& source, const char* name) {
  const SearchedVector found = vector_of_source(source, name, VectorQuery::kSparse);
  if (!is_sparsevec(found.column->type)) {
    const Relation relation = table_open(source.relid, NoLock);
    refuse_name(relation, name, "column of type sparsevec");
  }
  return found;
}

}  // namespace vecext::pg
