// The wording and the SQLSTATE of every Status. The texts are the same as pgvector's, so that
// clients that look for them keep working.
#include "pg/sys/error.h"

extern "C" {
#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lwlock.h"
}

namespace vecext::pg {

namespace {

int sqlstate(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidSyntax:
      return ERRCODE_INVALID_TEXT_REPRESENTATION;
    case StatusCode::kTokenOutOfRange:
    case StatusCode::kNumberOutOfRange:
    case StatusCode::kOverflow:
    case StatusCode::kUnderflow:
      return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
    case StatusCode::kTooManyDimensions:
    case StatusCode::kTooManyNonZeros:
    case StatusCode::kMoreNonZerosThanDimensions:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case StatusCode::kTruncated:
      return ERRCODE_PROTOCOL_VIOLATION;
    case StatusCode::kInvalidBytes:
      return ERRCODE_INVALID_BINARY_REPRESENTATION;
    case StatusCode::kCorrupt:
      return ERRCODE_DATA_CORRUPTED;
    case StatusCode::kOfPgvector:
    case StatusCode::kOtherVersion:
      return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    case StatusCode::kOutOfMemory:
      return ERRCODE_OUT_OF_MEMORY;
    case StatusCode::kCancelled:
      return ERRCODE_QUERY_CANCELED;
    case StatusCode::kStale:
      return ERRCODE_T_R_SERIALIZATION_FAILURE;
    default:
      return ERRCODE_DATA_EXCEPTION;
  }
}

char* number_out_of_range(const Status& s) {
  char number[FLOAT_SHORTEST_DECIMAL_LEN];
  float_to_shortest_decimal_buf(s.number, number);
  return psprintf("\"%s\" is out of range for type %s", number, s.type);
}

/// Returns the message of a Status, in the current memory context.
const char* message(const Status& s) {
  switch (s.code) {
    case StatusCode::kOk:
      break;
    case StatusCode::kInvalidSyntax:
      return psprintf("invalid input syntax for type %s: \"%s\"", s.type, s.text);
    case StatusCode::kTokenOutOfRange:
      return psprintf("\"%.*s\" is out of range for type %s", s.length, s.text, s.type);
    case StatusCode::kNumberOutOfRange:
      return number_out_of_range(s);
    case StatusCode::kNan:
      return psprintf("NaN not allowed in %s", s.type);
    case StatusCode::kInfinity:
      return psprintf("infinite value not allowed in %s", s.type);
    case StatusCode::kNoDimensions:
      return psprintf("%s must have at least 1 dimension", s.type);
    case StatusCode::kTooManyDimensions:
      return psprintf("%s cannot have more than " INT64_FORMAT " dimensions", s.type, s.expected);
    case StatusCode::kUnexpectedDimensions:
      return psprintf("expected " INT64_FORMAT " dimensions, not " INT64_FORMAT, s.expected,
                      s.actual);
    case StatusCode::kDifferentDimensions:
      return psprintf("different %s dimensions " INT64_FORMAT " and " INT64_FORMAT, s.type,
                      s.expected, s.actual);
    case StatusCode::kDifferentBitLengths:
      return psprintf("different bit lengths " INT64_FORMAT " and " INT64_FORMAT, s.expected,
                      s.actual);
    case StatusCode::kTruncated:
      return "insufficient data left in message";
    case StatusCode::kInvalidBytes:
      return psprintf("invalid binary representation of type %s", s.type);
    case StatusCode::kUnusedNotZero:
      return psprintf("expected unused to be 0, not " INT64_FORMAT, s.actual);
    case StatusCode::kIndexOutOfBounds:
      return "sparsevec index out of bounds";
    case StatusCode::kIndicesUnordered:
      return "sparsevec indices must be in ascending order";
    case StatusCode::kIndicesRepeated:
      return "sparsevec indices must not contain duplicates";
    case StatusCode::kTooManyNonZeros:
      return psprintf("sparsevec cannot have more than " INT64_FORMAT " non-zero elements",
                      s.expected);
    case StatusCode::kNegativeNonZeros:
      return "sparsevec cannot have negative number of elements";
    case StatusCode::kMoreNonZerosThanDimensions:
      return "sparsevec cannot have more elements than dimensions";
    case StatusCode::kStoredZero:
      return "binary representation of sparsevec cannot contain zero values";
    case StatusCode::kOverflow:
      return "value out of range: overflow";
    case StatusCode::kUnderflow:
      return "value out of range: underflow";
    case StatusCode::kCorrupt:
      return psprintf("stored %s is damaged: its size and its dimensions disagree", s.type);
    case StatusCode::kOfPgvector:
      return "index was built by pgvector";
    case StatusCode::kOtherVersion:
      return psprintf("index has format version " INT64_FORMAT, s.actual);
    case StatusCode::kOutOfMemory:
      return "out of memory";
    case StatusCode::kCancelled:
      return "canceling statement due to user request";
    case StatusCode::kStale:
      return "index changed too often during a scan";
  }
  return "no error";
}

ErrorSubject subject_of(const Status& status, const char* vector) {
  return status.code == StatusCode::kUnexpectedDimensions
             ? wrong_dimensions(vector, status.expected, status.actual)
             : ErrorSubject{};
}

}  // namespace

int about(const ErrorSubject& subject) {
  if (subject.rule == nullptr) {
    return 0;
  }
  err_generic_string(PG_DIAG_SCHEMA_NAME, "vecext");
  if (subject.collection != nullptr) {
    err_generic_string(PG_DIAG_TABLE_NAME, subject.collection);
  }
  if (subject.part != nullptr) {
    err_generic_string(PG_DIAG_COLUMN_NAME, subject.part);
  }
  return err_generic_string(PG_DIAG_CONSTRAINT_NAME, subject.rule);
}

const char* above(const char* rule, int64 value, int64 bound) {
  return psprintf("%s " INT64_FORMAT " > " INT64_FORMAT, rule, value, bound);
}

ErrorSubject wrong_dimensions(const char* vector, int64 expected, int64 actual) {
  return {.rule = psprintf("dimensions " INT64_FORMAT " <> " INT64_FORMAT, actual, expected),
          .part = vector};
}

void raise_interrupts() {
  // This is what elog.c does for an ERROR.
  LWLockReleaseAll();
  InterruptHoldoffCount = 0;
  CHECK_FOR_INTERRUPTS();
}

void raise(const Status& status, const char* vector) {
  if (status.code == StatusCode::kCancelled) {
    raise_interrupts();
  }
  ereport(ERROR, (errcode(sqlstate(status.code)), errmsg_internal("%s", message(status)),
                  status.detail != nullptr ? errdetail_internal("%s", status.detail) : 0,
                  about(subject_of(status, vector))));
  pg_unreachable();
}

Datum input_error(FunctionCallInfo fcinfo, const Status& status) {
  VECEXT_ERRSAVE(fcinfo->context,
                 (errcode(sqlstate(status.code)), errmsg_internal("%s", message(status)),
                  status.detail != nullptr ? errdetail_internal("%s", status.detail) : 0,
                  about(subject_of(status, nullptr))));
  PG_RETURN_NULL();
}

const char* shown_part(std::string_view word) {
  constexpr int kMostBytes = 64;
  const int size = static_cast<int>(Min(word.size(), size_t{PG_INT16_MAX}));
  const int kept = pg_mbcliplen(word.data(), size, kMostBytes);
  return kept == size ? pnstrdup(word.data(), static_cast<Size>(size))
                      : psprintf("%.*s...", kept, word.data());
}

}  // namespace vecext::pg
