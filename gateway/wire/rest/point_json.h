// Points in answers, and members that several requests have.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "service/points.h"

namespace vecext::gateway::rest {

/// Appends an id: a number of JSON, or the string of a UUID.
void append_id(std::string& out, std::string_view id);

/// Appends what is in the list without a score: id, payload, vector.
void append_record(std::string& out, const Point& point);
/// Appends a list of the points from `begin` to `end`.
void append_records(std::string& out, const PointList& points, int begin, int end);
/// Appends a point of a search: also its version, which is always 0, and its score.
void append_scored(std::string& out, const Point& point);

/// Returns what a body of scroll asks for. It points into the body.
PageRequest page_request_of(const JsonObject& body);
/// Writes the members of an answer of scroll.
void write_page(JsonWriter& object, const Page& page);

/// Returns the selector of a body: its `points`, or else its `filter`. Throws a Failure if it has
/// neither.
Selector selector_of(const JsonObject& body);

/// Returns `with_vector`, which some clients write `with_vectors`; "false" by default.
RawJson with_vectors_of(const JsonObject& body);

}  // namespace vecext::gateway::rest
