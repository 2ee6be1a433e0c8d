#include "pg/collection/define/sql.h"

#include "pg/sys/memory.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostParameters = 8;

/// Copies the result of a statement into `context`.
SqlRows copied_rows(MemoryContext context) {
  SqlRows rows{};
  if (SPI_tuptable == nullptr) {
    return rows;
  }
  rows.count = static_cast<int>(SPI_processed);
  rows.columns = SPI_tuptable->tupdesc->natts;
  rows.values = huge_array<const char*>(Max(int64{rows.count} * rows.columns, 1), context);
  for (int row = 0; row < rows.count; ++row) {
    for (int column = 0; column < rows.columns; ++column) {
      const char* value = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column + 1);
      rows.values[row * rows.columns + column] =
          value == nullptr ? nullptr : MemoryContextStrdup(context, value);
    }
  }
  return rows;
}

}  // namespace

SqlParameter sql_oid(Oid oid) {
  return {OIDOID, ObjectIdGetDatum(oid), false};
}

SqlParameter sql_text(const char* text) {
  return {TEXTOID, text == nullptr ? Datum{} : CStringGetTextDatum(text), text == nullptr};
}

SqlParameter sql_jsonb(const Jsonb* document) {
  return {JSONBOID, JsonbPGetDatum(document), false};
}

SqlParameter sql_bool(bool value) {
  return {BOOLOID, BoolGetDatum(value), false};
}

Oid SqlRow::oid(int column) const {
  return DatumGetObjectId(DirectFunctionCall1(oidin, CStringGetDatum(at(column))));
}

Jsonb* SqlRow::jsonb(int column) const {
  return jsonb_of_text(at(column));
}

bool SqlRow::is_true(int column) const {
  return strcmp(at(column), "t") == 0;
}

SqlRows sql_rows(const char* statement, std::initializer_list<SqlParameter> parameters) {
  Oid types[kMostParameters];
  Datum values[kMostParameters];
  char nulls[kMostParameters];
  int count = 0;
  for (const SqlParameter& parameter : parameters) {
    Assert(count < kMostParameters);
    types[count] = parameter.type;
    values[count] = parameter.value;
    nulls[count++] = parameter.is_null ? 'n' : ' ';
  }
  const MemoryContext context = CurrentMemoryContext;
  SPI_connect();
  if (SPI_execute_with_args(statement, count, types, values, nulls, false, 0) < 0) {
    elog(ERROR, "statement of a collection cannot be executed");
  }
  const SqlRows rows = copied_rows(context);
  SPI_finish();
  return rows;
}

const char* sql_value(const char* statement, std::initializer_list<SqlParameter> parameters) {
  const SqlRows rows = sql_rows(statement, parameters);
  return rows.empty() ? nullptr : rows.front().at();
}

Oid sql_find_oid(const char* query, std::initializer_list<SqlParameter> parameters) {
  const SqlRows rows = sql_rows(query, parameters);
  return rows.empty() ? InvalidOid : rows.front().oid();
}

bool sql_exists(const char* query, std::initializer_list<SqlParameter> parameters) {
  return !sql_rows(query, parameters).empty();
}

void sql_execute(const char* statement) {
  sql_rows(statement);
}

const char* quoted_name(const char* name) {
  return quote_identifier(name);
}

const char* quoted_text(const char* text) {
  return quote_literal_cstr(text);
}

Jsonb* jsonb_of_text(const char* text) {
  return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}

const char* text_of_jsonb(const Jsonb* document) {
  return DatumGetCString(DirectFunctionCall1(jsonb_out, JsonbPGetDatum(document)));
}

}  // namespace vecext::pg
