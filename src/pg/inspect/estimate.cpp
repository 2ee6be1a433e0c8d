// vecext.estimate(): estimates how large a table and its index become, and how much memory the
// build takes.
#include <cmath>

#include "pg/am/common/access_method.h"
#include "pg/am/common/index_size.h"
#include "pg/inspect/result_row.h"

extern "C" {
#include "access/detoast.h"
#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/itup.h"
#include "access/nbtree.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

enum Column { kTable, kIndex, kBuild, kColumns };

constexpr Oid kTypes[kColumns] = {INT8OID, INT8OID, INT8OID};

constexpr Size kPageRoom = BLCKSZ - SizeOfPageHeaderData;

/// Returns how many bytes a tuple takes on a page, including its line pointer.
Size on_page(Size data) {
  return MAXALIGN(MAXALIGN(SizeofHeapTupleHeader) + data) + sizeof(ItemIdData);
}

/// Returns how many bytes a value takes on average in a TOAST table, including its entries in the
/// table's index, if many values are stored one after another.
double toasted_bytes(Size value) {
  constexpr Size kChunkHead = sizeof(Oid) + sizeof(int32) + VARHDRSZ;
  constexpr Size kEntry = sizeof(IndexTupleData) + sizeof(Oid) + sizeof(int32) + sizeof(ItemIdData);
  constexpr int kValues = 1000;
  int64 chunks = 0;
  int64 pages = 0;
  Size room = 0;
  for (int i = 0; i < kValues; ++i) {
    for (Size left = value; left > 0; ++chunks) {
      const Size part = Min(left, TOAST_MAX_CHUNK_SIZE);
      const Size bytes = on_page(kChunkHead + part);
      if (room < bytes) {
        ++pages;
        room = kPageRoom;
      }
      room -= bytes;
      left -= part;
    }
  }
  constexpr double kFull = BTREE_DEFAULT_FILLFACTOR / 100.;
  return (static_cast<double>(pages) * BLCKSZ + static_cast<double>(chunks) * kEntry / kFull) /
         kValues;
}

/// Returns how many bytes a table takes whose rows have a bigint and a value of `value` bytes.
double table_bytes(double rows, Size value) {
  constexpr Size kPointer = TOAST_POINTER_SIZE;
  const bool is_toasted =
      MAXALIGN(SizeofHeapTupleHeader) + sizeof(int64) + value > TOAST_TUPLE_TARGET;
  const Size of_page = kPageRoom / on_page(sizeof(int64) + (is_toasted ? kPointer : value));
  return std::ceil(rows / static_cast<double>(of_page)) * BLCKSZ +
         (is_toasted ? rows * toasted_bytes(value - VARHDRSZ) : 0);
}

/// Returns the type and the metric of an index on a type all of whose values have the same size.
OpclassInfo opclass_over(const char* type) {
  constexpr OpclassInfo kTypesOfOneSize[] = {{Element::kFloat, Metric::kCosine, nullptr, "vector"},
                                             {Element::kHalf, Metric::kCosine, nullptr, "halfvec"},
                                             {Element::kBit, Metric::kHamming, nullptr, "bit"}};
  for (const OpclassInfo& info : kTypesOfOneSize) {
    if (strcmp(info.type, type) == 0) {
      return info;
    }
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("no size can be estimated for type \"%s\"", type),
                  errhint("The types are vector, halfvec and bit.")));
}

const AccessMethod& method_of_size(const char* name) {
  const AccessMethod* method = access_method_named(name);
  if (method == nullptr || method->size == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("no size can be estimated for access method \"%s\"", name),
                    errhint("The access methods are ivfpq, hnsw and ivfflat.")));
  }
  return *method;
}

void check_at_least(const char* what, int64 number, int64 least) {
  if (number < least) {
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s must be at least %lld", what, static_cast<long long>(least))));
  }
}

/// Returns how many bytes a value takes in a row, including its header. A short value has a short
/// header.
Size value_bytes(const OpclassInfo& opclass, int32 dims) {
  // In a vector, the number of elements and two bytes of zeros come before the elements. In a bit
  // string, the number of bits comes before the bits.
  const Size data = sizeof(int32) + stored_bytes(opclass.element, dims);
  return data + (data + VARHDRSZ_SHORT <= VARATT_SHORT_MAX ? VARHDRSZ_SHORT : VARHDRSZ);
}

Datum bytes_datum(double bytes) {
  constexpr double kMost = 9e18;
  return Int64GetDatum(static_cast<int64>(Min(bytes, kMost)));
}

}  // namespace

VECEXT_FUNCTION(vecext_estimate)
{
  const TupleDesc row = result_row(fcinfo, kTypes, kColumns);
  const int64 rows = PG_GETARG_INT64(0);
  const int32 dims = PG_GETARG_INT32(1);
  const AccessMethod& method = method_of_size(text_to_cstring(PG_GETARG_TEXT_PP(2)));
  const OpclassInfo opclass = opclass_over(text_to_cstring(PG_GETARG_TEXT_PP(3)));
  check_at_least("rows", rows, 0);
  check_at_least("dims", dims, 1);
  const IndexSize index = method.size(
      {opclass, dims, static_cast<double>(rows), method.options(PG_GETARG_DATUM(4), true)});
  Datum values[kColumns];
  bool nulls[kColumns] = {};
  values[kTable] = bytes_datum(table_bytes(static_cast<double>(rows), value_bytes(opclass, dims)));
  values[kIndex] = bytes_datum(index.pages * BLCKSZ);
  values[kBuild] = bytes_datum(index.build_bytes);
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(row, values, nulls)));
}

}  // namespace vecext::pg
