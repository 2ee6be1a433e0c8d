#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

std::string field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value == nullptr ? std::string() : std::string(value);
}

// Tables of users have constraints and columns, too, but not those of schema vecext.
ErrorSubject subject_of(const PGresult* result) {
  if (field(result, PG_DIAG_SCHEMA_NAME) != "vecext") {
    return {};
  }
  return {.rule = field(result, PG_DIAG_CONSTRAINT_NAME),
          .collection = field(result, PG_DIAG_TABLE_NAME),
          .part = field(result, PG_DIAG_COLUMN_NAME)};
}

}  // namespace

BrokenRule read_rule(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) {
    return {text, {}, {}};
  }
  const std::string_view name = text.substr(0, space);
  const std::string_view rest = text.substr(space + 1);
  for (const std::string_view relation : {" > ", " <> "}) {
    if (const std::size_t at = rest.find(relation); at != std::string_view::npos) {
      return {name, rest.substr(0, at), rest.substr(at + relation.size())};
    }
  }
  return {name, rest, {}};
}

SqlError::SqlError(const PGresult* result, int call)
    : state_(field(result, PG_DIAG_SQLSTATE)),
      message_(field(result, PG_DIAG_MESSAGE_PRIMARY)),
      detail_(field(result, PG_DIAG_MESSAGE_DETAIL)),
      function_(field(result, PG_DIAG_SOURCE_FUNCTION)),
      subject_(subject_of(result)),
      call_(call),
      is_of_catalog_(field(result, PG_DIAG_SCHEMA_NAME) == "pg_catalog") {}

bool SqlError::is_of_prepared_statement() const {
  // A plan whose result has another type now; a statement that a pooler between us and the server
  // has on another connection. Messages are in the language of the server.
  return state_ == "26000" || state_ == "42P05" ||
         (state_ == "0A000" && function_ == "RevalidateCachedQuery");
}

// Another transaction may have dropped or made meanwhile what the statement is about. If so, the
// next try finds it so, and vecext says what that means.
bool SqlError::may_be_of_a_race() const {
  if (subject_.rule.empty()) {
    // A table that is not there, or whose number is that of no table, an object that is not in the
    // server's caches any more, or one that depends on what is dropped; a row of a catalog that
    // vecext has missed, or a name that a table has got.
    return state_ == "42P01" || state_ == "42809" || state_ == "XX000" || state_ == "2BP01" ||
           state_ == "P0002" || state_ == "42P07" || is_duplicate_of_catalog();
  }
  return state_ == "23505";  // a row of the registry
}

bool SqlError::is_to_be_tried_again(bool was_long) const {
  return state_ == "40001" || state_ == "40P01" || is_of_prepared_statement() ||
         (!was_long && may_be_of_a_race());
}

}  // namespace vecext::gateway
