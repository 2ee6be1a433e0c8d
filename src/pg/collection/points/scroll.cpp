// vecext.scroll() returns points page by page.
#include "pg/collection/points/cursor.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/common/point_order.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/common/selector.h"
#include "pg/collection/points/point_target.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// Where a page begins: with the first point, behind a cursor, or with an id, which need not exist.
enum class PageStart : std::uint8_t { kFirst, kBehindCursor, kAtId };

/// A request for one page.
struct ScrollRequest {
  const Collection* collection;
  PointTarget target;  // the points of a filter, or all points
  PointSelector selector;
  PointOrder order;
  int32 limit;
  PageStart start;
  ScrollCursor cursor;  // its fingerprint is always valid, its value only behind a cursor, and its
                        // id unless the page is the first one

  /// True if the request asks for all points that have a value to order by, from the first one on.
  bool is_whole() const {
    return start == PageStart::kFirst && !order.has_start && target.filter == nullptr;
  }
  bool has_cursor() const { return start == PageStart::kBehindCursor; }
  bool has_order() const { return order.type != OrderType::kNone; }
  int beyond() const {
    return start == PageStart::kAtId ? BTGreaterEqualStrategyNumber
           : order.is_descending     ? BTLessStrategyNumber
                                     : BTGreaterStrategyNumber;
  }

  /// The texts of statements depend on these.
  struct Shape {
    PointSelector::Shape shown;
    PointTarget::Shape target;
    PointOrder::Shape order;
    PageStart start;
  };
  Shape shape() const {
    return {.shown = selector.shape(),
            .target = target.shape(),
            .order = order.shape(),
            .start = start};
  }
};

std::uint64_t fingerprint_of(const ScrollRequest& request) {
  const Oid relid = request.collection->relid;
  std::uint64_t hash =
      hash_bytes_extended(reinterpret_cast<const unsigned char*>(&relid), sizeof relid, 0);
  if (request.target.filter != nullptr) {
    const auto* filter = reinterpret_cast<const unsigned char*>(request.target.filter);
    hash = hash_bytes_extended(filter, static_cast<int>(VARSIZE(filter)), hash);
  }
  if (request.has_order()) {
    const std::string_view key = request.order.key;
    hash = hash_bytes_extended(reinterpret_cast<const unsigned char*>(key.data()),
                               static_cast<int>(key.size()), hash);
    PointOrder::Shape order = request.order.shape();
    order.has_start = false;  // the start may differ from page to page
    hash = hash_bytes_extended(reinterpret_cast<const unsigned char*>(&order), sizeof order, hash);
  }
  return hash;
}

// Numbers of parameters, in the order of parameters_of(). Parameters that a statement does not use
// are null.
enum { kLimit = 1, kId, kKey, kValue, kStart, kParameters = kStart };

void declare_parameters(const ScrollRequest& request, StatementDraft& draft) {
  const Oid value = request.order.value_type();
  for (const Oid type : {Oid{INT8OID}, request.collection->id_type, Oid{TEXTOID}, value, value}) {
    draft.declare(type);
  }
}

ParamListInfo parameters_of(const ScrollRequest& request) {
  const Oid value = request.order.value_type();
  return parameters_with_target(
      {{INT8OID, Int64GetDatum(int64{request.limit} + 1)},
       {request.collection->id_type, request.cursor.id, request.start == PageStart::kFirst},
       {TEXTOID, request.order.key_text(), !request.has_order()},
       {value, request.cursor.value, !request.has_cursor()},
       {value, request.order.start(), !request.order.has_start}},
      request.target);
}

/// Appends the statement that reads points in the order of ids.
void append_scroll(const ScrollRequest& request, StatementDraft& draft) {
  const Collection& collection = *request.collection;
  declare_parameters(request, draft);
  (draft << "SELECT t.").column(collection.relid, collection.id);
  append_point_columns(request.selector, "t", draft);
  (draft << " FROM ").table(collection.relid) << " AS t WHERE ";
  if (request.start != PageStart::kFirst) {
    (draft << "t.").column(collection.relid, collection.id) << " ";
    draft.op(id_operator(collection.id_type, request.beyond())) << " $" << kId << " AND ";
  }
  append_target(request.target, "t", draft);
  (draft << " ORDER BY t.").column(collection.relid, collection.id) << " LIMIT $" << kLimit;
}

