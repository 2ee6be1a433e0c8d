#include "pg/registry/vector_type.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_language.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

struct NamedDistance {
  std::string_view name;
  const char* sign;
  CollectionDistance distance;
};

constexpr NamedDistance kDistances[] = {
    {"cosine", "<=>", CollectionDistance::kCosine},
    {"dot", "<#>", CollectionDistance::kDot},
    {"euclid", "<->", CollectionDistance::kEuclid},
    {"manhattan", "<+>", CollectionDistance::kManhattan},
    {"hamming", "<~>", CollectionDistance::kHamming},
    {"jaccard", "<%>", CollectionDistance::kJaccard},
};

/// The symbol of a C function, in the caller's memory context; null for other languages. Only a
/// superuser makes functions in C.
const char* c_symbol(Oid function) {
  const HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) {
    return nullptr;
  }
  const auto* row = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  const char* symbol = nullptr;
  if (row->prolang == ClanguageId) {
    bool is_null = false;
    const Datum source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &is_null);
    if (!is_null) {
      symbol = text_to_cstring(DatumGetTextPP(source));
    }
  }
  ReleaseSysCache(tuple);
  return symbol;
}

}  // namespace

bool vector_kind_of(Oid type, VectorKind* kind) {
  if (type == BITOID) {
    *kind = VectorKind::kBit;
    return true;
  }
  const HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  const auto* row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
  const Oid input = row->typtype == TYPTYPE_BASE ? row->typinput : InvalidOid;
  ReleaseSysCache(tuple);
  const char* symbol = OidIsValid(input) ? c_symbol(input) : nullptr;
  if (symbol == nullptr) {
    return false;
  }
  const std::string_view name = symbol;
  if (name == "vector_in") {
    *kind = VectorKind::kVector;
  } else if (name == "halfvec_in") {
    *kind = VectorKind::kHalfvec;
  } else if (name == "sparsevec_in") {
    *kind = VectorKind::kSparsevec;
  } else {
    return false;
  }
  return true;
}

bool is_sparsevec(Oid type) {
  VectorKind kind;
  return vector_kind_of(type, &kind) && kind == VectorKind::kSparsevec;
}

bool distance_of_name(std::string_view name, CollectionDistance* distance) {
  for (const NamedDistance& known : kDistances) {
    if (known.name == name) {
      *distance = known.distance;
      return true;
    }
  }
  return false;
}

Oid distance_operator(Oid type, CollectionDistance distance) {
  const char* sign = nullptr;
  for (const NamedDistance& known : kDistances) {
    if (known.distance == distance) {
      sign = known.sign;
    }
  }
  // The operators of that name in all schemas; ours is the one whose function is in C.
  CatCList* list = SearchSysCacheList3(OPERNAMENSP, CStringGetDatum(sign), ObjectIdGetDatum(type),
                                       ObjectIdGetDatum(type));
  Oid found = InvalidOid;
  for (int i = 0; i < list->n_members && !OidIsValid(found); ++i) {
    const auto* row = reinterpret_cast<Form_pg_operator>(GETSTRUCT(&list->members[i]->tuple));
    if (c_symbol(row->oprcode) != nullptr) {
      found = row->oid;
    }
  }
  ReleaseSysCacheList(list);
  return found;
}

}  // namespace vecext::pg
