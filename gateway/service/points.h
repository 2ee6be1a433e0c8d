// Operations on the points of a collection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "service/context.h"
#include "sql/point_calls.h"

namespace vecext::gateway {

using sql::Json;
using sql::Point;
using sql::PointColumns;
using sql::SearchRequest;
using sql::Selector;

/// Points, and the rows of the server that hold their texts.
struct PointList {
  /// With `with_vectors`, a point without vectors has an empty object as its vectors.
  explicit PointList(Result of, bool with_vectors = false)
      : rows(std::move(of)), has_vectors(with_vectors) {}

  int size() const { return rows.size(); }
  Point operator[](int i) const {
    Point point = sql::point_of(rows, i);
    if (has_vectors && point.vectors.empty()) {
      point.vectors = "{}";
    }
    return point;
  }

  Result rows;
  bool has_vectors;
};

/// The points of several requests, in the order of these.
struct Batch {
  Batch(Result of, std::vector<std::vector<Point>> all)
      : rows(std::move(of)), lists(std::move(all)) {}

  Result rows;
  std::vector<std::vector<Point>> lists;
};

/// `key` and `lookup` are JSON; `lookup` is empty if nothing was looked up.
struct Group {
  std::string_view key;
  std::string_view lookup;
  std::vector<Point> hits;
};

struct Groups {
  Groups(Result of, std::vector<Group> all) : rows(std::move(of)), groups(std::move(all)) {}

  Result rows;
  std::vector<Group> groups;
};

struct Page {
  Page(PointList found, std::string next) : points(std::move(found)), next_id(std::move(next)) {}

  PointList points;
  std::string next_id;  // the first id of the next page; empty behind the last one
};

struct PageRequest {
  std::optional<std::string> from_id;  // the id at which the page begins; none: at the first point
  std::int32_t limit = 10;
  Json filter;
  Json order_by;
  std::string_view with_payload;
  std::string_view with_vectors;
};

/// Returns the name of a collection as it has to stand in `lookup_from` and `with_lookup` of a
/// request to vecext.
std::string name_in_request(std::string_view collection);

/// One change of points. Its texts are JSON as vecext's function of that name takes it.
struct Change {
  enum class Kind {
    kUpsert,
    kDelete,
    kUpdateVectors,
    kDeleteVectors,
    kSetPayload,
    kOverwritePayload,
    kDeletePayload,
    kClearPayload,
  };
  explicit Change(Kind of) : kind(of) {}

  Kind kind;
  std::string value;                    // points, names of vectors, payload or keys
  std::optional<PointColumns> columns;  // kUpsert: the points, in place of `value`
  Selector points;                      // all but kUpsert and kUpdateVectors: one of its members,
                                        // and for kDeleteVectors one of them or both
  Json filter_otherwise;                // kDelete, kClearPayload: takes the place of points.ids if
                                        // the collection cannot have these
  std::optional<std::string> key;       // kSetPayload
  std::string mode = "upsert";          // kUpsert: upsert, insert_only or update_only
  Json condition;                       // kUpsert, kUpdateVectors
};

/// Makes the changes in their order, in one transaction.
Task<> change_points(Context& context, std::string_view collection,
                     const std::vector<Change>& changes);

Task<PointList> get_points(Context& context, std::string_view collection, std::string_view ids,
                           std::string_view with_payload, std::string_view with_vectors);
Task<std::int64_t> count_points(Context& context, std::string_view collection, Json filter,
                                bool is_exact);
Task<Page> scroll_points(Context& context, std::string_view collection, const PageRequest& request);

/// Returns rows (value, count).
Task<Result> facet(Context& context, std::string_view collection, std::string_view key, Json filter,
                   std::int32_t limit, bool is_exact);

Task<PointList> query_points(Context& context, std::string_view collection,
                             const SearchRequest& request);
/// `requests` is a list of `count` requests.
Task<Batch> query_batch(Context& context, std::string_view collection,
                        const SearchRequest& requests, std::size_t count);
Task<Groups> query_groups(Context& context, std::string_view collection,
                          const SearchRequest& request);
Task<std::string> distance_matrix(Context& context, std::string_view collection, Json filter,
                                  std::int32_t sample, std::int32_t limit,
                                  std::optional<std::string_view> vector, std::string_view form);

}  // namespace vecext::gateway
