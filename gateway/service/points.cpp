#include "service/points.h"

#include <algorithm>
#include <iterator>

#include "pool/pool.h"
#include "service/collections.h"
#include "service/execute.h"
#include "service/lookups.h"
#include "sql/names.h"

namespace vecext::gateway {

namespace {

// Vectors are deleted of all points that are listed, and of all that the filter passes, besides.
Call delete_vectors(std::string_view collection, const Change& change) {
  const Selector& points = change.points;
  if (!points.ids || !points.filter) {
    return sql::delete_vectors(collection, change.value, points);
  }
  const std::string filter = json_object([&](JsonWriter& either) {
    either.list("should", [&](JsonList& conditions) {
      conditions.object([&](JsonWriter& listed) { listed.raw("has_id", *points.ids); });
      conditions.raw(*points.filter);
    });
  });
  return sql::delete_vectors(collection, change.value, {.ids = {}, .filter = filter});
}

Call call_of(std::string_view collection, const Change& change) {
  switch (change.kind) {
    case Change::Kind::kUpsert:
      return change.columns
                 ? sql::upsert(collection, *change.columns, change.mode, change.condition)
                 : sql::upsert(collection, change.value, change.mode, change.condition);
    case Change::Kind::kUpdateVectors:
      return sql::update_vectors(collection, change.value, change.condition);
    case Change::Kind::kDelete:
      return sql::delete_points(collection, change.points);
    case Change::Kind::kDeleteVectors:
      return delete_vectors(collection, change);
    case Change::Kind::kSetPayload:
      return sql::set_payload(collection, change.value, change.points, change.key);
    case Change::Kind::kOverwritePayload:
      return sql::overwrite_payload(collection, change.value, change.points);
    case Change::Kind::kDeletePayload:
      return sql::delete_payload(collection, change.value, change.points);
    case Change::Kind::kClearPayload:
      return sql::clear_payload(collection, change.points);
  }
  throw Failure(FailureKind::kInternal, "unknown change");
}

std::string text_of_id(RawJson id) {
  return is_string(id) ? json_string(id, "id") : std::string(id);
}

// Returns the ids of the points that a change lists.
std::vector<std::string> ids_of(const Change& change) {
  if (change.columns) {
    return change.columns->ids;
  }
  std::vector<std::string> ids;
  if (change.kind == Change::Kind::kUpsert || change.kind == Change::Kind::kUpdateVectors) {
    for (const RawJson point : json_elements(change.value, "points")) {
      if (const auto id = JsonObject::parse(point, "point").find("id")) {
        ids.push_back(text_of_id(*id));
      }
    }
  } else if (change.points.ids && is_array(*change.points.ids)) {
    for (const RawJson id : json_elements(*change.points.ids, "points")) {
      ids.push_back(text_of_id(id));
    }
  } else if (change.points.ids) {
    ids.push_back(text_of_id(*change.points.ids));
  }
  return ids;
}

// Returns the ids of the points that the changes list, or none if at most one of them lists any.
std::vector<std::string> ids_of_several(const std::vector<Change>& changes) {
  std::vector<std::string> all;
  int lists = 0;
  for (std::size_t i = 0; changes.size() > 1 && i < changes.size(); ++i) {
    std::vector<std::string> ids = ids_of(changes[i]);
    lists += ids.empty() ? 0 : 1;
    std::ranges::move(ids, std::back_inserter(all));
  }
  return lists > 1 ? all : std::vector<std::string>();
}

// Returns the calls of the changes. Each of them locks its points in the order of the ids. So that
// several do, too, the points that they list are locked before the first one.
std::vector<Call> calls_of(std::string_view collection, const std::vector<Change>& changes) {
  std::vector<Call> calls;
  const std::vector<std::string> ids = ids_of_several(changes);
  if (!ids.empty()) {
    calls.push_back(sql::lock_points(collection, ids));
  }
  for (const Change& change : changes) {
    calls.push_back(call_of(collection, change));
  }
  return calls;
}

bool has_filters_otherwise(const std::vector<Change>& changes) {
  return std::ranges::any_of(
      changes, [](const Change& change) { return change.filter_otherwise.has_value(); });
}

// Returns the changes with filters in place of ids that the collection cannot have.
std::vector<Change> by_filter(std::vector<Change> changes) {
  for (Change& change : changes) {
    if (change.filter_otherwise) {
      change.points = {.ids = {}, .filter = change.filter_otherwise};
    }
  }
  return changes;
}

// The results of the changes are the last ones.
void count_written(Context& context, const std::vector<Change>& changes,
                   const std::vector<Result>& results) {
  const std::size_t first = results.size() - changes.size();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].kind == Change::Kind::kUpsert) {
      const Result& written = results[first + i];
      context.pool.metrics().points_written.add(static_cast<std::uint64_t>(written.int64(0, 0)));
    }
  }
}

}  // namespace

