#include "pg/condition/row_facts.h"

#include "pg/condition/indexed_texts.h"
#include "pg/sys/memory.h"

extern "C" {
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

struct RowLayout {
  Oid type;
  int32 typmod;
  uint64 version;  // the version of the row type, which changes with ALTER TABLE
  TupleDesc columns;
  const Collection* collection;
  // Numbers of the row's columns, which may differ from the table's if the row is of a view.
  AttrNumber id;
  AttrNumber payload;
  AttrNumber* vectors;
};

namespace {

[[noreturn]] void raise_no_collection(Oid type) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("row of type %s is not one of a collection", format_type_be(type)),
                  errhint("Register its table by vecext.register_collection(), or give the payload "
                          "in place of the row.")));
}

const Collection* collection_of_type(Oid type) {
  const Oid relid = get_typ_typrelid(type);
  const Collection* collection = nullptr;
  if (OidIsValid(relid)) {
    collection = get_rel_relkind(relid) == RELKIND_VIEW ? collection_of_name(get_rel_name(relid))
                                                        : collection_of_table(relid);
  }
  if (collection == nullptr) {
    raise_no_collection(type);
  }
  return collection;
}

/// Returns the column of a row that has the name and the type of a column of the collection's
/// table. There may be none, as any view may have the name of an alias.
AttrNumber column_of_row(TupleDesc columns, const Collection* collection, AttrNumber column) {
  const char* name = get_attname(collection->relid, column, false);
  const Oid type = get_atttype(collection->relid, column);
  for (int i = 0; i < columns->natts; ++i) {
    const FormData_pg_attribute* attribute = TupleDescAttr(columns, i);
    if (!attribute->attisdropped && strcmp(NameStr(attribute->attname), name) == 0 &&
        attribute->atttypid == type) {
      return static_cast<AttrNumber>(i + 1);
    }
  }
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg("row has no column \"%s\" of type %s, which collection \"%s\" has", name,
                         format_type_be(type), collection->name)));
}

/// Returns a value of a row, and sets `is_null` if it is null.
Datum value_of(HeapTupleHeader row, const RowLayout* layout, AttrNumber column, bool* is_null) {
  HeapTupleData tuple{};
  tuple.t_len = HeapTupleHeaderGetDatumLength(row);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_data = row;
  return heap_getattr(&tuple, column, layout->columns, is_null);
}

class RowOfTable final : public ServerFacts {
 public:
  RowOfTable(const Filter& filter, HeapTupleHeader row, const RowLayout* layout,
             MemoryContext scratch)
      : ServerFacts(filter, scratch), row_(row), layout_(layout) {
    if (filter.of_row != nullptr) {
      id_ = value_of(row, layout, layout->id, &has_no_id_);
    }
  }

  bool has_id(const Condition& condition) const override {
    return !has_no_id_ && is_named(layout_->collection->id_type, id_, condition);
  }

  bool is_in_slice(const IdSlice& slice) const override {
    return !has_no_id_ && is_id_in_slice(layout_->collection->id_type, id_, slice);
  }

  bool has_vector(std::string_view name) const override {
    const CollectionVector* vector = find_vector(*layout_->collection, name);
    bool is_null = true;
    if (vector != nullptr) {
      value_of(row_, layout_, layout_->vectors[vector - layout_->collection->vectors], &is_null);
    }
    return !is_null;
  }

 private:
  HeapTupleHeader row_;
  const RowLayout* layout_;
  Datum id_{};
  bool has_no_id_ = true;
};

void check_vectors(const Condition& condition, const Collection& collection) {
  if (condition.kind == ConditionKind::kHasVector) {
    vector_of_name(collection, condition.text);
  }
  for (const Condition* child : condition.children) {
    check_vectors(*child, collection);
  }
}

void check_ids(const Condition& condition, const Collection& collection) {
  if (const JsonValue* value = impossible_id(condition, collection.id_type); value != nullptr) {
    const char* shown = value->kind == JsonKind::kString
                            ? pnstrdup(value->text.data(), value->text.size())
                            : psprintf(INT64_FORMAT, static_cast<int64>(value->integer));
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("invalid filter: \"%s\" is not a valid point ID", shown),
             errdetail("In collection \"%s\", has_id takes unsigned integers of 64 bits and UUIDs.",
                       collection.name)));
  }
}

}  // namespace

RowLayout* row_layout(Oid type, int32 typmod) {
  auto* layout = palloc_object<RowLayout>(RowLayout{
      .type = type, .typmod = typmod, .version = assign_record_type_identifier(type, typmod)});
  const Collection* collection = collection_of_type(type);
  layout->collection = collection;
  layout->columns = lookup_rowtype_tupdesc_copy(type, typmod);
  layout->id = column_of_row(layout->columns, collection, collection->id);
  if (collection->payload != InvalidAttrNumber) {
    layout->payload = column_of_row(layout->columns, collection, collection->payload);
  }
  layout->vectors = palloc0_array<AttrNumber>(collection->vector_count + 1);
  for (int i = 0; i < collection->vector_count; ++i) {
    layout->vectors[i] = column_of_row(layout->columns, collection, collection->vectors[i].column);
  }
  return layout;
}

bool is_layout_of(const RowLayout* layout, Oid type, int32 typmod) {
  return layout->type == type && layout->typmod == typmod &&
         layout->version == assign_record_type_identifier(type, typmod);
}

void check_row_conditions(const Filter& filter, const RowLayout* layout) {
  if (filter.of_row != nullptr) {
    check_vectors(*filter.condition, *layout->collection);
    check_ids(*filter.condition, *layout->collection);
  }
}

void use_indexed_configs(Filter* filter, const RowLayout* layout, MemoryContext context) {
  if (filter->token_queries.empty()) {
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(context);
  const Condition* condition = with_indexed_configs(filter->condition, *layout->collection);
  MemoryContextSwitchTo(before);
  *filter = filter_of(condition, context);
}

bool satisfies(const Filter& filter, HeapTupleHeader row, const RowLayout* layout,
               MemoryContext scratch) {
  const RowOfTable facts(filter, row, layout, scratch);
  bool is_null = true;
  Datum payload{};
  if (layout->payload != InvalidAttrNumber) {
    payload = value_of(row, layout, layout->payload, &is_null);
  }
  if (is_null) {
    return satisfies(filter, JsonValue{}, facts);
  }
  Jsonb* document = DatumGetJsonbP(payload);
  const bool result = satisfies(filter, root_value(document), facts);
  if (PointerGetDatum(document) != payload) {
    pfree(document);
  }
  return result;
}

}  // namespace vecext::pg
