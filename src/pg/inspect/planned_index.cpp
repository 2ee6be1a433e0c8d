// vecext.planned_index(regclass): the index that the planner uses for an order by distance.
// Planning evaluates constant parts of the predicates and expressions of all of the table's
// indexes. For a user who has the rights of the table's owner, it therefore runs as the owner, who
// has written them. Other users could have them evaluated by any SELECT, so for such a user it runs
// as that user.
#include "pg/inspect/open_index.h"
#include "pg/sys/exact_settings.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Makes the EXPLAIN statement for an index ($1). It orders by a parameter (an InitPlan), so that
/// the planner does not know the value. A query by words names the index.
constexpr char kStatement[] =
    "SELECT format('EXPLAIN (COSTS OFF, FORMAT json) SELECT FROM ONLY %s WHERE %s"
    " ORDER BY (%s)::%s OPERATOR(%I.%s) %s LIMIT 10', x.indrelid::regclass,"
    " coalesce(pg_get_expr(x.indpred, x.indrelid), 'true'),"
    " pg_get_indexdef(x.indexrelid, 1, false), p.oprleft::regtype, n.nspname, p.oprname,"
    " CASE p.oprright WHEN p.oprleft THEN format('(SELECT NULL::%s)', p.oprright::regtype)"
    " ELSE format('vecext.bm25_query((SELECT NULL::text), %L::regclass)', x.indexrelid) END)"
    " FROM pg_index x JOIN pg_opclass o ON o.oid = x.indclass[0]"
    " JOIN pg_amop s ON s.amopfamily = o.opcfamily AND s.amoplefttype = o.opcintype"
    " AND s.amoppurpose = 'o' JOIN pg_operator p ON p.oid = s.amopopr"
    " JOIN pg_namespace n ON n.oid = p.oprnamespace WHERE x.indexrelid = $1";

/// Finds the first index that is named in a plan ($1), by a node of this library or of the server.
constexpr char kName[] =
    "SELECT coalesce(jsonb_path_query_first($1::jsonb, '$.**.\"Index\"'),"
    " jsonb_path_query_first($1::jsonb, '$.**.\"Index Name\"')) #>> '{}'";

/// Runs a statement that returns one text. Returns null if that text is null.
char* text_of(const char* statement, int arguments, Oid type, Datum argument) {
  SPI_execute_with_args(statement, arguments, &type, &argument, nullptr, false, 1);
  if (SPI_processed != 1) {
    elog(ERROR, "the catalog does not tell the order of an index");
  }
  return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/// Returns the index that the planner uses for the ten first rows in the order of this index, or
/// InvalidOid if it does not use an index.
Oid planned_index(Relation index) {
  SPI_connect();
  const char* name = with_exact_settings([index] {
    const char* explain = text_of(kStatement, 1, OIDOID, ObjectIdGetDatum(RelationGetRelid(index)));
    const char* plan = text_of(explain, 0, InvalidOid, 0);
    return text_of(kName, 1, TEXTOID, CStringGetTextDatum(plan));
  });
  const Oid planned =
      name == nullptr ? InvalidOid : get_relname_relid(name, RelationGetNamespace(index));
  SPI_finish();
  return planned;
}

}  // namespace

VECEXT_FUNCTION(vecext_planned_index)
{
  const Relation index = open_index(PG_GETARG_OID(0));
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  const Oid role = has_rights_of_owner(heap) ? heap->rd_rel->relowner : GetUserId();
  const Oid planned = as_owner(role, [index] { return planned_index(index); });
  table_close(heap, AccessShareLock);
  index_close(index, AccessShareLock);
  if (!OidIsValid(planned)) {
    PG_RETURN_NULL();
  }
  PG_RETURN_OID(planned);
}

}  // namespace vecext::pg
