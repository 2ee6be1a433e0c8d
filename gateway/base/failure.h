// What a request fails with.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace vecext::gateway {

/// Classes of failures, as Qdrant has them. A wire has a status for each.
enum class FailureKind {
  kBadInput,         // the request cannot be carried out as it is
  kBadJson,          // the body is not JSON, or a member has another type
  kValidation,       // a value is out of its range
  kNotFound,         // a collection, point or alias does not exist
  kAlreadyExists,    // a collection of that name exists
  kUnauthenticated,  // there is no key, or an unknown one
  kForbidden,        // the key or the role does not give the right
  kNotOffered,       // a server that stands alone does not offer it
  kTimeout,          // the request took longer than it may
  kOutOfSpace,       // the server has no space left
  kOverQuota,        // the namespace of the request has reached a quota
  kTooOften,         // it has as many requests as it may at a time: the client may try again
  kUnavailable,      // the server is away or too busy: the client may try again
  kInternal,         // a fault of the server or of the gateway
};

/// Returns the words that Qdrant's messages of this class begin with.
constexpr std::string_view prefix_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::kBadInput:
    case FailureKind::kAlreadyExists:
      return "Wrong input: ";
    case FailureKind::kNotFound:
      return "Not found: ";
    case FailureKind::kForbidden:
      return "Forbidden: ";
    case FailureKind::kTimeout:
      return "Timeout: ";
    case FailureKind::kOutOfSpace:
    case FailureKind::kUnavailable:
    case FailureKind::kInternal:
      return "Service internal error: ";
    default:
      return "";
  }
}

/// True if the same request may succeed a second later, which is what Retry-After says.
constexpr bool may_succeed_later(FailureKind kind) {
  return kind == FailureKind::kTooOften || kind == FailureKind::kUnavailable;
}

/// Thrown through coroutines of the gateway; a wire answers with it. The message is for the user.
class Failure : public std::exception {
 public:
  Failure(FailureKind kind, std::string message, std::string sql_state = "")
      : kind_(kind), message_(std::move(message)), sql_state_(std::move(sql_state)) {}

  FailureKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  /// Returns the SQLSTATE if the server raised an error, and an empty text otherwise.
  const std::string& sql_state() const { return sql_state_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  FailureKind kind_;
  std::string message_;
  std::string sql_state_;
};

}  // namespace vecext::gateway
