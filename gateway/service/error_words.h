// What an error of the server means to a client of Qdrant.
#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

/// Returns the class of failures that the error belongs to.
FailureKind kind_of(const SqlError& error);

/// Returns the message of a failure of that kind, for a request about `collection` whose body has
/// that name. It is Qdrant's sentence, which clients look for, if Qdrant has one for this error,
/// and vecext's message otherwise.
std::string words_of(const SqlError& error, FailureKind kind, std::string_view collection,
                     std::string_view body_name);

}  // namespace vecext::gateway
