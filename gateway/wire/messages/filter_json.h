// Filters: from messages to JSON.
#pragma once

#include <string>

#include "wire/grpc/proto/filters.pb.h"

namespace vecext::gateway::grpc {

/// Append an object of JSON. Throw a Failure if a condition is empty.
void append_filter(std::string& out, const qdrant::Filter& filter);
void append_condition(std::string& out, const qdrant::Condition& condition);

void append_geo(std::string& out, const qdrant::GeoPoint& point);
/// Appends a time as a string, in RFC 3339.
void append_time(std::string& out, const google::protobuf::Timestamp& time);

}  // namespace vecext::gateway::grpc
