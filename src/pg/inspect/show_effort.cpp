// vecext.observed_effort(regclass): what was observed of users' queries of an index.
#include "pg/am/effort/observed_effort.h"
#include "pg/inspect/open_index.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/genam.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

Datum array_of_efforts(const QueryEffort& needed) {
  Datum efforts[kEffortRecalls.size()];
  for (Size i = 0; i < kEffortRecalls.size(); ++i) {
    efforts[i] = Float4GetDatum(needed.effort[i]);
  }
  return array_datum(FLOAT4OID, efforts);
}

const char* name_of(SearchWay way) {
  switch (way) {
    case SearchWay::kPlain:
      return "plain";
    case SearchWay::kPostfilter:
      return "postfilter";
    case SearchWay::kInline:
      return "inline";
  }
  return nullptr;
}

}  // namespace

VECEXT_FUNCTION(vecext_observed_effort)
{
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const Relation index = open_index(PG_GETARG_OID(0));
  const GrowingArray<UserEffort> users = observed_of_users(index);
  index_close(index, AccessShareLock);
  const bool sees_all = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
  for (int64 i = 0; i < users.count; ++i) {
    const UserEffort& of_user = users.at[i];
    if (!sees_all && !has_privs_of_role(GetUserId(), of_user.user)) {
      continue;
    }
    bool is_null[] = {false, false, false, false, false, !of_user.needed.is_known()};
    Datum values[] = {ObjectIdGetDatum(of_user.user),
                      CStringGetTextDatum(name_of(of_user.way)),
                      Int32GetDatum(of_user.most_rows),
                      Int64GetDatum(of_user.queries),
                      Float8GetDatum(of_user.needed.steps),
                      of_user.needed.is_known() ? array_of_efforts(of_user.needed) : Datum{}};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  }
  return Datum{};
}

}  // namespace vecext::pg
