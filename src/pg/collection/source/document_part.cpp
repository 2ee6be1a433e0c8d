#include "pg/collection/source/document_part.h"

#include "pg/collection/common/filters.h"
#include "pg/condition/filter.h"
#include "pg/sys/jsonb_writer.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the one column that begins all paths of a condition, with a key behind it in each path,
/// or InvalidAttrNumber if there is no such column.
AttrNumber document_column(Oid table, const Condition& condition) {
  switch (condition.kind) {
    case ConditionKind::kAnd:
    case ConditionKind::kOr:
    case ConditionKind::kNot:
    case ConditionKind::kAtLeast: {
      AttrNumber common = InvalidAttrNumber;
      for (const Condition* child : condition.children) {
        const AttrNumber column = document_column(table, *child);
        if (column == InvalidAttrNumber || (common != InvalidAttrNumber && column != common)) {
          return InvalidAttrNumber;
        }
        common = column;
      }
      return common;
    }
    default:
      break;
  }
  const auto steps = condition.path.steps;
  if (steps.size() < 2 || steps[0].kind != PathStep::Kind::kKey ||
      steps[1].kind != PathStep::Kind::kKey) {
    return InvalidAttrNumber;
  }
  const AttrNumber column = get_attnum(table, pnstrdup(steps[0].key.data(), steps[0].key.size()));
  return column > 0 && get_atttype(table, column) == JSONBOID ? column : InvalidAttrNumber;
}

/// Returns a path without its first step, which must be a key, plain or in quotes, with another key
/// behind it.
JsonbValue without_first_step(const JsonbValue& path) {
  const std::string_view text = text_of(path);
  std::size_t end = 0;
  if (text[0] == '"') {
    for (end = 1; text[end] != '"' || text[end + 1] == '"'; ++end) {
      end += text[end] == '"' ? 1 : 0;
    }
  }
  end = text.find('.', end) + 1;
  JsonbValue rest = path;
  rest.val.string.val += end;
  rest.val.string.len -= static_cast<int>(end);
  return rest;
}

/// Writes a condition with its paths shortened by the column. Paths of filters within "nested" are
/// kept, as they begin at an element.
void write_below(JsonbWriter* writer, JsonbIteratorToken token, const JsonbValue& value,
                 bool is_nested) {
  check_stack_depth();
  if (is_array(value)) {
    writer->begin_array();
    each_element(value, [&](int64, const JsonbValue& element) {
      write_below(writer, WJB_ELEM, element, false);
    });
    return writer->end_array();
  }
  if (!is_object(value)) {
    return writer->add(token, value);
  }
  writer->begin_object();
  each_member(value, [&](std::string_view key, const JsonbValue& member) {
    writer->key(key);
    if (key == "key" && member.type == jbvString) {
      writer->add(WJB_VALUE, without_first_step(member));
    } else if (key == "filter" && is_nested) {
      writer->add(WJB_VALUE, member);
    } else {
      write_below(writer, WJB_VALUE, member, key == "nested");
    }
  });
  writer->end_object();
}

/// Returns {"must": [condition]} as a filter on the value of the column.
Datum filter_below(const Json& condition) {
  JsonbWriter writer;
  writer.begin_object();
  writer.key("must");
  writer.begin_array();
  write_below(&writer, WJB_ELEM, condition.value, false);
  writer.end_array();
  writer.end_object();
  return writer.datum();
}

/// True if an empty object satisfies the filter. Then a row whose column is null satisfies the
/// condition, but matches() is null for it.
bool holds_of_nothing(Datum filter) {
  const Oid types[] = {JSONBOID, JSONBOID};
  List* name =
      list_make2(makeString(const_cast<char*>("vecext")), makeString(const_cast<char*>("matches")));
  const Datum nothing = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));
  return DatumGetBool(OidFunctionCall2(LookupFuncName(name, 2, types, false), nothing, filter));
}

/// Returns the condition as a filter on one jsonb column, or nothing if it cannot be one.
std::optional<DocumentFilter> document_filter(Oid table, const Json& condition) {
  const Filter parsed = parse_filter(filter_of_condition(condition), JSONBOID,
                                     FilterDialect::kQdrant, CurrentMemoryContext);
  const AttrNumber column = document_column(table, *parsed.condition);
  if (column == InvalidAttrNumber) {
    return std::nullopt;
  }
  const DocumentFilter document{.column = column, .filter = filter_below(condition)};
  return holds_of_nothing(document.filter) ? std::nullopt : std::optional{document};
}

}  // namespace

Datum take_documents(Oid table, const Json& filter, GrowingArray<DocumentFilter>* documents) {
  const Json* must = member(filter, "must");
  if (must == nullptr) {
    return jsonb_of(filter);
  }
  JsonbWriter writer;
  writer.begin_object();
  each_member(filter.value, [&](std::string_view key, const JsonbValue& value) {
    if (key != "must") {
      writer.key(key);
      writer.add(WJB_VALUE, value);
    }
  });
  bool has_rest = false;
  each_list_value(*must, [&](const Json& condition) {
    if (const auto document = document_filter(table, condition); document.has_value()) {
      documents->push(*document, CurrentMemoryContext);
      return;
    }
    if (!has_rest) {
      writer.key("must");
      writer.begin_array();
      has_rest = true;
    }
    writer.add(WJB_ELEM, condition.value);
  });
  if (has_rest) {
    writer.end_array();
  }
  writer.end_object();
  return writer.datum();
}

}  // namespace vecext::pg
