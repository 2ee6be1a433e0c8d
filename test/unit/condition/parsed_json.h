// What a parser of JSON filters makes of a text.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "condition/condition_text.h"
#include "condition/test_row.h"

namespace vecext::test {

/// The condition, or why the filter is none: path: reason (what is there) not what it
/// may mean. `parse` is one of the
/// parsers, (filter, source, arena, &condition).
template <class Parse>
std::string parsed_json(std::string_view filter, const Parse& parse) {
  const JsonText json(filter);
  REQUIRE(json.is_valid());
  CountedArena memory;
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  const ParseError error = parse(json.root(), json, arena, &condition);
  if (error.ok()) {
    return text_of(*condition);
  }
  CHECK(condition == nullptr);
  CHECK(error.position == 0);
  const bool is_malformed = error.code == ParseErrorCode::kMalformed;
  CHECK((is_malformed || error.code == ParseErrorCode::kTooLarge));
  return std::string(error.path) + ": " + (is_malformed ? "" : "limit: ") + error.reason +
         (error.found.empty() ? "" : " (" + std::string(error.found) + ")") +
         (error.meant.empty() ? "" : " not " + std::string(error.meant));
}

/// Whether a row with that payload satisfies the filter.
template <class Parse>
bool matches_json(std::string_view filter, std::string_view payload, const Parse& parse) {
  const JsonText json(filter);
  const JsonText document(payload);
  REQUIRE(json.is_valid());
  REQUIRE(document.is_valid());
  CountedArena memory;
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  REQUIRE(parse(json.root(), json, arena, &condition).ok());
  return matches(*condition, document.root(), document, TestRow());
}

/// Parses with memory that refuses each request in turn; each time but the last there is none left.
template <class Parse>
void check_without_memory(std::string_view filter, const Parse& parse) {
  const JsonText json(filter);
  for (std::size_t refused = 0;; ++refused) {
    CountedArena memory(refused);
    const Arena arena = memory.arena();
    const Condition* condition = nullptr;
    const ParseError error = parse(json.root(), json, arena, &condition);
    if (error.ok()) {
      CHECK(refused > 5);
      return;
    }
    REQUIRE(error.code == ParseErrorCode::kOutOfMemory);
    REQUIRE(condition == nullptr);
  }
}

}  // namespace vecext::test
