#include "wire/messages/filter_json.h"

#include <google/protobuf/util/time_util.h>

#include "base/failure.h"
#include "base/json.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

namespace {

[[noreturn]] void refuse(const char* reason) {
  throw Failure(FailureKind::kBadJson, reason);
}

template <class Strings>
void write_strings(JsonWriter& out, std::string_view name, const Strings& strings) {
  out.list(name, [&](JsonList& list) {
    for (const std::string& text : strings) {
      append_string(list.element(), text);
    }
  });
}

template <class Integers>
void write_integers(JsonWriter& out, std::string_view name, const Integers& integers) {
  out.list(name, [&](JsonList& list) {
    for (const std::int64_t integer : integers) {
      list.element() += std::to_string(integer);
    }
  });
}

void write_match(JsonWriter& out, const qdrant::Match& match) {
  switch (match.match_value_case()) {
    case qdrant::Match::kKeyword:
      return out.string("value", match.keyword());
    case qdrant::Match::kInteger:
      return out.integer("value", match.integer());
    case qdrant::Match::kBoolean:
      return out.boolean("value", match.boolean());
    case qdrant::Match::kText:
      return out.string("text", match.text());
    case qdrant::Match::kKeywords:
      return write_strings(out, "any", match.keywords().strings());
    case qdrant::Match::kIntegers:
      return write_integers(out, "any", match.integers().integers());
    case qdrant::Match::kExceptIntegers:
      return write_integers(out, "except", match.except_integers().integers());
    case qdrant::Match::kExceptKeywords:
      return write_strings(out, "except", match.except_keywords().strings());
    case qdrant::Match::kPhrase:
      return out.string("phrase", match.phrase());
    case qdrant::Match::kTextAny:
      return out.string("text_any", match.text_any());
    case qdrant::Match::kPrefix:
      return out.string("prefix", match.prefix());
    case qdrant::Match::kSubstring:
      return out.string("substring", match.substring());
    default:
      refuse("Malformed Match condition");
  }
}

// Writes the bounds that a range of whatever kind has.
template <class Range, class Append>
void write_bounds(JsonWriter& out, const Range& range, Append append) {
  if (range.has_lt()) append(out.key("lt"), range.lt());
  if (range.has_gt()) append(out.key("gt"), range.gt());
  if (range.has_gte()) append(out.key("gte"), range.gte());
  if (range.has_lte()) append(out.key("lte"), range.lte());
}

void append_line(std::string& out, const qdrant::GeoLineString& line) {
  append_object(out, [&](JsonWriter& object) {
    object.list("points", [&](JsonList& list) {
      for (const qdrant::GeoPoint& point : line.points()) {
        append_geo(list.element(), point);
      }
    });
  });
}

void write_geo(JsonWriter& out, const qdrant::FieldCondition& field) {
  if (field.has_geo_bounding_box()) {
    out.object("geo_bounding_box", [&](JsonWriter& box) {
      append_geo(box.key("top_left"), field.geo_bounding_box().top_left());
      append_geo(box.key("bottom_right"), field.geo_bounding_box().bottom_right());
    });
  }
  if (field.has_geo_radius()) {
    out.object("geo_radius", [&](JsonWriter& circle) {
      append_geo(circle.key("center"), field.geo_radius().center());
      append_float(circle.key("radius"), field.geo_radius().radius());
    });
  }
  if (field.has_geo_polygon()) {
    out.object("geo_polygon", [&](JsonWriter& polygon) {
      append_line(polygon.key("exterior"), field.geo_polygon().exterior());
      polygon.list("interiors", [&](JsonList& list) {
        for (const qdrant::GeoLineString& line : field.geo_polygon().interiors()) {
          append_line(list.element(), line);
        }
      });
    });
  }
}

void write_field(JsonWriter& out, const qdrant::FieldCondition& field) {
  out.string("key", field.key());
  if (field.has_match()) {
    out.object("match", [&](JsonWriter& match) { write_match(match, field.match()); });
  }
  if (field.has_range()) {
    out.object("range",
               [&](JsonWriter& range) { write_bounds(range, field.range(), append_double); });
  }
  if (field.has_datetime_range()) {
    out.object("range", [&](JsonWriter& range) {
      write_bounds(range, field.datetime_range(), append_time);
    });
  }
  if (field.has_values_count()) {
    out.object("values_count", [&](JsonWriter& range) {
      write_bounds(range, field.values_count(),
                   [](std::string& to, std::uint64_t value) { to += std::to_string(value); });
    });
  }
  write_geo(out, field);
  if (field.has_is_empty()) {
    out.boolean("is_empty", field.is_empty());
  }
  if (field.has_is_null()) {
    out.boolean("is_null", field.is_null());
  }
}

template <class Conditions>
void write_conditions(JsonWriter& out, std::string_view name, const Conditions& conditions) {
  out.list(name, [&](JsonList& list) {
    for (const qdrant::Condition& condition : conditions) {
      append_condition(list.element(), condition);
    }
  });
}

void write_nested(JsonWriter& out, const qdrant::NestedCondition& nested) {
  out.object("nested", [&](JsonWriter& object) {
    object.string("key", nested.key());
    append_filter(object.key("filter"), nested.filter());
  });
}

}  // namespace

