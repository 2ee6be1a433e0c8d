// What the fuzzers of filters share: parsing with counted memory, and what holds of every condition
// that a parser accepts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "condition/json_text.h"
#include "core/condition/evaluate.h"
#include "core/condition/parse/parse_filter.h"
#include "fuzz.h"

namespace vecext::fuzz {

using test::JsonText;

/// Memory that refuses the request of that number, counted from 0, and all later ones.
class Memory {
 public:
  explicit Memory(std::size_t refused = SIZE_MAX) : refused_(refused) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    for (void* block : blocks_) {
      std::free(block);
    }
  }
  Arena arena() { return {take, this}; }
  std::size_t requests() const { return requests_; }

 private:
  static void* take(void* source, std::size_t bytes) {
    auto* self = static_cast<Memory*>(source);
    if (self->requests_++ >= self->refused_) {
      return nullptr;
    }
    void* block = nullptr;
    require(posix_memalign(&block, 64, bytes) == 0);
    self->blocks_.push_back(block);
    return block;
  }

  std::size_t refused_;
  std::size_t requests_ = 0;
  std::vector<void*> blocks_;
};

/// A row about which the answers depend on the question alone.
class AnyRow final : public RowFacts {
 public:
  bool has_id(const Condition& condition) const override {
    return condition.values.size() % 2 == 1;
  }
  bool is_in_slice(const IdSlice& slice) const override { return slice.index % 2 == 1; }
  bool has_vector(std::string_view name) const override { return name.size() % 2 == 0; }
  bool has_tokens(const Condition& condition, std::string_view value) const override {
    return value.find(condition.text) != std::string_view::npos;
  }
  bool is_like(const Condition& condition, std::string_view value) const override {
    return value.size() >= condition.text.size();
  }
};

/// A document with a value of each kind under short keys.
constexpr std::string_view kDocument =
    R"({"a": 1, "b": "b'x", "c": [1, 2.5, "en", null, true, "2024-05-01"], "d": null, "e": [],
        "f": {"a": [{"b": 1}, {"b": [2, "x"]}, 3], "g.h": false}, "g": {"lon": 179.5, "lat": -10},
        "h": [{"a": 1, "b": "y"}, {"a": 2}], "t": "2024-05-01T12:00:00Z", "ü": "名", "z": 1e300})";

inline const JsonText& standard_document() {
  static const JsonText document(kDocument);
  return document;
}

/// What parsers promise of the tree.
class TreeCheck {
 public:
  void check(const Condition& condition) {
    visit(condition, 1);
    require(tests_ <= 2 * kMostConditions && values_ <= kMostValues);
  }

 private:
  // A level of a filter is a list and a negation or a list within; null is three conditions.
  static constexpr int kMostDepth = 3 * kMostLevels + 3;

  void visit(const Condition& condition, int depth) {
    require(depth <= kMostDepth);
    tests_ += condition.children.empty() ? 1 : 0;
    values_ += static_cast<std::int64_t>(condition.values.size());
    for (const Condition* child : condition.children) {
      visit(*child, depth + 1);
    }
    check_fields(condition);
    for (std::size_t i = 1; i < condition.values.size(); ++i) {
      require(compare_scalars(condition.values[i - 1], condition.values[i]) < 0);
    }
  }

  static void check_fields(const Condition& condition) {
    const std::size_t children = condition.children.size();
    switch (condition.kind) {
      case ConditionKind::kAnd:
      case ConditionKind::kOr:
      case ConditionKind::kHasId:
      case ConditionKind::kHasVector:
        return;
      case ConditionKind::kSlice:
        require(condition.slice.index < condition.slice.total);
        return;
      case ConditionKind::kAtLeast:
        require(condition.count >= 1);
        return;
      case ConditionKind::kNot:
        require(children == 1);
        return;
      default:
        break;
    }
    require(children == (condition.kind == ConditionKind::kNested ? 1 : 0));
    require(!condition.path.steps.empty() && condition.path.steps.size() <= kMostLevels);
    require(!condition.numbers.has_low || std::isfinite(condition.numbers.low));
    require(!condition.numbers.has_high || std::isfinite(condition.numbers.high));
    for (const auto& ring : condition.polygon.rings) {
      require(ring.size() >= 4);
    }
  }

  std::int64_t tests_ = 0;
  std::int64_t values_ = 0;
};

/// Parses with half of the memory that it takes: that is an error, the same one or that.
template <class Parse>
void check_with_less_memory(const Parse& parse, std::size_t requests, ParseErrorCode otherwise) {
  Memory memory(requests / 2);
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  const ParseErrorCode code = parse(arena, &condition).code;
  require(requests == 0 || code == ParseErrorCode::kOutOfMemory || code == otherwise);
  require((condition != nullptr) == (code == ParseErrorCode::kNone));
}

/// Whether the document satisfies what `parse(arena, &condition)` makes; -1 if that is an error.
/// `check(error)` looks at the error while its memory is there.
template <class Parse, class Check>
int evaluate(const Parse& parse, const JsonText& document, const Check& check) {
  Memory memory;
  const Arena arena = memory.arena();
  const Condition* condition = nullptr;
  const ParseError error = parse(arena, &condition);
  require(error.ok() == (condition != nullptr));
  require(error.ok() == (error.reason == nullptr));
  require(error.code != ParseErrorCode::kOutOfMemory);
  check(error);
  check_with_less_memory(parse, memory.requests(), error.code);
  if (!error.ok()) {
    return -1;
  }
  TreeCheck().check(*condition);
  return matches(*condition, document.root(), document, AnyRow()) ? 1 : 0;
}

/// That one filter is true where the other is not; it may go beyond a limit.
inline void require_inverse(int matched, int inverse) {
  require(matched < 0 || inverse < 0 || matched != inverse);
}

}  // namespace vecext::fuzz
