#include "pg/condition/clause.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pg/condition/token_query.h"
#include "pg/payload/point_ranges.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/geo_decls.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
}

namespace vecext::pg {
namespace {

Const* const_of(Oid type, Datum value, Oid collation = InvalidOid) {
  int16 length;
  bool by_value;
  get_typlenbyval(type, &length, &by_value);
  return makeConst(type, -1, collation, length, value, false, by_value);
}

/// Returns a op b, where the operator is of pg_catalog or of an index's operator family.
Expr* operation(Oid op, Expr* a, Expr* b, Oid collation) {
  Expr* clause = make_opclause(op, BOOLOID, false, a, b, InvalidOid, collation);
  set_opfuncid(reinterpret_cast<OpExpr*>(clause));
  return clause;
}

/// Returns the operator of that name in pg_catalog.
Oid operator_of(const char* name, Oid left, Oid right) {
  return OpernameGetOprid(list_make2(makeString(pstrdup("pg_catalog")), makeString(pstrdup(name))),
                          left, right);
}

Expr* operation(const char* name, Expr* a, Expr* b) {
  const Oid type = exprType(reinterpret_cast<const Node*>(a));
  const Oid other = exprType(reinterpret_cast<const Node*>(b));
  return operation(operator_of(name, type, other), a, b, InvalidOid);
}

Node* step_into(Node* value, Const* step) {
  Expr* made = make_opclause(operator_of("->", JSONBOID, step->consttype), JSONBOID, false,
                             reinterpret_cast<Expr*>(value), reinterpret_cast<Expr*>(step),
                             InvalidOid, step->constcollid);
  set_opfuncid(reinterpret_cast<OpExpr*>(made));
  return reinterpret_cast<Node*>(made);
}

Node* replace_vars(Node* node, void* payload) {
  if (node == nullptr) {
    return nullptr;
  }
  if (IsA(node, Var)) {
    return static_cast<Node*>(copyObjectImpl(payload));
  }
  return mutate_expression(node, replace_vars, payload);
}

JsonbValue jsonb_scalar(const JsonValue& value) {
  JsonbValue scalar{};
  switch (value.kind) {
    case JsonKind::kBool:
      scalar.type = jbvBool;
      scalar.val.boolean = value.boolean;
      break;
    case JsonKind::kNumber:
      scalar.type = jbvNumeric;
      scalar.val.numeric = int64_to_numeric(value.integer);
      break;
    case JsonKind::kString:
      scalar.type = jbvString;
      scalar.val.string.val = const_cast<char*>(value.text.data());
      scalar.val.string.len = static_cast<int>(value.text.size());
      break;
    default:
      scalar.type = jbvNull;
  }
  return scalar;
}

/// Returns the value as a Datum of that type, or nothing if the value is of another type.
std::optional<Datum> datum_of(const JsonValue& value, Oid type) {
  const bool is_string = value.kind == JsonKind::kString;
  const bool is_integer = value.kind == JsonKind::kNumber && value.is_integer;
  if (type == JSONBOID) {
    JsonbValue scalar = jsonb_scalar(value);
    return JsonbPGetDatum(JsonbValueToJsonb(&scalar));
  }
  if (type == TEXTOID && is_string) {
    return text_datum(value.text);
  }
  if (type == INT4OID && is_integer && value.integer >= PG_INT32_MIN &&
      value.integer <= PG_INT32_MAX) {
    return Int32GetDatum(static_cast<int32>(value.integer));
  }
  if (type == INT8OID && is_integer) {
    return Int64GetDatum(value.integer);
  }
  if (type == FLOAT8OID && value.kind == JsonKind::kNumber) {
    return Float8GetDatum(value.number);
  }
  if (type == BOOLOID && value.kind == JsonKind::kBool) {
    return BoolGetDatum(value.boolean);
  }
  if (pg_uuid_t uuid; type == UUIDOID && is_string && read_uuid(value.text, uuid.data)) {
    return UUIDPGetDatum(palloc_object<pg_uuid_t>(uuid));
  }
  return std::nullopt;
}

/// Returns the value as an id of that type, or nothing if it is not an id of the type.
std::optional<Datum> id_of(const JsonValue& value, Oid type) {
  if (!is_point_id(type)) {
    return datum_of(value, type);
  }
  if (const auto number = natural_number(value); number.has_value()) {
    return point_id_datum(point_id_of_number(*number));
  }
  std::uint8_t uuid[UUID_LEN];
  return value.kind == JsonKind::kString && read_uuid(value.text, uuid)
             ? std::optional{point_id_datum(point_id_of_uuid(uuid))}
             : std::nullopt;
}

/// Returns a document that has nothing but the part and the objects and arrays around it. The part
/// is an array of the `values` if `as_elements`, otherwise the one value.
Datum part_datum(const JsonbPart& part, std::span<const JsonValue> values, bool as_elements) {
  JsonbWriter writer;
  JsonbIteratorToken scalar = WJB_ELEM;
  if (part.is_in_array) {
    writer.begin_array();
  }
  for (const PathStep& step : part.steps) {
    if (step.kind == PathStep::Kind::kKey) {
      writer.begin_object();
      writer.key(step.key);
      scalar = WJB_VALUE;
    } else {
      writer.begin_array();
      scalar = WJB_ELEM;
    }
  }
  if (as_elements) {
    writer.begin_array();
    scalar = WJB_ELEM;
  }
  for (const JsonValue& value : values) {
    writer.add(scalar, jsonb_scalar(value));
  }
  if (as_elements) {
    writer.end_array();
  }
  for (std::size_t i = part.steps.size(); i-- > 0;) {
    if (part.steps[i].kind == PathStep::Kind::kKey) {
      writer.end_object();
    } else {
      writer.end_array();
    }
  }
  if (part.is_in_array) {
    writer.end_array();
  }
  return writer.datum();
}

Expr* equals_any_of(Expr* value, Oid op, Datum array, Oid type, Oid collation) {
  auto* test = makeNode(ScalarArrayOpExpr);
  test->opno = op;
  test->useOr = true;
  test->inputcollid = collation;
  test->args = list_make2(value, const_of(get_array_type(type), array));
  test->location = -1;
  set_sa_opfuncid(test);
  return reinterpret_cast<Expr*>(test);
}

/// Returns value op datum if there is one datum, and otherwise value op ANY (array).
Expr* any_of_datums(Expr* value, Oid op, std::span<Datum> datums, Oid type, Oid collation) {
  if (datums.size() == 1) {
    Const* constant =
        const_of(type, datums[0], type == TEXTOID ? DEFAULT_COLLATION_OID : InvalidOid);
    return operation(op, value, reinterpret_cast<Expr*>(constant), collation);
  }
  return equals_any_of(value, op, array_datum(type, datums), type, collation);
}

/// Writes the prefix to `raised` with its last code point replaced by the next greater one. Returns
/// the number of bytes, or 0 if there is no greater code point.
int raise_last(std::string_view prefix, unsigned char* raised) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(prefix.data());
  const int last = pg_encoding_mbcliplen(PG_UTF8, prefix.data(), static_cast<int>(prefix.size()),
                                         static_cast<int>(prefix.size()) - 1);
  memcpy(raised, bytes, prefix.size());
  pg_wchar point = utf8_to_unicode(bytes + last);
  if (point >= 0x10FFFF) {
    return 0;
  }
  point = point == 0xD7FF ? 0xE000 : point + 1;
  unicode_to_utf8(point, raised + last);
  return last + pg_utf_mblen(raised + last);
}

}  // namespace