void append_scroll_in_order(const ScrollRequest& request, StatementDraft& draft) {
  const Collection& collection = *request.collection;
  declare_parameters(request, draft);
  if (request.target.filter != nullptr) {
    draft.declare(JSONBOID);
  }
  draft.planning = StatementPlanning::kCustom;
  const auto append_columns = [&] { append_point_columns(request.selector, "t", draft); };
  const auto append_conditions = [&](bool is_by_index) {
    if (request.has_cursor()) {
      // All columns of a comparison of rows have operators of one schema, so ids of an extension's
      // type are compared as bytes, which have the same order.
      const char* id = is_point_id(collection.id_type) ? "vecext.point_id_send(" : "(";
      append_order_value(collection, request.order, is_by_index, psprintf("$%d", kKey),
                         draft << " AND ROW(");
      (draft << ", " << id << "t.").column(collection.relid, collection.id)
          << (request.order.is_descending ? ")) OPERATOR(pg_catalog.<) ROW($"
                                          : ")) OPERATOR(pg_catalog.>) ROW($")
          << kValue << ", " << id << "$" << kId << "))";
    }
    if (request.target.filter != nullptr) {
      // Both branches have the condition, so they share its parameter, which follows the fixed
      // ones.
      draft << " AND vecext.matches(t.*, $" << kParameters + 1 << ")";
    }
  };
  append_points_in_order(collection, request.order, {.key = kKey, .start = kStart, .limit = kLimit},
                         append_columns, append_conditions, draft);
}

SPIPlanPtr scroll_plan(const ScrollRequest& request) {
  const bool has_order = request.has_order();
  const StatementKind kind = has_order ? StatementKind::kScrollInOrder : StatementKind::kScroll;
  return kept_plan(statement_key(request.collection->relid, kind, request.shape()),
                   [&](StatementDraft& draft) {
                     if (has_order) {
                       append_scroll_in_order(request, draft);
                     } else {
                       append_scroll(request, draft);
                     }
                   });
}

// The columns of the result.
enum {
  kIdColumn,
  kPayloadColumn,
  kVectorsColumn,
  kOrderColumn,
  kCursorColumn,
  kNextIdColumn,
  kBinaryColumn
};
constexpr int kColumns = kBinaryColumn + 1;

/// A point of the page, which is kept until it is known if another point follows.
struct Pending {
  Datum values[kColumns];
  bool is_null[kColumns];
  bool is_there;
};

/// Keeps the point of a row, with a cursor behind it and without the id that follows.
void read_row(const ScrollRequest& request, TupleTableSlot* row, Pending* point) {
  const Collection& collection = *request.collection;
  const int id_column = request.has_order() ? 2 : 1;
  ScrollCursor cursor{.fingerprint = request.cursor.fingerprint,
                      .value = Datum{0},
                      .id = id_of_row(collection, row, id_column)};
  point->values[kIdColumn] = id_as_text(collection.id_type, cursor.id);
  point->is_null[kIdColumn] = false;
  point_output(request.selector, row, request.has_order() ? kOrderColumns + 1 : 2,
               point->values + kPayloadColumn, point->is_null + kPayloadColumn);
  if (!point->is_null[kPayloadColumn]) {
    // The payload may lie in the row, which does not live until the point is returned.
    point->values[kPayloadColumn] =
        PointerGetDatum(PG_DETOAST_DATUM_COPY(point->values[kPayloadColumn]));
  }
  const bool is_binary = request.selector.is_binary();
  point->values[kBinaryColumn] = point->values[kVectorsColumn];
  point->is_null[kBinaryColumn] = point->is_null[kVectorsColumn] || !is_binary;
  point->is_null[kVectorsColumn] = point->is_null[kVectorsColumn] || is_binary;
  point->is_null[kOrderColumn] = !request.has_order();
  if (request.has_order()) {
    cursor.value = *value_at(row, 1);
    point->values[kOrderColumn] = PointerGetDatum(PG_DETOAST_DATUM_COPY(*value_at(row, 3)));
  }
  point->values[kCursorColumn] = cursor_as_text(collection.id_type, cursor);
  point->is_null[kCursorColumn] = false;
  point->is_null[kNextIdColumn] = true;
  point->is_there = true;
}

