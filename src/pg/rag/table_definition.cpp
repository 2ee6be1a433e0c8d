// Functions for the SQL that makes tables of queues and caches.
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/rows.h"
#include "pg/collection/define/vector_spec.h"
#include "pg/registry/registry_write.h"

extern "C" {
#include "utils/syscache.h"
}

namespace vecext::pg {

// vecext_rag.as_owner(relid regclass, statement text) → text
VECEXT_FUNCTION(vecext_rag_as_owner)
{
  const char* value = execute_as_owner(PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1)));
  if (value == nullptr) {
    PG_RETURN_NULL();
  }
  PG_RETURN_TEXT_P(cstring_to_text(value));
}

// vecext_rag.lock_relation(relation regclass) → void
VECEXT_FUNCTION(vecext_rag_lock_relation)
{
  lock_own_relation(PG_GETARG_OID(0), ShareRowExclusiveLock);
  PG_RETURN_VOID();
}

// vecext_rag.relation_name(schema oid, base text, bytes integer) → text
VECEXT_FUNCTION(vecext_rag_relation_name)
{
  PG_RETURN_TEXT_P(cstring_to_text(
      free_relation_name(PG_GETARG_OID(0), text_or_null(fcinfo, 1), PG_GETARG_INT32(2))));
}

// vecext_rag.vector_type(type regtype) → regtype
VECEXT_FUNCTION(vecext_rag_vector_type)
{
  const Oid type = element_of_vector(PG_GETARG_OID(0));
  if (!OidIsValid(type)) {
    PG_RETURN_NULL();
  }
  PG_RETURN_OID(type);
}

// vecext_rag.operator_class(method text, type regtype, distance text) → text
VECEXT_FUNCTION(vecext_rag_operator_class)
{
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) {
    PG_RETURN_NULL();
  }
  const Oid type = PG_GETARG_OID(1);
  if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type))) {
    PG_RETURN_NULL();  // a regtype may be any number
  }
  const JsonPlace place = JsonPlace::argument("distance");
  Json distance{.value = {}, .place = place};
  distance.value.type = jbvNull;
  if (const char* given = text_or_null(fcinfo, 2)) {
    distance.value.type = jbvString;
    distance.value.val.string.val = const_cast<char*>(given);
    distance.value.val.string.len = static_cast<int>(strlen(given));
  }
  const char* found =
      operator_class(text_or_null(fcinfo, 0), type, read_distance(&distance, place, type));
  if (found == nullptr) {
    PG_RETURN_NULL();
  }
  PG_RETURN_TEXT_P(cstring_to_text(found));
}

}  // namespace vecext::pg
