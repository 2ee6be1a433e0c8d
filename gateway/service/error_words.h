// What an error of the server means to a client of Qdrant.
#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

FailureKind kind_of(const SqlError& error);

/// Returns the message of the failure of that kind of a request about `collection`. It is Qdrant's
/// sentence, which clients look for, if the error names its subject, and vecext's message
/// otherwise.
std::string words_of(const SqlError& error, FailureKind kind, std::string_view collection);

}  // namespace vecext::gateway