void append_geo(std::string& out, const qdrant::GeoPoint& point) {
  append_object(out, [&](JsonWriter& object) {
    append_double(object.key("lon"), point.lon());
    append_double(object.key("lat"), point.lat());
  });
}

void append_time(std::string& out, const google::protobuf::Timestamp& time) {
  using google::protobuf::util::TimeUtil;
  constexpr int kSecond = 1000000000;  // nanoseconds
  if (time.seconds() < TimeUtil::kTimestampMinSeconds ||
      time.seconds() > TimeUtil::kTimestampMaxSeconds || time.nanos() < 0 ||
      time.nanos() >= kSecond) {
    refuse("Unable to parse timestamp");
  }
  append_string(out, TimeUtil::ToString(time));
}

void append_condition(std::string& out, const qdrant::Condition& condition) {
  if (condition.has_filter()) {
    append_filter(out, condition.filter());
    return;
  }
  append_object(out, [&](JsonWriter& object) {
    switch (condition.condition_one_of_case()) {
      case qdrant::Condition::kField:
        return write_field(object, condition.field());
      case qdrant::Condition::kIsEmpty:
        return object.object("is_empty",
                             [&](JsonWriter& of) { of.string("key", condition.is_empty().key()); });
      case qdrant::Condition::kIsNull:
        return object.object("is_null",
                             [&](JsonWriter& of) { of.string("key", condition.is_null().key()); });
      case qdrant::Condition::kHasId:
        return object.list("has_id", [&](JsonList& list) {
          for (const qdrant::PointId& id : condition.has_id().has_id()) {
            append_id(list.element(), id);
          }
        });
      case qdrant::Condition::kNested:
        return write_nested(object, condition.nested());
      case qdrant::Condition::kHasVector:
        return object.string("has_vector", condition.has_vector().has_vector());
      case qdrant::Condition::kSlice:
        return object.object("slice", [&](JsonWriter& slice) {
          slice.integer("total", condition.slice().total());
          slice.integer("index", condition.slice().index());
        });
      default:
        refuse("Malformed Condition type");
    }
  });
}

void append_filter(std::string& out, const qdrant::Filter& filter) {
  append_object(out, [&](JsonWriter& object) {
    // An empty clause is none: nothing can tell them apart here.
    if (!filter.should().empty()) {
      write_conditions(object, "should", filter.should());
    }
    if (!filter.must().empty()) {
      write_conditions(object, "must", filter.must());
    }
    if (!filter.must_not().empty()) {
      write_conditions(object, "must_not", filter.must_not());
    }
    if (filter.has_min_should()) {
      object.object("min_should", [&](JsonWriter& clause) {
        write_conditions(clause, "conditions", filter.min_should().conditions());
        clause.integer("min_count", static_cast<std::int64_t>(filter.min_should().min_count()));
      });
    }
  });
}

}  // namespace vecext::gateway::grpc