Expr* with_payload(const Node* expression, Node* payload) {
  return reinterpret_cast<Expr*>(replace_vars(const_cast<Node*>(expression), payload));
}

Node* member_of(Node* object, std::string_view key) {
  return step_into(object, text_const(key));
}

Node* element_of(Node* array, int i) {
  return step_into(array, int4_const(i));
}

Expr* make_andclause_of(Expr* a, Expr* b) {
  return make_andclause(list_make2(a, b));
}

Expr* make_orclause_of(Expr* a, Expr* b) {
  return make_orclause(list_make2(a, b));
}

Expr* is_null(Node* value) {
  auto* test = makeNode(NullTest);
  test->arg = static_cast<Expr*>(copyObjectImpl(value));
  test->nulltesttype = IS_NULL;
  test->location = -1;
  return reinterpret_cast<Expr*>(test);
}

Const* float8_const(double value) {
  return const_of(FLOAT8OID, Float8GetDatum(value));
}

Const* time_const(std::int64_t microseconds) {
  return const_of(TIMESTAMPTZOID, TimestampTzGetDatum(microseconds));
}

Const* text_const(std::string_view value) {
  return const_of(TEXTOID, text_datum(value), DEFAULT_COLLATION_OID);
}

Const* int4_const(std::int64_t value) {
  const std::int64_t clamped = std::clamp<std::int64_t>(value, PG_INT32_MIN, PG_INT32_MAX);
  return const_of(INT4OID, Int32GetDatum(static_cast<int32>(clamped)));
}

Const* box_const(const GeoBox& box) {
  const BOX made{.high = {.x = box.east, .y = box.north}, .low = {.x = box.west, .y = box.south}};
  return const_of(BOXOID, BoxPGetDatum(palloc_object<BOX>(made)));
}

Const* multirange_const(Oid type, const Datum* low, const Datum* high) {
  return const_of(type, MultirangeTypePGetDatum(range_between(type, low, high)));
}

// payload_nums() has the decimal digits of the nearest doubles, which differ from the doubles by
// less than half the distance to the next double. So the bounds here are the digits of the doubles
// next to those of the range. From kLargest on, payload_nums() has infinities.
Const* number_range(const Range<double>& range) {
  constexpr double kAll = std::numeric_limits<double>::infinity();
  constexpr double kLargest = 8e307;
  const Datum low = number_bound(std::nextafter(range.low, -kAll));
  const Datum high = number_bound(std::nextafter(range.high, kAll));
  return multirange_const(NUMMULTIRANGEOID, range.has_low && range.low > -kLargest ? &low : nullptr,
                          range.has_high && range.high < kLargest ? &high : nullptr);
}

