// Conditions that Qdrant's grammar does not have: the tree is made by hand.
#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "condition/test_row.h"
#include "core/condition/scalars.h"

namespace vecext::evaluate_test {
using vecext::test::CountedArena;
using vecext::test::JsonText;
using vecext::test::TestRow;

namespace {

class Tree {
 public:
  explicit Tree(ConditionKind kind, std::string_view path = "k") : arena_(memory_.arena()) {
    condition.kind = kind;
    CHECK(parse_path(path, arena_, &condition.path).ok());
  }

  Tree& values(std::string_view list) {
    texts_ = std::make_unique<JsonText>(list);
    for (int i = 0; i < texts_->size(texts_->root()); ++i) {
      values_.push_back(texts_->element(texts_->root(), i));
    }
    condition.values = sorted_values(values_);
    return *this;
  }

  Tree& children(std::initializer_list<const Tree*> trees) {
    for (const Tree* tree : trees) {
      children_.push_back(&tree->condition);
    }
    condition.children = children_;
    return *this;
  }

  bool holds(std::string_view payload) const {
    const JsonText document(payload);
    REQUIRE(document.is_valid());
    return matches(condition, document.root(), document, TestRow());
  }

  Condition condition;

 private:
  CountedArena memory_;
  const Arena arena_;
  std::unique_ptr<JsonText> texts_;
  std::vector<JsonValue> values_;
  std::vector<const Condition*> children_;
};

}  // namespace

TEST_CASE("conditions: none of AND is true, none of OR and of too few is false") {
  CHECK(Tree(ConditionKind::kAnd).holds("{}"));
  CHECK_FALSE(Tree(ConditionKind::kOr).holds("{}"));
  Tree none(ConditionKind::kAtLeast);
  CHECK(none.holds("{}"));  // count is 0
  none.condition.count = 1;
  CHECK_FALSE(none.holds("{}"));
}

TEST_CASE("conditions: NOT is true where the key is missing") {
  Tree one(ConditionKind::kIn);
  one.values("[1]");
  Tree other(ConditionKind::kNot);
  other.children({&one});
  CHECK(other.holds("{}"));
  CHECK(other.holds(R"({"k": null})"));
  CHECK(other.holds(R"({"k": [2]})"));
  CHECK_FALSE(other.holds(R"({"k": [2, 1]})"));
}

TEST_CASE("has all: an array with each of the values") {
  Tree all(ConditionKind::kHasAll);
  all.values(R"(["a", 1, true])");
  CHECK(all.holds(R"({"k": [true, "b", 1.0, "a"]})"));
  CHECK_FALSE(all.holds(R"({"k": ["a", 1]})"));
  CHECK_FALSE(all.holds(R"({"k": ["a", "a", "a", 1]})"));
  CHECK_FALSE(all.holds(R"({"k": [["a", 1, true]]})"));
  CHECK_FALSE(all.holds(R"({"k": "a"})"));
  CHECK_FALSE(all.holds("{}"));
  Tree none(ConditionKind::kHasAll);
  CHECK(none.holds(R"({"k": []})"));
  CHECK_FALSE(none.holds(R"({"k": "a"})"));
  CHECK_FALSE(none.holds("{}"));
  Tree each(ConditionKind::kHasAll, "a[].k");
  each.values("[1, 2]");
  CHECK(each.holds(R"({"a": [{"k": 1}, {"k": [2, 1]}]})"));
  CHECK_FALSE(each.holds(R"({"a": [{"k": [1]}, {"k": [2]}]})"));
}

TEST_CASE("has all: more values than are marked at a time") {
  std::string list = "[0";
  for (int i = 1; i < 9000; ++i) {
    list += "," + std::to_string((i * 7919) % 9000);
  }
  Tree all(ConditionKind::kHasAll);
  all.values(list + "]");
  REQUIRE(all.condition.values.size() == 9000);
  CHECK(all.holds(R"({"k": )" + list + ", \"x\"]}"));
  for (const int missing : {0, 4095, 4096, 8191, 8192, 8999}) {
    std::string others = list + ",";
    const std::string number = "," + std::to_string(missing) + ",";
    const std::size_t at = missing == 0 ? 0 : others.find(number);
    REQUIRE(at != std::string::npos);
    others.replace(at + 1, number.size() - 2, "-1");
    others.pop_back();
    INFO(missing);
    CHECK_FALSE(all.holds(R"({"k": )" + others + "]}"));
    CHECK_FALSE(all.holds(R"({"k": )" + others + ", 1]}"));
  }
}

TEST_CASE("contains: an element of an array or a part of a string") {
  Tree draft(ConditionKind::kContains);
  draft.values(R"(["raf"])");
  CHECK(draft.holds(R"({"k": "draft"})"));
  CHECK(draft.holds(R"({"k": ["x", "raf"]})"));
  CHECK_FALSE(draft.holds(R"({"k": ["draft"]})"));
  CHECK_FALSE(draft.holds(R"({"k": "DRAFT"})"));
  CHECK_FALSE(draft.holds(R"({"k": {"raf": 1}})"));
  CHECK_FALSE(draft.holds(R"({"k": null})"));
  CHECK_FALSE(draft.holds("{}"));
  Tree number(ConditionKind::kContains);
  number.values("[1]");
  CHECK(number.holds(R"({"k": [1.0]})"));
  CHECK_FALSE(number.holds(R"({"k": 1})"));
  CHECK_FALSE(number.holds(R"({"k": "1"})"));
  CHECK_FALSE(number.holds(R"({"k": [[1]]})"));
}

TEST_CASE("like: the row decides, of strings alone") {
  Tree like(ConditionKind::kLike);
  like.condition.text = "a%c";
  CHECK(like.holds(R"({"k": ["x", "abbc"]})"));
  CHECK_FALSE(like.holds(R"({"k": "ABBC"})"));
  CHECK_FALSE(like.holds(R"({"k": 5})"));
  like.condition.ignores_case = true;
  CHECK(like.holds(R"({"k": "ABBC"})"));
}

TEST_CASE("ranges of texts: in the order of code points") {
  Tree range(ConditionKind::kTextRange);
  range.condition.texts = {.low = "b", .high = "é", .has_low = true, .has_high = true};
  CHECK(range.holds(R"({"k": "ba"})"));
  CHECK(range.holds(R"({"k": [1, "zz"]})"));
  CHECK_FALSE(range.holds(R"({"k": "b"})"));
  CHECK_FALSE(range.holds(R"({"k": "é"})"));
  CHECK_FALSE(range.holds(R"({"k": "B"})"));
  CHECK_FALSE(range.holds(R"({"k": 5})"));
  range.condition.texts.low_is_inside = true;
  range.condition.texts.high_is_inside = true;
  CHECK(range.holds(R"({"k": "b"})"));
  CHECK(range.holds(R"({"k": "é"})"));
}

TEST_CASE("exists: a value is there, be it null") {
  Tree exists(ConditionKind::kExists);
  CHECK(exists.holds(R"({"k": null})"));
  CHECK(exists.holds(R"({"k": []})"));
  CHECK_FALSE(exists.holds(R"({"j": 1})"));
  CHECK_FALSE(exists.holds("[]"));
  Tree within(ConditionKind::kExists, "k[].a");
  CHECK(within.holds(R"({"k": [{}, {"a": null}]})"));
  CHECK_FALSE(within.holds(R"({"k": [{}]})"));
}

TEST_CASE("nested: an evaluation as deep as filters may be") {
  std::string filter = R"({"must": {"key": "n", "match": {"value": 1}}})";
  std::string payload = R"({"n": 1})";
  for (int i = 1; i < kMostLevels / 2; ++i) {
    filter = R"({"must_not": [{"must_not": {"nested": {"key": "a", "filter": )" + filter + "}}}]}";
    payload = R"({"a": [1, {"a": []}, )" + payload + "]}";
  }
  const vecext::test::TestFilter parsed(filter);
  REQUIRE(parsed.error().ok());
  CHECK(parsed.matches(payload));
  CHECK_FALSE(parsed.matches(R"({"a": [{"n": 1}]})"));
}

}  // namespace vecext::evaluate_test
