#include "core/condition/parse/parser.h"

#include <algorithm>

#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

/// A group of alternatives that are equalities on the same path.
struct Equalities {
  std::string_view path;
  JsonValue* values;  // null until the first of these equalities is met
  std::size_t count;
  std::size_t taken;
  Condition* list;
};

bool is_equality(const Condition& condition) {
  return condition.kind == ConditionKind::kIn && condition.values.size() == 1 &&
         condition.count == 0;
}

/// Finds the paths on which some of the alternatives are equalities. Sets `groups` to these paths,
/// in their order, each with its number of equalities, and returns how many paths there are.
/// `groups` has room for as many entries as there are alternatives.
std::size_t count_equalities(std::span<const Condition* const> alternatives, Equalities* groups) {
  std::size_t count = 0;
  for (const Condition* child : alternatives) {
    if (child != nullptr && is_equality(*child)) {
      groups[count++] = {child->path.text, nullptr, 1, 0, nullptr};
    }
  }
  std::sort(groups, groups + count,
            [](const Equalities& a, const Equalities& b) { return a.path < b.path; });
  std::size_t paths = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (paths > 0 && groups[paths - 1].path == groups[i].path) {
      ++groups[paths - 1].count;
    } else {
      groups[paths++] = groups[i];
    }
  }
  return paths;
}

}  // namespace

bool ConditionParser::fail(ParsePlace at, ParseErrorCode code, const char* reason,
                           std::string_view found, std::string_view meant) {
  if (!error_.ok()) {
    return false;
  }
  error_ = {code, reason, found, meant, {}, at.position};
  if (at.json != nullptr) {
    const std::size_t size = text_size(*at.json);
    char* room = arena_.array<char>(size);
    if (room != nullptr) {
      const char* begin = write_before(room + size, *at.json);
      error_.path = {begin, static_cast<std::size_t>(room + size - begin)};
    }
  }
  return false;
}

bool ConditionParser::enter(ParsePlace at) {
  if (level_ == kMostLevels) {
    return fail(at, ParseErrorCode::kTooLarge, "filter has too many levels");
  }
  ++level_;
  return true;
}

bool ConditionParser::count_condition(ParsePlace at) {
  if (conditions_ == kMostConditions) {
    return fail(at, ParseErrorCode::kTooLarge, "filter has too many conditions");
  }
  ++conditions_;
  return true;
}

Condition* ConditionParser::condition(ConditionKind kind, ParsePlace at) {
  return count_condition(at) ? make(kind, at) : nullptr;
}

Condition* ConditionParser::make(ConditionKind kind, ParsePlace at) {
  Condition* made = array<Condition>(1, at);
  if (made != nullptr) {
    *made = Condition{};
    made->kind = kind;
  }
  return made;
}

const Condition* ConditionParser::joined(ConditionKind kind,
                                         std::span<const Condition* const> children,
                                         ParsePlace at) {
  if (kind == ConditionKind::kOr && children.size() > 1) {
    children = merged(children, at);
    if (children.empty()) {
      return nullptr;
    }
  }
  if (children.size() == 1) {
    return children[0];
  }
  Condition* made = make(kind, at);
  if (made != nullptr) {
    made->children = children;
  }
  return made;
}

std::span<const Condition* const> ConditionParser::merged(
    std::span<const Condition* const> alternatives, ParsePlace at) {
  auto* groups = array<Equalities>(alternatives.size(), at);
  auto* kept = array<const Condition*>(alternatives.size(), at);
  if (groups == nullptr || kept == nullptr) {
    return {};
  }
  const std::size_t paths = count_equalities(alternatives, groups);
  std::size_t kept_count = 0;
  for (const Condition* child : alternatives) {
    if (child == nullptr || !is_equality(*child)) {
      kept[kept_count++] = child;
      continue;
    }
    Equalities* group =
        std::lower_bound(groups, groups + paths, child->path.text,
                         [](const Equalities& a, std::string_view path) { return a.path < path; });
    if (group->count == 1) {
      kept[kept_count++] = child;
      continue;
    }
    if (group->values == nullptr) {
      group->values = array<JsonValue>(group->count, at);
      group->list = make(ConditionKind::kIn, at);
      if (group->values == nullptr || group->list == nullptr) {
        return {};
      }
      group->list->path = child->path;
      group->list->count = static_cast<std::int32_t>(group->count);
      kept[kept_count++] = group->list;
    }
    group->values[group->taken++] = child->values[0];
    if (group->taken == group->count) {
      group->list->values = sorted_values({group->values, group->count});
    }
  }
  return {kept, kept_count};
}

const Condition* ConditionParser::negated(const Condition* child, ParsePlace at) {
  Condition* made = make(ConditionKind::kNot, at);
  const Condition** children = array<const Condition*>(1, at);
  if (made == nullptr || children == nullptr) {
    return nullptr;
  }
  children[0] = child;
  made->children = {children, 1};
  return made;
}

bool ConditionParser::count_values(std::int64_t n, ParsePlace at) {
  if (n > kMostValues - values_) {
    return fail(at, ParseErrorCode::kTooLarge, "filter has too many values");
  }
  values_ += n;
  return true;
}

bool ConditionParser::parse_path(std::string_view text, ParsePlace at, PayloadPath* path) {
  const ParseError error = vecext::parse_path(text, arena_, path);
  if (error.ok()) {
    return true;
  }
  return fail(at, error.code, error.reason, text);
}

bool JsonConditionParser::need_scalar(const JsonValue& value, const JsonPlace& where) {
  double number;
  switch (value.kind) {
    case JsonKind::kString:
    case JsonKind::kBool:
      return true;
    case JsonKind::kNumber:
      return need_number(value, where, &number);
    default:
      return unlike(value, where, "expected a string, a number or a boolean");
  }
}

bool JsonConditionParser::need_path(const JsonValue& value, const JsonPlace& where,
                                    PayloadPath* path) {
  std::string_view text;
  return need_string(value, where, &text) && parse_path(text, where, path);
}

bool JsonConditionParser::one_value(const JsonValue& value, const JsonPlace& where,
                                    std::span<const JsonValue>* values) {
  JsonValue* list = array<JsonValue>(1, where);
  if (list == nullptr || !count_values(1, where)) {
    return false;
  }
  list[0] = value;
  *values = {list, 1};
  return true;
}

}  // namespace vecext
