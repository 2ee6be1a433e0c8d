// Checks what the values of requests are, and words the faults in them. A null counts as a member
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
  const char* reason = nullptr;  // static phrase in lower case, or null if the value is right
  std::string_view found = {};   // the key or word at fault; may be empty
  std::string_view meant = {};   // the known word that `found` may mean; empty if none is near
  KnownWords known = {};  // the list that `found` is not in; valid as long as the caller's list

  bool ok() const { return reason == nullptr; }
};

bool is_one_of(std::string_view word, KnownWords known);

/// Returns a member of an object. Its kind is kMissing if the member is not there or null.
JsonValue find_member(const JsonSource& source, const JsonValue& object, std::string_view key);

/// Returns the fault of a value that is missing, or is not what it must be. `reason` says what it
/// must be.
JsonFault unlike(const JsonValue& value, const char* reason);

JsonFault check_object(const JsonValue& value);
JsonFault check_array(const JsonValue& value);
JsonFault read_string(const JsonValue& value, std::string_view* text);
JsonFault read_bool(const JsonValue& value, bool* boolean);
/// Reads a finite number.
JsonFault read_number(const JsonValue& value, double* number);
/// Reads an integer of 64 bits.
JsonFault read_integer(const JsonValue& value, std::int64_t* integer);

/// Checks that an object has no keys except those in `known`. A fault may suggest a word of `known`
/// or of `also_known`.
JsonFault check_keys(const JsonSource& source, const JsonValue& object, KnownWords known,
                     KnownWords also_known = {});

/// Returns the fault of a word that is not known. It may suggest a word of `known` or of
/// `also_known`.
JsonFault unknown_word(std::string_view word, const char* reason, KnownWords known,
                       KnownWords also_known = {});

/// Checks that a word is in `known`. `reason` is the fault of a word that is not.
JsonFault check_word(std::string_view word, const char* reason, KnownWords known);

}  // namespace vecext
