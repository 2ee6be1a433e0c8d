#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

std::string field(const PGresult* result, int code) {
  const char* value = PQresultErrorField(result, code);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

SqlError::SqlError(const PGresult* result, int call)
    : state_(field(result, PG_DIAG_SQLSTATE)),
      message_(field(result, PG_DIAG_MESSAGE_PRIMARY)),
      detail_(field(result, PG_DIAG_MESSAGE_DETAIL)),
      call_(call) {}

bool SqlError::is_of_prepared_statement() const {
  // A plan whose result has another type now; a statement that a pooler between us and the server
  // has on another connection.
  return state_ == "26000" || state_ == "42P05" ||
         (state_ == "0A000" && message_.find("cached plan") != std::string::npos);
}

bool SqlError::is_to_be_tried_again() const {
  return state_ == "40001" || state_ == "40P01" || is_of_prepared_statement();
}

}  // namespace vecext::gateway
