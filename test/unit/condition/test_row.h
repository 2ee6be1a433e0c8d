// A row for tests of conditions, and whether it satisfies a filter given as text.
#pragma once

#include <doctest/doctest.h>

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/counted_arena.h"
#include "condition/json_text.h"
#include "core/condition/evaluate.h"
#include "core/condition/parse/parse_filter.h"
#include "core/condition/scalars.h"
#include "core/condition/slice.h"

namespace vecext::test {

/// The id, the vectors and, in place of the server's text search, tokens of letters and digits in
/// lower case.
class TestRow final : public RowFacts {
 public:
  explicit TestRow(std::string_view id = "1", std::set<std::string> vectors = {})
      : id_(id), vectors_(std::move(vectors)) {}

  bool has_id(const Condition& condition) const override {
    return is_one_of(id_.root(), condition.values);
  }
  bool is_in_slice(const IdSlice& slice) const override {
    return is_in(slice, slice_hash(static_cast<std::uint64_t>(id_.root().integer)));
  }
  bool has_vector(std::string_view name) const override {
    return vectors_.count(std::string(name)) > 0;
  }
  bool has_tokens(const Condition& condition, std::string_view value) const override {
    const std::vector<std::string> wanted = tokens(condition.text);
    const std::vector<std::string> present = tokens(value);
    std::size_t found = 0;
    for (const std::string& token : wanted) {
      found += std::find(present.begin(), present.end(), token) != present.end();
    }
    switch (condition.kind) {
      case ConditionKind::kAllTokens:
        return !wanted.empty() && found == wanted.size();
      case ConditionKind::kAnyToken:
        return found > 0;
      default:
        return !wanted.empty() && std::search(present.begin(), present.end(), wanted.begin(),
                                              wanted.end()) != present.end();
    }
  }
  bool is_like(const Condition& condition, std::string_view value) const override {
    return is_like(condition.text, value, condition.ignores_case);
  }

 private:
  static std::vector<std::string> tokens(std::string_view text) {
    std::vector<std::string> tokens;
    bool within = false;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 && std::isalnum(byte) == 0) {
        within = false;
        continue;
      }
      if (!within) {
        tokens.emplace_back();
      }
      within = true;
      tokens.back() += byte < 0x80 ? static_cast<char>(std::tolower(byte)) : c;
    }
    return tokens;
  }

  static bool is_like(std::string_view pattern, std::string_view value, bool ignores_case) {
    const auto folded = [&](char c) {
      return ignores_case ? std::tolower(static_cast<unsigned char>(c)) : c;
    };
    if (pattern.empty()) {
      return value.empty();
    }
    if (pattern[0] == '%') {
      return is_like(pattern.substr(1), value, ignores_case) ||
             (!value.empty() && is_like(pattern, value.substr(1), ignores_case));
    }
    if (value.empty()) {
      return false;
    }
    if (pattern[0] == '\\' && pattern.size() > 1) {
      pattern.remove_prefix(1);
    } else if (pattern[0] == '_') {
      return is_like(pattern.substr(1), value.substr(1), ignores_case);
    }
    return folded(pattern[0]) == folded(value[0]) &&
           is_like(pattern.substr(1), value.substr(1), ignores_case);
  }

  JsonText id_;
  std::set<std::string> vectors_;
};

/// A filter of Qdrant's grammar.
class TestFilter {
 public:
  explicit TestFilter(std::string_view filter) : filter_(filter), arena_(memory_.arena()) {
    REQUIRE(filter_.is_valid());
    error_ = parse_filter(filter_.root(), filter_, arena_, &condition_);
  }

  const ParseError& error() const { return error_; }
  const Condition& condition() const {
    REQUIRE(condition_ != nullptr);
    return *condition_;
  }

  bool matches(std::string_view payload, const RowFacts& row = TestRow()) const {
    const JsonText document(payload);
    REQUIRE(document.is_valid());
    return vecext::matches(condition(), document.root(), document, row);
  }

 private:
  JsonText filter_;
  CountedArena memory_;
  const Arena arena_;
  const Condition* condition_ = nullptr;
  ParseError error_;
};

/// Whether a payload satisfies one condition, and that must_not is its inverse.
inline bool matched(std::string_view condition, std::string_view payload,
                    const RowFacts& row = TestRow()) {
  const TestFilter must(R"({"must": [)" + std::string(condition) + "]}");
  INFO(condition, " ", payload, " ", must.error().path, " ", must.error().reason);
  REQUIRE(must.error().ok());
  const TestFilter must_not(R"({"must_not": [)" + std::string(condition) + "]}");
  const bool matches = must.matches(payload, row);
  CHECK(must_not.matches(payload, row) == !matches);
  return matches;
}

/// Why a filter is refused: the code, the place, what was found and the reason; "" if it is not.
inline std::string refused(std::string_view filter) {
  const TestFilter parsed(filter);
  const ParseError& error = parsed.error();
  if (error.ok()) {
    return "";
  }
  CHECK(error.position == 0);
  return (error.code == ParseErrorCode::kTooLarge ? "too large: " : "") + std::string(error.path) +
         (error.found.empty() ? "" : " (" + std::string(error.found) + ")") + ": " + error.reason;
}

}  // namespace vecext::test