Const* time_range(const Range<std::int64_t>& range) {
  const Datum low = TimestampTzGetDatum(range.low);
  const Datum high = TimestampTzGetDatum(range.high);
  return multirange_const(TSTZMULTIRANGEOID, range.has_low ? &low : nullptr,
                          range.has_high ? &high : nullptr);
}

Expr* contains(Expr* value, const JsonbPart& part, std::span<const JsonValue> values) {
  return operation(kJsonbContains, value,
                   reinterpret_cast<Expr*>(const_of(JSONBOID, part_datum(part, values, true))),
                   InvalidOid);
}

Expr* contains_any_part(Expr* value, const JsonbPart& part, std::span<const JsonValue> values,
                        bool as_elements) {
  auto* parts = palloc_array<Datum>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts[i] = part_datum(part, values.subspan(i, 1), as_elements);
  }
  return any_of_datums(value, kJsonbContains, {parts, values.size()}, JSONBOID, InvalidOid);
}

Expr* overlaps(Expr* value, Const* other) {
  const auto* node = reinterpret_cast<const Node*>(value);
  if (exprType(node) != other->consttype) {
    return nullptr;
  }
  // All multirange types share one operator.
  const Oid type = other->consttype == BOXOID ? BOXOID : ANYMULTIRANGEOID;
  return operation(operator_of("&&", type, type), value, reinterpret_cast<Expr*>(other),
                   InvalidOid);
}

Oid operator_of_index(const PayloadIndex& index, Oid type, StrategyNumber strategy) {
  // Texts have two operators for each strategy but equality: one compares by the collation, the
  // other by bytes.
  constexpr const char* kNames[][2] = {
      {"<", "~<~"}, {"<=", "~<=~"}, {"=", nullptr}, {">=", "~>=~"}, {">", "~>~"}};
  for (const char* name : kNames[strategy - 1]) {
    const Oid op = name == nullptr ? InvalidOid : operator_of(name, type, type);
    if (OidIsValid(op) && op_in_opfamily(op, index.opfamily)) {
      return op;
    }
  }
  return InvalidOid;
}

Expr* any_of(Expr* value, Oid op, std::span<const JsonValue> values, Oid type, Oid collation) {
  auto* datums = palloc_array<Datum>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::optional<Datum> datum = datum_of(values[i], type);
    if (!datum.has_value()) {
      return nullptr;
    }
    datums[i] = *datum;
  }
  return OidIsValid(op) ? any_of_datums(value, op, {datums, values.size()}, type, collation)
                        : nullptr;
}

Expr* compared(Expr* value, const PayloadIndex& index, Oid type, StrategyNumber strategy,
               Const* constant) {
  const Oid op = operator_of_index(index, type, strategy);
  return OidIsValid(op) ? operation(op, value, reinterpret_cast<Expr*>(constant), index.collation)
                        : nullptr;
}

bool orders_by_code_point(const PayloadIndex& index) {
  return index.opfamily == TEXT_PATTERN_BTREE_FAM_OID || index.collation == C_COLLATION_OID;
}

std::optional<std::string_view> after_prefix(std::string_view prefix) {
  if (prefix.empty() || GetDatabaseEncoding() != PG_UTF8) {
    return std::nullopt;
  }
  auto* raised = palloc_array<unsigned char>(prefix.size() + MAX_MULTIBYTE_CHAR_LEN);
  const int length = raise_last(prefix, raised);
  return length == 0
             ? std::nullopt
             : std::optional<std::string_view>(std::in_place, reinterpret_cast<const char*>(raised),
                                               static_cast<std::size_t>(length));
}

Expr* has_tokens_clause(Expr* tokens, const Condition& condition, Oid config) {
  // A tsvector does not keep positions beyond 16,383, nor more than 255 of a word, so the index
  // cannot prove that words form a phrase.
  Condition words = condition;
  words.kind = words.kind == ConditionKind::kPhrase ? ConditionKind::kAllTokens : words.kind;
  Const* query = const_of(TSQUERYOID, token_query(words, config));
  return operation("@@", tokens, reinterpret_cast<Expr*>(query));
}

Expr* has_id(Node* id, std::span<const JsonValue> ids) {
  const Oid type = exprType(id);
  auto* datums = palloc_array<Datum>(ids.size() + 1);
  Datum* end = datums;
  for (const JsonValue& value : ids) {
    if (const std::optional<Datum> datum = id_of(value, type); datum.has_value()) {
      *end++ = *datum;
    }
  }
  const Oid op = lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr;
  return OidIsValid(op) ? equals_any_of(static_cast<Expr*>(copyObjectImpl(id)), op,
                                        array_datum(type, {datums, end}), type, exprCollation(id))
                        : nullptr;
}

}  // namespace vecext::pg
