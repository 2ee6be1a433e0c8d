// What values of requests must be, and how faults in them are worded. A null stands for a member
// that is not there.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/json/json.h"

namespace vecext {

/// The words that a request may have at a place.
using KnownWords = std::initializer_list<std::string_view>;

/// Why a value is not what it must be.
struct [[nodiscard]] JsonFault {
  const char* reason = nullptr;  // null if the value is right, or else a static phrase in lower
                                 // case
  std::string_view found = {};   // the key at fault; may be empty
  std::string_view meant = {};   // the known key that it may mean; empty if none is near
  KnownWords known = {};         // the list that the key is not in; valid as long as the caller's
                                 // list

  bool ok() const { return reason == nullptr; }
};

bool is_one_of(std::string_view word, KnownWords known);

/// Returns the member of an object; it is kMissing if it is not there or null.
JsonValue find_member(const JsonSource& source, const JsonValue& object, std::string_view key);

/// Returns the fault of a value that is not what `reason` says, or that is missing.
JsonFault unlike(const JsonValue& value, const char* reason);

JsonFault check_object(const JsonValue& value);
JsonFault check_array(const JsonValue& value);
JsonFault read_string(const JsonValue& value, std::string_view* text);
JsonFault read_bool(const JsonValue& value, bool* boolean);
/// Reads a finite number.
JsonFault read_number(const JsonValue& value, double* number);
/// Reads an integer of 64 bits.
JsonFault read_integer(const JsonValue& value, std::int64_t* integer);

/// Checks that an object has no key except the known ones. A fault may suggest one of those, or of
/// `also_known`.
JsonFault check_keys(const JsonSource& source, const JsonValue& object, KnownWords known,
                     KnownWords also_known = {});

/// Returns the fault of a word that a request may not have. It may suggest one of the words that it
/// may have.
JsonFault unknown_word(std::string_view word, const char* reason, KnownWords known,
                       KnownWords also_known = {});

/// Checks that a word is a known one. `reason` is the fault of a word that is not.
JsonFault check_word(std::string_view word, const char* reason, KnownWords known);

}  // namespace vecext
