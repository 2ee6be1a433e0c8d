// Rules of values in Qdrant's JSON that its clients count on.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"

namespace vecext::gateway {

/// Throws a Failure kValidation if the number at `path` is below `least`, and a Failure kBadJson if
/// it is not an unsigned integer. There may be none.
void check_least(const JsonObject& object, std::string_view name, std::uint64_t least,
                 std::string_view path);

/// Check what a body of a collection says of shards, indexes and memory, when it is created, and
/// what stands in it for vectors, by name, when it is changed. Throw a Failure.
void check_collection(const JsonObject& body);
void check_memory(RawJson options, std::string_view path);

/// Checks that the sparse vectors among those of a point, by name, have a value for each index,
/// and that none of the vectors is null.
void check_sparse(RawJson vectors, std::string_view path);

/// True if the text is a number of JSON that has digits alone: "007" is not.
bool is_json_digits(RawJson text);
/// Checks the id of a point, and the ids of a list. Throw a Failure kBadJson if an id is neither
/// an unsigned integer nor a string.
void check_id(RawJson id);
void check_ids(RawJson list);
/// True if it is an id of Qdrant: a number below 2^64, or the string of a UUID.
bool is_qdrant_id(RawJson id);
/// Checks that the points of a list have ids as above, and vectors that are not null. Throws a
/// Failure kBadJson.
void check_points(RawJson points);

/// Checks that each number in the text of a payload is one of a double, as Qdrant does, and not so
/// small that a double takes it for 0. jsonb would keep 1e131071 with all of its digits, and write
/// them all out. Throws a Failure kBadJson.
void check_numbers(RawJson payload);

/// Checks that the members of a query belong together, and its parameters. Throws a Failure.
void check_query(const JsonObject& body);

}  // namespace vecext::gateway