std::string name_in_request(std::string_view collection) {
  return sql::quoted(collection);
}

Task<> change_points(Context& context, std::string_view collection,
                     const std::vector<Change>& changes) {
  context.require(Access::kWrite, collection);
  if (changes.empty()) {
    co_await require_collection(context, collection);
    co_return;
  }
  std::vector<Call> calls = calls_of(collection, changes);
  std::vector<Result> results;
  bool is_refused = false;
  try {
    results = co_await execute(context, std::move(calls), collection);
  } catch (const Failure& failure) {
    is_refused = failure.sql_state() == sql::kInvalidId && has_filters_otherwise(changes);
    if (!is_refused) {
      throw;
    }
  }
  if (is_refused) {
    calls = calls_of(collection, by_filter(changes));
    results = co_await execute(context, std::move(calls), collection);
  }
  count_written(context, changes, results);
}

Task<PointList> get_points(Context& context, std::string_view collection, std::string_view ids,
                           std::string_view with_payload, std::string_view with_vectors) {
  context.require(Access::kRead, collection);
  Call call = sql::get_points(collection, ids, with_payload, with_vectors);
  Result rows = co_await execute(context, std::move(call), collection);
  co_return PointList(std::move(rows), with_vectors != "false");
}

Task<std::int64_t> count_points(Context& context, std::string_view collection, Json filter,
                                bool is_exact) {
  context.require(Access::kRead, collection);
  Call call = sql::count_points(collection, filter, is_exact);
  const Result rows = co_await execute(context, std::move(call), collection);
  co_return rows.int64(0, 0);
}

Task<Page> scroll_points(Context& context, std::string_view collection,
                         const PageRequest& request) {
  context.require(Access::kRead, collection);
  Call call = sql::scroll(collection, request.limit, request.filter, request.order_by,
                          request.with_payload, request.with_vectors, request.from_id);
  Result rows = co_await execute(context, std::move(call), collection);
  std::string next;
  if (rows.size() > 0 && !request.order_by) {
    next = sql::next_id_of(rows, rows.size() - 1);
  }
  co_return Page(PointList(std::move(rows), request.with_vectors != "false"), std::move(next));
}

Task<Result> facet(Context& context, std::string_view collection, std::string_view key, Json filter,
                   std::int32_t limit, bool is_exact) {
  context.require(Access::kRead, collection);
  Call call = sql::facet(collection, key, filter, limit, is_exact);
  co_return co_await execute(context, std::move(call), collection);
}

Task<PointList> query_points(Context& context, std::string_view collection,
                             const SearchRequest& request) {
  context.require(Access::kRead, collection);
  require_lookups(context.grant, request.json);
  Call call = sql::query(collection, request);
  Result rows = co_await execute(context, std::move(call), collection);
  co_return PointList(std::move(rows));
}

Task<Batch> query_batch(Context& context, std::string_view collection,
                        const SearchRequest& requests, std::size_t count) {
  context.require(Access::kRead, collection);
  require_lookups(context.grant, requests.json);
  Call call = sql::query_batch(collection, requests);
  Result rows = co_await execute(context, std::move(call), collection);
  std::vector<std::vector<Point>> lists(count);
  for (int row = 0; row < rows.size(); ++row) {
    lists[static_cast<std::size_t>(sql::request_no_of(rows, row)) - 1].push_back(
        sql::point_of(rows, row));
  }
  co_return Batch(std::move(rows), std::move(lists));
}

Task<Groups> query_groups(Context& context, std::string_view collection,
                          const SearchRequest& request) {
  context.require(Access::kRead, collection);
  require_lookups(context.grant, request.json);
  Call call = sql::query_groups(collection, request);
  Result rows = co_await execute(context, std::move(call), collection);
  std::vector<Group> groups;
  for (int row = 0; row < rows.size(); ++row) {
    const std::string_view key = sql::group_key_of(rows, row);
    if (groups.empty() || groups.back().key != key) {
      groups.push_back({key, sql::lookup_of(rows, row), {}});
    }
    groups.back().hits.push_back(sql::point_of(rows, row));
  }
  co_return Groups(std::move(rows), std::move(groups));
}

Task<std::string> distance_matrix(Context& context, std::string_view collection, Json filter,
                                  std::int32_t sample, std::int32_t limit,
                                  std::optional<std::string_view> vector, std::string_view form) {
  context.require(Access::kRead, collection);
  return execute_json(
      context, sql::distance_matrix(collection, filter, sample, limit, vector, form), collection);
}

}  // namespace vecext::gateway
