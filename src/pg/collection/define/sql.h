// Statements that functions over collections execute with the rights of the role that calls them,
// and their results as text. The functions have a search path with system schemas alone.
#pragma once

#include <initializer_list>

#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// A parameter of a statement.
struct SqlParameter {
  Oid type;
  Datum value;
  bool is_null;
};

SqlParameter sql_oid(Oid oid);
/// Makes a parameter of type text. It is null if `text` is null.
SqlParameter sql_text(const char* text);
SqlParameter sql_jsonb(const Jsonb* document);
SqlParameter sql_bool(bool value);

/// A row of a query. Columns are numbered from 0.
struct SqlRow {
  const char* const* values;

  /// Returns a value as text, or null if it is null.
  const char* at(int column = 0) const { return values[column]; }
  /// Return the value of a column as an OID, a jsonb and a boolean. The value must not be null.
  Oid oid(int column = 0) const;
  Jsonb* jsonb(int column) const;
  bool is_true(int column) const;
};

/// The rows of a query, in the memory context that was current when it was executed.
struct SqlRows {
  int count;
  int columns;
  const char** values;

  class Iterator {
   public:
    Iterator(const SqlRows* rows, int row) : rows_(rows), row_(row) {}

    SqlRow operator*() const { return {rows_->values + row_ * rows_->columns}; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const SqlRows* rows_;
    int row_;
  };

  bool empty() const { return count == 0; }
  SqlRow front() const { return *begin(); }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, count}; }
};

/// Executes a statement with a new snapshot, and returns its rows, if it has any.
SqlRows sql_rows(const char* statement, std::initializer_list<SqlParameter> parameters = {});

/// Returns the first value of the first row, or null if the query has no row or the value is null.
const char* sql_value(const char* statement, std::initializer_list<SqlParameter> parameters = {});

/// Returns the first value of the first row as an OID, or InvalidOid if the query has no row. The
/// value must not be null.
Oid sql_find_oid(const char* query, std::initializer_list<SqlParameter> parameters);

/// True if the query has a row.
bool sql_exists(const char* query, std::initializer_list<SqlParameter> parameters = {});

/// Executes a statement without a result.
void sql_execute(const char* statement);

/// Return a name in the quotes of an identifier, where it needs them, and a text as a literal.
const char* quoted_name(const char* name);
const char* quoted_text(const char* text);

/// Return a text as a jsonb, and a jsonb as text.
Jsonb* jsonb_of_text(const char* text);
const char* text_of_jsonb(const Jsonb* document);

}  // namespace vecext::pg
