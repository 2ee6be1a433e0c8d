// The functions of type vecext.point_id.
#include "pg/type/point_id_type.h"

#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/type/functions.h"

extern "C" {
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
#include "utils/sortsupport.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
}

namespace vecext::pg {

namespace {

const PointId& id_argument(FunctionCallInfo fcinfo, int n) {
  return point_id_of(PG_GETARG_DATUM(n));
}

int compare_arguments(FunctionCallInfo fcinfo) {
  return compare_point_ids(id_argument(fcinfo, 0), id_argument(fcinfo, 1));
}

[[noreturn]] void refuse_number(const char* number) {
  ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                  errmsg("\"%s\" is out of range for type %s", number, kPointIdName)));
  pg_unreachable();
}

Datum id_of_integer(int64 number) {
  if (number < 0) {
    refuse_number(psprintf(INT64_FORMAT, number));
  }
  return point_id_datum(point_id_of_number(static_cast<uint64>(number)));
}

Datum id_of_text(FunctionCallInfo fcinfo, const char* text) {
  PointId id;
  const Status status = parse_point_id(text, &id);
  return status.ok() ? point_id_datum(id) : input_error(fcinfo, status);
}

int compare_in_sort(Datum a, Datum b, SortSupport /*sort*/) {
  return compare_point_ids(point_id_of(a), point_id_of(b));
}

int compare_abbreviated(Datum a, Datum b, SortSupport /*sort*/) {
  return a < b ? -1 : a > b ? 1 : 0;
}

Datum abbreviated(Datum value, SortSupport /*sort*/) {
  return UInt64GetDatum(abbreviate(point_id_of(value)));
}

}  // namespace

Datum point_id_datum(const PointId& id) {
  return PointerGetDatum(palloc_object<PointId>(id));
}

bool is_point_id(Oid type) {
  if (type < FirstNormalObjectId) {
    return false;
  }
  const TypeCacheEntry* entry = lookup_type_cache(type, TYPECACHE_CMP_PROC_FINFO);
  return entry->typtype == TYPTYPE_BASE && entry->cmp_proc_finfo.fn_addr == vecext_point_id_cmp;
}

VECEXT_FUNCTION(vecext_point_id_in)
{ return id_of_text(fcinfo, PG_GETARG_CSTRING(0)); }

VECEXT_FUNCTION(vecext_point_id_out)
{
  auto* text = palloc_array<char>(kMostPointIdText + 1);
  text[print_point_id(id_argument(fcinfo, 0), text)] = '\0';
  PG_RETURN_CSTRING(text);
}

VECEXT_FUNCTION(vecext_point_id_recv)
{
  auto* message = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  PointId id;
  const auto* data = reinterpret_cast<const std::byte*>(message->data + message->cursor);
  check(decode_point_id(data, static_cast<Size>(message->len - message->cursor), &id));
  message->cursor += static_cast<int>(sizeof id);
  return point_id_datum(id);
}

VECEXT_FUNCTION(vecext_point_id_send)
{
  const PointId& id = id_argument(fcinfo, 0);
  StringInfoData message;
  pq_begintypsend(&message);
  pq_sendbytes(&message, reinterpret_cast<const char*>(id.bytes), sizeof id.bytes);
  PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

VECEXT_FUNCTION(vecext_point_id_lt)
{ PG_RETURN_BOOL(compare_arguments(fcinfo) < 0); }

VECEXT_FUNCTION(vecext_point_id_le)
{ PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0); }

VECEXT_FUNCTION(vecext_point_id_eq)
{ PG_RETURN_BOOL(compare_arguments(fcinfo) == 0); }

VECEXT_FUNCTION(vecext_point_id_ge)
{ PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0); }

VECEXT_FUNCTION(vecext_point_id_gt)
{ PG_RETURN_BOOL(compare_arguments(fcinfo) > 0); }

VECEXT_FUNCTION(vecext_point_id_ne)
{ PG_RETURN_BOOL(compare_arguments(fcinfo) != 0); }

VECEXT_FUNCTION(vecext_point_id_cmp)
{ PG_RETURN_INT32(compare_arguments(fcinfo)); }

VECEXT_FUNCTION(vecext_point_id_sortsupport)
{
  auto* sort = reinterpret_cast<SortSupport>(PG_GETARG_POINTER(0));
  sort->comparator = compare_in_sort;
  if (sort->abbreviate) {
    sort->abbrev_full_comparator = compare_in_sort;
    sort->comparator = compare_abbreviated;
    sort->abbrev_converter = abbreviated;
    sort->abbrev_abort = [](int /*count*/, SortSupport /*sort*/) { return false; };
  }
  PG_RETURN_VOID();
}

VECEXT_FUNCTION(vecext_point_id_hash)
{ return hash_any(id_argument(fcinfo, 0).bytes, sizeof(PointId)); }

VECEXT_FUNCTION(vecext_point_id_hash_extended)
{
  return hash_any_extended(id_argument(fcinfo, 0).bytes, sizeof(PointId),
                           static_cast<uint64>(PG_GETARG_INT64(1)));
}

VECEXT_FUNCTION(vecext_point_id_smaller)
{ PG_RETURN_DATUM(PG_GETARG_DATUM(compare_arguments(fcinfo) <= 0 ? 0 : 1)); }

VECEXT_FUNCTION(vecext_point_id_larger)
{ PG_RETURN_DATUM(PG_GETARG_DATUM(compare_arguments(fcinfo) >= 0 ? 0 : 1)); }

VECEXT_FUNCTION(vecext_point_id_of_int2)
{ return id_of_integer(PG_GETARG_INT16(0)); }

VECEXT_FUNCTION(vecext_point_id_of_int4)
{ return id_of_integer(PG_GETARG_INT32(0)); }

VECEXT_FUNCTION(vecext_point_id_of_int8)
{ return id_of_integer(PG_GETARG_INT64(0)); }

VECEXT_FUNCTION(vecext_point_id_of_uuid)
{ return point_id_datum(point_id_of_uuid(PG_GETARG_UUID_P(0)->data)); }

VECEXT_FUNCTION(vecext_point_id_of_numeric)
{
  // Rounding to an integer is what a cast from numeric to bigint does.
  const Datum whole = DirectFunctionCall2(numeric_round, PG_GETARG_DATUM(0), Int32GetDatum(0));
  const char* text = DatumGetCString(DirectFunctionCall1(numeric_out, whole));
  // Thirty-two digits would be read as a UUID.
  if (strlen(text) > kMostNumberText) {
    refuse_number(shown_part(text));
  }
  return id_of_text(fcinfo, text);
}

VECEXT_FUNCTION(vecext_point_id_json)
{
  const PointId& id = id_argument(fcinfo, 0);
  char text[kMostPointIdText + 2];
  const int length = print_point_id(id, text + 1);
  text[0] = text[length + 1] = '"';
  PG_RETURN_TEXT_P(id.is_number() ? cstring_to_text_with_len(text + 1, length)
                                  : cstring_to_text_with_len(text, length + 2));
}

}  // namespace vecext::pg
