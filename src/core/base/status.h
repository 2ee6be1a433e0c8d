// The outcome of a call of core that can fail.
//
// Core never throws, aborts or prints. It returns what is wrong, with the numbers and the part of
// the input that a message needs. One file (src/pg/sys/error.cpp) gives each code its SQLSTATE and
// its wording. A Status owns nothing: its pointers point to static strings or into the caller's
// input, so it is valid as long as that input is.
#pragma once

#include <cstdint>

#include "core/base/ids.h"

#define VECEXT_TRY_AS(name, ...)                                              \
  do {                                                                        \
    if (const ::vecext::Status name = (__VA_ARGS__); !name.ok()) return name; \
  } while (false)
#define VECEXT_TRY_NUMBER(number, ...) VECEXT_TRY_AS(vecext_tried_##number, __VA_ARGS__)
#define VECEXT_TRY_NUMBERED(number, ...) VECEXT_TRY_NUMBER(number, __VA_ARGS__)

/// Makes the function in which it stands return the Status of a call, unless that Status is ok.
/// Commas in the call need no parentheses around it.
#define VECEXT_TRY(...) VECEXT_TRY_NUMBERED(__COUNTER__, __VA_ARGS__)

namespace vecext {

/// What went wrong. The comment after a code names the fields of Status that it sets.
enum class StatusCode : std::uint8_t {
  kOk,
  // Text input.
  kInvalidSyntax,     // text: the whole input; detail: the reason or null
  kTokenOutOfRange,   // text, length: the token at fault
  kNumberOutOfRange,  // number
  kNan,
  kInfinity,
  // Dimensions.
  kNoDimensions,
  kTooManyDimensions,     // expected: the limit
  kUnexpectedDimensions,  // expected, actual
  kDifferentDimensions,   // expected, actual: left and right operand
  kDifferentBitLengths,   // expected, actual: left and right operand
  // Binary input.
  kTruncated,
  kUnusedNotZero,  // actual
  kInvalidBytes,
  // Sparse vectors.
  kIndexOutOfBounds,
  kIndicesUnordered,
  kIndicesRepeated,
  kTooManyNonZeros,  // expected: the limit
  kNegativeNonZeros,
  kMoreNonZerosThanDimensions,
  kStoredZero,
  // Arithmetic.
  kOverflow,
  kUnderflow,
  // Stored bytes that contradict themselves.
  kCorrupt,       // page, offset: where the bytes were found, if in an index
  kOfPgvector,    // bytes are sound, but of an index that pgvector has built
  kOtherVersion,  // actual: the version of its format; expected: the version that this build knows
  // Work that could not be finished.
  kOutOfMemory,
  kCancelled,
  // The caller's copy of the model is older than the index, and has to be loaded again.
  kStale,
};

/// The outcome of a call: a code, the SQL type that it is about, and the arguments of its message.
/// It is trivially copyable.
struct [[nodiscard]] Status {
  StatusCode code = StatusCode::kOk;
  bool has_page = false;  // zero at first, as all other fields are, since other values take longer
                          // to set
  std::uint16_t offset = 0;      // number of a record on `page`, from 1 on; 0 for none
  PageId page = 0;               // page of the index, valid if has_page
  const char* type = nullptr;    // static SQL name of the type that the Status is about
  const char* detail = nullptr;  // static text of a further explanation
  const char* text = nullptr;    // part of the caller's input, not terminated
  std::int32_t length = 0;       // bytes of `text`; -1 if it ends with a zero
  std::int64_t expected = 0;
  std::int64_t actual = 0;
  float number = 0;

  bool ok() const { return code == StatusCode::kOk; }

  /// Returns this Status with page `where`. The page does not change if `where` is kNoPage or the
  /// Status already has a page.
  Status in_page(PageId where) const {
    Status found = *this;
    found.page = has_page ? page : where;
    found.has_page = has_page || where != kNoPage;
    return found;
  }
};

inline Status out_of_memory() {
  return {.code = StatusCode::kOutOfMemory};
}

inline Status corrupt() {
  return {.code = StatusCode::kCorrupt};
}

/// Returns the Status which says that record `i` of a page, counted from 0, contradicts itself.
inline Status corrupt_record(std::int32_t i) {
  return {.code = StatusCode::kCorrupt, .offset = static_cast<std::uint16_t>(i + 1)};
}

/// Turns kStale into kCorrupt. It is for callers who know that the index has not changed: a page
/// that seems to be out of date is then damaged.
inline Status corrupt_if_stale(Status status) {
  status.code = status.code == StatusCode::kStale ? StatusCode::kCorrupt : status.code;
  return status;
}

/// Returns ok if `is_sound`, and otherwise kCorrupt.
inline Status sound_if(bool is_sound) {
  return is_sound ? Status{} : corrupt();
}

}  // namespace vecext
