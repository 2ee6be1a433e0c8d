#include "pg/am/common/validate.h"

#include <span>

#include "pg/am/common/opclass.h"

extern "C" {
#include "access/amvalidate.h"
#include "access/htup_details.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_type.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// Reports a fault, and returns false.
bool report_fault(const char* opclass, const char* what) {
  ereport(INFO, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                 errmsg("operator class \"%s\" %s", opclass, what)));
  return false;
}

using SupportFunctions = std::span<const Support>;

bool has_score_signature(Oid function, Oid type) {
  Oid* types;
  int count;
  return get_func_signature(function, &types, &count) == FLOAT8OID && count == 2 &&
         types[0] == type;
}

bool has_signature(Oid function, int number, SupportFunctions support, Oid type) {
  if (number < 1 || static_cast<Size>(number) > support.size()) {
    return false;
  }
  switch (support[static_cast<Size>(number) - 1]) {
    case Support::kDistance:
      return check_amproc_signature(function, FLOAT8OID, true, 2, 2, type, type);
    case Support::kScore:
      return has_score_signature(function, type);
    case Support::kNorm:
      return check_amproc_signature(function, FLOAT8OID, true, 1, 1, type);
    case Support::kHash:
      // The server hashes bool with the function for "char".
      return check_amproc_signature(function, INT4OID, false, 1, 1,
                                    type == BOOLOID ? CHAROID : type);
    case Support::kType:
      break;
  }
  return check_amproc_signature(function, INTERNALOID, false, 1, 1, INTERNALOID);
}

/// Checks the support functions of a class. Sets *is_key to true if the class is for key columns,
/// and to false if it orders by distance.
bool validate_functions(const char* name, CatCList* functions, Oid type, SupportFunctions support,
                        bool* is_key) {
  bool valid = true;
  bool has_distance = false;
  *is_key = false;
  for (int i = 0; i < functions->n_members; ++i) {
    const auto* row = reinterpret_cast<Form_pg_amproc>(GETSTRUCT(&functions->members[i]->tuple));
    if (row->amproclefttype != type) {
      continue;
    }
    has_distance |= row->amprocnum == kDistanceProc;
    *is_key |= static_cast<Size>(row->amprocnum) == support.size();
    if (!has_signature(row->amproc, row->amprocnum, support, type)) {
      valid = report_fault(name, psprintf("has support function %s of a wrong signature",
                                          format_procedure(row->amproc)));
    }
  }
  if (has_distance && *is_key) {
    return report_fault(name, "has both a distance and a hash function");
  }
  return has_distance || *is_key
             ? valid
             : report_fault(name, "has no distance function (support function 1)");
}

/// Checks the operators of a class for key columns: all must be equalities that can be hashed.
bool validate_key_operators(const char* name, CatCList* operators, Oid type) {
  bool valid = true;
  for (int i = 0; i < operators->n_members; ++i) {
    const auto* row = reinterpret_cast<Form_pg_amop>(GETSTRUCT(&operators->members[i]->tuple));
    if (row->amoplefttype == type &&
        (row->amoppurpose != AMOP_SEARCH ||
         !check_amop_signature(row->amopopr, BOOLOID, row->amoplefttype, row->amoprighttype) ||
         !op_hashjoinable(row->amopopr, row->amoplefttype))) {
      valid = report_fault(name,
                           psprintf("has operator %s, which is not an equality that can be hashed",
                                    format_operator(row->amopopr)));
    }
  }
  return valid;
}

bool validate_operators(const char* name, CatCList* operators, Oid type, SupportFunctions support) {
  bool valid = true;
  for (int i = 0; i < operators->n_members; ++i) {
    const auto* row = reinterpret_cast<Form_pg_amop>(GETSTRUCT(&operators->members[i]->tuple));
    if (row->amoplefttype != type) {
      continue;
    }
    if (row->amoppurpose == AMOP_SEARCH && support[0] == Support::kScore) {
      if (!check_amop_signature(row->amopopr, BOOLOID, row->amoplefttype, row->amoprighttype)) {
        valid = report_fault(
            name, psprintf("has operator %s of a wrong signature", format_operator(row->amopopr)));
      }
    } else if (row->amoppurpose != AMOP_ORDER) {
      valid = report_fault(name, psprintf("has operator %s, which is not for ordering",
                                          format_operator(row->amopopr)));
    } else if (!check_amop_signature(row->amopopr, FLOAT8OID, row->amoplefttype,
                                     row->amoprighttype)) {
      valid = report_fault(
          name, psprintf("has operator %s of a wrong signature", format_operator(row->amopopr)));
    } else if (!opfamily_can_sort_type(row->amopsortfamily, FLOAT8OID)) {
      valid = report_fault(name, psprintf("has operator %s with a wrong sort family",
                                          format_operator(row->amopopr)));
    }
  }
  return valid;
}

}  // namespace

bool validate_opclass(const AccessMethod& method, Oid opclass) {
  const HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
  if (!HeapTupleIsValid(tuple)) {
    elog(ERROR, "cache lookup failed for operator class %u", opclass);
  }
  const auto* form = reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
  const Oid family = form->opcfamily;
  const Oid type = form->opcintype;
  const char* name = pstrdup(NameStr(form->opcname));
  ReleaseSysCache(tuple);

  CatCList* functions = SearchSysCacheList1(AMPROCNUM, ObjectIdGetDatum(family));
  CatCList* operators = SearchSysCacheList1(AMOPSTRATEGY, ObjectIdGetDatum(family));
  bool is_key;
  const bool sound_functions = validate_functions(name, functions, type, method.support, &is_key);
  const bool sound_operators = is_key ? validate_key_operators(name, operators, type)
                                      : validate_operators(name, operators, type, method.support);
  ReleaseCatCacheList(functions);
  ReleaseCatCacheList(operators);
  return sound_functions && sound_operators;
}

}  // namespace vecext::pg
