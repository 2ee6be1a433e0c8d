#include "pg/am/common/indexed_value.h"

#include "core/page/graph_meta_page.h"
#include "core/page/meta_page.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/index_cache.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/varbit.h"
}

namespace vecext::pg {

namespace {

template <class T>
const void* dense_elements(const varlena* value, int32 dims) {
  DenseView<T> view;
  check(view_varlena(value, &view));
  check(check_same_dim(DenseType<T>::kName, dims, view.dim));
  return view.x;
}

const void* bit_elements(const varlena* value, int32 dims) {
  const auto* bits = reinterpret_cast<const VarBit*>(value);
  if (VARBITLEN(bits) != dims) {
    raise({.code = StatusCode::kDifferentBitLengths, .expected = dims, .actual = VARBITLEN(bits)});
  }
  return VARBITS(bits);
}

const void* sparse_elements(const varlena* value, int32 dims) {
  SparsevecView view;
  check(view_varlena(value, &view));
  if (dims != kAnyDims) {
    check(check_same_dim(kSparsevecName, dims, view.dim));
  }
  return VARDATA_ANY(value);
}

/// Returns the dimensions of the values that the index was built from.
int32 built_dims(Relation index) {
  const MetaKind kind = access_method_of(index)->meta_kind;
  int32 dims = kAnyDims;
  BufferStore store(index, nullptr);
  check_index(index, store.read(kMetaPage, [&](const std::byte* page) {
    Status status;
    if (kind == MetaKind::kLists && (status = check_meta_page(page)).ok()) {
      dims = meta_of(page)->dims;
    } else if (kind == MetaKind::kGraph && (status = check_graph_meta_page(page)).ok()) {
      dims = graph_meta_of(page)->dims;
    }
    return status;
  }));
  return dims;
}

/// The type of the indexed column and its modifier. For a domain, they are those of its base type.
struct BaseType {
  Oid type;
  int32 typmod;
};
BaseType base_type(Relation index) {
  const Form_pg_attribute column = TupleDescAttr(RelationGetDescr(index), 0);
  BaseType base{InvalidOid, column->atttypmod};
  base.type = getBaseTypeAndTypmod(column->atttypid, &base.typmod);
  return base;
}

}  // namespace
ValueReader::ValueReader(const OpclassInfo& opclass, int32 column_dims, MemoryContext memory)
    : info(opclass),
      dims(column_dims),
      context(memory),
      toast{},
      floats(opclass.element == Element::kSparse ? nullptr : array_in<float>(memory, column_dims)) {
}

const void* ValueReader::stored(Datum datum) {
  const auto* value = reinterpret_cast<const varlena*>(DatumGetPointer(datum));
  // VarBit has its length behind a four-byte header, so a value with a short header is unpacked in
  // the same way as a toasted one.
  if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value) ||
      (info.element == Element::kBit && VARATT_IS_SHORT(value))) {
    value = read_toasted(&toast, value, context);
  }
  switch (info.element) {
    case Element::kFloat:
      return dense_elements<float>(value, dims);
    case Element::kHalf:
      return dense_elements<Half>(value, dims);
    case Element::kBit:
      return bit_elements(value, dims);
    case Element::kSparse:
      break;
  }
  return sparse_elements(value, dims);
}

const float* ValueReader::widened(Datum datum) {
  widen(info.element, stored(datum), dims, floats);
  return floats;
}

int32 declared_dims(Relation index, const OpclassInfo& info) {
  const BaseType column = base_type(index);
  if (info.element == Element::kBit && column.type != BITOID) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("type not supported for %s index", access_method_name(index))));
  }
  if (column.typmod < 0) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("column does not have dimensions")));
  }
  return column.typmod;
}

int32 column_dims(Relation index, const OpclassInfo& info) {
  const BaseType column = base_type(index);
  const bool is_declared =
      column.typmod >= 0 && (info.element != Element::kBit || column.type == BITOID);
  return is_declared ? column.typmod : built_dims(index);
}

}  // namespace vecext::pg