void put(const ResultRows& rows, const Pending& point) {
  tuplestore_putvalues(rows.result->setResult, rows.result->setDesc,
                       const_cast<Datum*>(point.values), const_cast<bool*>(point.is_null));
}

void scroll(const ScrollRequest& request, const ResultRows& rows) {
  Pending point{};
  int32 count = 0;
  const auto add_point = [&](TupleTableSlot* row) {
    if (point.is_there) {
      if (!request.has_order()) {
        const MemoryContext before = MemoryContextSwitchTo(rows.of_row);
        point.values[kNextIdColumn] =
            id_as_text(request.collection->id_type, id_of_row(*request.collection, row, 1));
        point.is_null[kNextIdColumn] = false;
        MemoryContextSwitchTo(before);
      }
      put(rows, point);
      MemoryContextReset(rows.of_row);
      point.is_there = false;
    }
    if (count++ == request.limit) {
      return;
    }
    const MemoryContext before = MemoryContextSwitchTo(rows.of_row);
    read_row(request, row, &point);
    MemoryContextSwitchTo(before);
  };
  each_row(scroll_plan(request), parameters_of(request), add_point);
  if (point.is_there) {
    point.is_null[kCursorColumn] = true;  // nothing follows
    put(rows, point);
  }
  if (count == 0 && request.has_order() && request.is_whole()) {
    tell_no_places(request.order);
  }
}

/// Makes the page begin where the arguments `cursor` and `from_id` say.
void set_start(FunctionCallInfo fcinfo, ScrollRequest* request) {
  const Oid id_type = request->collection->id_type;
  request->cursor.fingerprint = fingerprint_of(*request);
  const bool has_cursor = !PG_ARGISNULL(1);
  const bool has_id = !PG_ARGISNULL(7);
  if (has_id && (has_cursor || request->has_order())) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("%s and from_id exclude each other", has_cursor ? "cursor" : "order_by")));
  }
  if (has_cursor) {
    request->start = PageStart::kBehindCursor;
    request->cursor =
        cursor_from_text(id_type, text_argument(fcinfo, 1), request->cursor.fingerprint);
  } else if (has_id) {
    request->start = PageStart::kAtId;
    request->cursor.id =
        id_from_text(id_type, text_argument(fcinfo, 7), JsonPlace::argument("from_id"));
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_scroll)
{
  const ResultRows rows = new_result_rows(fcinfo);
  ScrollRequest request{};
  request.limit = count_argument(fcinfo, 2, "limit_", 1, 10);
  request.collection = begin_call_on_collection(fcinfo, 0);
  check_query_limit(*request.collection, request.limit);
  request.target = filter_target(*request.collection, jsonb_argument(fcinfo, 3));
  request.selector = read_selector(*request.collection, jsonb_argument(fcinfo, 5),
                                   jsonb_argument(fcinfo, 6), VectorOutput::kJsonOrBinary);
  if (!PG_ARGISNULL(4)) {
    request.order = parse_point_order(*request_of(PG_GETARG_DATUM(4), "order_by"));
    check_key(*request.collection, request.order.key);
  }
  with_statements([&] {
    if (request.has_order()) {
      resolve_order(*request.collection, &request.order);
    }
    set_start(fcinfo, &request);
    scroll(request, rows);
  });
  PG_RETURN_NULL();
}

}  // namespace vecext::pg
