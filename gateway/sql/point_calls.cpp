#include "sql/point_calls.h"

#include <deque>

#include "base/big_endian.h"
#include "sql/names.h"

namespace vecext::gateway::sql {

namespace {

void add(Arguments& arguments, const Json& json) {
  if (json) {
    arguments.json(*json);
  } else {
    arguments.null();
  }
}

void add(Arguments& arguments, const Selector& points) {
  add(arguments, points.ids);
  add(arguments, points.filter);
}

void add_text(Arguments& arguments, const std::optional<std::string_view>& text) {
  if (text) {
    arguments.text(*text);
  } else {
    arguments.null();
  }
}

// The oids of text and jsonb are the same in all databases; those of vector, which the extension
// creates, have to be looked up.
constexpr std::string_view kJsonbVersion("\1", 1);
constexpr ElementType kText{{25, 1009}, nullptr};
constexpr ElementType kJsonb{{3802, 3807}, nullptr};
constexpr ElementType kVector{{InvalidOid, InvalidOid},
                              "SELECT typelem, oid FROM pg_catalog.pg_type WHERE oid"
                              " OPERATOR(pg_catalog.=) (SELECT proargtypes[2]"
                              " FROM pg_catalog.pg_proc WHERE oid OPERATOR(pg_catalog.=)"
                              " 'vecext.query'::pg_catalog.regproc)"};

// Adds an array of the texts; `head` is what the binary form of an element begins with.
void add(Arguments& arguments, const ElementType& type, const auto& texts, std::string_view head) {
  std::string elements;
  for (const std::string_view text : texts) {
    append_big_endian(elements, static_cast<std::uint32_t>(head.size() + text.size()));
    elements += head;
    elements += text;
  }
  arguments.array(type, static_cast<int>(texts.size()), elements);
}

std::string text_of_upsert(std::size_t vectors) {
  std::string text = "SELECT vecext.upsert_arrays($1, $2, $3, $4, $5::jsonb, $6";
  for (std::size_t i = 0; i < vectors; ++i) {
    text += ", $" + std::to_string(7 + i);
  }
  return text + ")";
}

// The statement of an upsert with so many vectors a point.
struct UpsertArrays {
  explicit UpsertArrays(std::size_t vectors)
      : name("upsert_arrays_" + std::to_string(vectors)), text(text_of_upsert(vectors)) {}

