// What values of requests must be, and the one wording of what is wrong with them. A null stands
// for a member that is not there.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/json/json.h"

namespace vecext {

/// The words that a request has at a place.
using KnownWords = std::initializer_list<std::string_view>;

/// Why a value is not what it must be.
struct [[nodiscard]] JsonFault {
  const char* reason = nullptr;  // null: it is; else a static phrase in lower case
  std::string_view found = {};   // the key at fault; may be empty
  std::string_view meant = {};   // the known key that it may be; empty: none is near
  KnownWords known = {};         // the list that the key is not in; lives as long as the caller's

  bool ok() const { return reason == nullptr; }
};

bool is_one_of(std::string_view word, KnownWords known);

/// The member of an object, kMissing if it is not there or null.
JsonValue find_member(const JsonSource& source, const JsonValue& object, std::string_view key);

/// The fault of a value that is not what `reason` says; a missing one is missing.
JsonFault unlike(const JsonValue& value, const char* reason);

JsonFault check_object(const JsonValue& value);
JsonFault check_array(const JsonValue& value);
JsonFault read_string(const JsonValue& value, std::string_view* text);
JsonFault read_bool(const JsonValue& value, bool* boolean);
/// A finite number.
JsonFault read_number(const JsonValue& value, double* number);
/// An integer of 64 bits.
JsonFault read_integer(const JsonValue& value, std::int64_t* integer);

/// That an object has no key but the known ones. Others that may be meant are in `also_known`.
JsonFault check_keys(const JsonSource& source, const JsonValue& object, KnownWords known,
                     KnownWords also_known = {});

/// The fault of a word that a request does not have; the words that it has may be meant.
JsonFault unknown_word(std::string_view word, const char* reason, KnownWords known,
                       KnownWords also_known = {});

/// That a word is a known one; `reason` is the fault of another.
JsonFault check_word(std::string_view word, const char* reason, KnownWords known);

}  // namespace vecext
