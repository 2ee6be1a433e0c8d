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

/// Returns the symbol of a C function, in the current memory context, or null if the function is of
/// another language. Only a superuser makes functions in C.
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

std::optional<VectorKind> vector_kind_of(Oid type) {
  if (type == BITOID) {
    return VectorKind::kBit;
  }
  const HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(tuple)) {
    return std::nullopt;
  }
  const auto* row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
  const Oid input = row->typtype == TYPTYPE_BASE ? row->typinput : InvalidOid;
  ReleaseSysCache(tuple);
  const char* symbol = OidIsValid(input) ? c_symbol(input) : nullptr;
  const std::string_view name = symbol == nullptr ? "" : symbol;
  return name == "vector_in"      ? std::optional{VectorKind::kVector}
         : name == "halfvec_in"   ? std::optional{VectorKind::kHalfvec}
         : name == "sparsevec_in" ? std::optional{VectorKind::kSparsevec}
                                  : std::nullopt;
}

bool is_sparsevec(Oid type) {
  return vector_kind_of(type) == VectorKind::kSparsevec;
}

std::optional<CollectionDistance> distance_of_name(std::string_view name) {
  for (const NamedDistance& known : kDistances) {
    if (known.name == name) {
      return known.distance;
    }
  }
  return std::nullopt;
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