  std::string name;
  std::string text;
  Statement statement{name.c_str(), text.c_str()};
};

const Statement& upsert_arrays(std::size_t vectors) {
  static const std::deque<UpsertArrays> kStatements = [] {
    std::deque<UpsertArrays> all;
    for (std::size_t i = 0; i <= PointColumns::kMostVectors; ++i) {
      all.emplace_back(i);
    }
    return all;
  }();
  return kStatements[vectors].statement;
}

}  // namespace

void add_vectors(Arguments& arguments, const DenseVectors& vectors) {
  arguments.array(kVector, vectors.size(), vectors.elements());
}

Point point_of(const Result& rows, int row) {
  Point point;
  point.id = rows.text(row, 0);
  point.has_score = !rows.is_null(row, 1);
  if (point.has_score) {
    point.score = rows.float8(row, 1);
  }
  point.payload = rows.json(row, 2);
  point.vectors = rows.json(row, 3);
  point.order_value = rows.json(row, 4);
  return point;
}

// --- Changes -------------------------------------------------------------------------------------

Call upsert(std::string_view collection, std::string_view points, std::string_view mode,
            Json condition) {
  static const Statement kStatement{"upsert", "SELECT vecext.upsert($1, $2::jsonb, $3, $4::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(points).text(mode)};
  add(call.arguments, condition);
  return call;
}

Call upsert(std::string_view collection, const PointColumns& points, std::string_view mode,
            Json condition) {
  Call call{&upsert_arrays(points.vectors.size()), Arguments().text(quoted(collection))};
  add(call.arguments, kText, points.ids, "");
  add(call.arguments, kJsonb, points.payloads, kJsonbVersion);
  call.arguments.text(mode);
  add(call.arguments, condition);
  std::vector<std::string_view> names;
  for (const PointColumns::Vectors& vectors : points.vectors) {
    names.push_back(vectors.name);
  }
  add(call.arguments, kText, names, "");
  for (const PointColumns::Vectors& vectors : points.vectors) {
    add_vectors(call.arguments, vectors.values);
  }
  return call;
}

Call update_vectors(std::string_view collection, std::string_view points, Json condition) {
  static const Statement kStatement{"update_vectors",
                                    "SELECT vecext.update_vectors($1, $2::jsonb, $3::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(points)};
  add(call.arguments, condition);
  return call;
}

Call lock_points(std::string_view collection, const std::vector<std::string>& ids) {
  static const Statement kStatement{"lock_points", "SELECT vecext.lock_points($1, $2)"};
  Call call{&kStatement, Arguments().text(quoted(collection))};
  add(call.arguments, kText, ids, "");
  return call;
}

Call delete_points(std::string_view collection, const Selector& points) {
  static const Statement kStatement{"delete_points",
                                    "SELECT vecext.delete_points($1, $2::jsonb, $3::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection))};
  add(call.arguments, points);
  return call;
}

Call delete_vectors(std::string_view collection, std::string_view names, const Selector& points) {
  static const Statement kStatement{
      "delete_vectors",
      "SELECT vecext.delete_vectors($1, ARRAY(SELECT "
      "pg_catalog.jsonb_array_elements_text($2::jsonb)), $3::jsonb, $4::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(names)};
  add(call.arguments, points);
  return call;
}

Call set_payload(std::string_view collection, std::string_view payload, const Selector& points,
                 std::optional<std::string_view> key) {
  static const Statement kStatement{
      "set_payload", "SELECT vecext.set_payload($1, $2::jsonb, $3::jsonb, $4::jsonb, $5)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(payload)};
  add(call.arguments, points);
  add_text(call.arguments, key);
  return call;
}

Call overwrite_payload(std::string_view collection, std::string_view payload,
                       const Selector& points) {
  static const Statement kStatement{
      "overwrite_payload", "SELECT vecext.overwrite_payload($1, $2::jsonb, $3::jsonb, $4::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(payload)};
  add(call.arguments, points);
  return call;
}

Call delete_payload(std::string_view collection, std::string_view keys, const Selector& points) {
  static const Statement kStatement{
      "delete_payload",
      "SELECT vecext.delete_payload($1, ARRAY(SELECT "
      "pg_catalog.jsonb_array_elements_text($2::jsonb)), $3::jsonb, $4::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).json(keys)};
  add(call.arguments, points);
  return call;
}

Call clear_payload(std::string_view collection, const Selector& points) {
  static const Statement kStatement{"clear_payload",
                                    "SELECT vecext.clear_payload($1, $2::jsonb, $3::jsonb)"};
  Call call{&kStatement, Arguments().text(quoted(collection))};
  add(call.arguments, points);
  return call;
}

// --- Reads ---------------------------------------------------------------------------------------

Call get_points(std::string_view collection, std::string_view ids, std::string_view with_payload,
                std::string_view with_vectors) {
  static const Statement kStatement{"get_points",
                                    "SELECT id, NULL::float8, payload, vectors, NULL::jsonb FROM "
                                    "vecext.get_points($1, $2::jsonb, $3::jsonb, $4::jsonb)"};
  return {&kStatement,
          Arguments().text(quoted(collection)).json(ids).json(with_payload).json(with_vectors)};
}

Call count_points(std::string_view collection, Json filter, bool is_exact) {
  static const Statement kStatement{"count_points",
                                    "SELECT vecext.count_points($1, $2::jsonb, $3)"};
  Call call{&kStatement, Arguments().text(quoted(collection))};
  add(call.arguments, filter);
  call.arguments.boolean(is_exact);
  return call;
}

Call scroll(std::string_view collection, std::int32_t limit, Json filter, Json order_by,
            std::string_view with_payload, std::string_view with_vectors,
            std::optional<std::string_view> from_id) {
  static const Statement kStatement{"scroll",
                                    "SELECT id, NULL::float8, payload, vectors, order_value, "
                                    "next_id FROM vecext.scroll($1, limit_ => $2,"
                                    " filter => $3::jsonb, order_by => $4::jsonb, with_payload => "
                                    "$5::jsonb, with_vectors => $6::jsonb, from_id => $7)"};
  Call call{&kStatement, Arguments().text(quoted(collection)).int32(limit)};
  add(call.arguments, filter);
  add(call.arguments, order_by);
  call.arguments.json(with_payload).json(with_vectors);
  add_text(call.arguments, from_id);
  return call;
}

Call facet(std::string_view collection, std::string_view key, Json filter, std::int32_t limit,
           bool is_exact) {
  static const Statement kStatement{
      "facet",
      // Facets of Qdrant are texts, integers and booleans. The limit counts these alone.
      "SELECT CASE WHEN pg_catalog.jsonb_typeof(value) OPERATOR(pg_catalog.=) 'number'"
      " THEN pg_catalog.to_jsonb(pg_catalog.trunc(value::numeric)) ELSE value END, count"
      " FROM vecext.facet($1, $2, $3::jsonb, 2147483647, $5)"
      " WHERE CASE WHEN pg_catalog.jsonb_typeof(value) OPERATOR(pg_catalog.=) 'number'"
      " THEN pg_catalog.trunc(value::numeric) OPERATOR(pg_catalog.=) value::numeric"
      " AND pg_catalog.abs(value::numeric) OPERATOR(pg_catalog.<) 9223372036854775808"
      " ELSE true END"
      " LIMIT $4::int4"};
  Call call{&kStatement, Arguments().text(quoted(collection)).text(key)};
  add(call.arguments, filter);
  call.arguments.int32(limit).boolean(is_exact);
  return call;
}

// --- Searches ------------------------------------------------------------------------------------

namespace {

Call search(const Statement& statement, std::string_view collection, const SearchRequest& request) {
  Call call{&statement, Arguments().text(quoted(collection)).json(request.json)};
  add_vectors(call.arguments, request.dense);
  return call;
}

}  // namespace

Call query(std::string_view collection, const SearchRequest& request) {
  static const Statement kStatement{"query",
                                    "SELECT id, score, payload, vectors, order_value"
                                    " FROM vecext.query($1, $2::jsonb, $3)"};
  return search(kStatement, collection, request);
}

Call query_batch(std::string_view collection, const SearchRequest& requests) {
  static const Statement kStatement{"query_batch",
                                    "SELECT id, score, payload, vectors, order_value, request_no"
                                    " FROM vecext.query_batch($1, $2::jsonb, $3)"};
  return search(kStatement, collection, requests);
}

Call query_groups(std::string_view collection, const SearchRequest& request) {
  static const Statement kStatement{
      "query_groups",
      "SELECT id, score, payload, vectors, NULL::jsonb, group_key, lookup"
      " FROM vecext.query_groups($1, $2::jsonb, $3)"};
  return search(kStatement, collection, request);
}

Call distance_matrix(std::string_view collection, Json filter, std::int32_t sample,
                     std::int32_t limit, std::optional<std::string_view> vector,
                     std::string_view form) {
  static const Statement kStatement{"distance_matrix",
                                    "SELECT vecext.distance_matrix($1, $2::jsonb, $3, $4, $5, $6)"};
  Call call{&kStatement, Arguments().text(quoted(collection))};
  add(call.arguments, filter);
  call.arguments.int32(sample).int32(limit);
  add_text(call.arguments, vector);
  call.arguments.text(form);
  return call;
}

}  // namespace vecext::gateway::sql
