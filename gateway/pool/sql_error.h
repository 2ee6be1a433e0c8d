// An error that the server raised.
#pragma once

#include <libpq-fe.h>

#include <exception>
#include <string>
#include <string_view>

#include "pool/refusal.h"

namespace vecext::gateway {

/// The rule that a request breaks, as vecext's errors name it: its name, what was given and what is
/// allowed, as in "max_query_limit 30 > 15". Parts that the text lacks are empty.
struct BrokenRule {
  std::string_view name;
  std::string_view given;
  std::string_view allowed;
};

BrokenRule read_rule(std::string_view text);

/// What an error is about. The texts are empty if vecext has not raised it.
struct ErrorSubject {
  std::string rule;
  std::string collection;
  std::string part;  // the vector, or the key of payloads
};

/// The fields of an error of the server, thrown by a connection.
class SqlError : public std::exception {
 public:
  static constexpr int kNoCall = -1;

  /// `call` is the place in the pipeline of the call that raised the error, or kNoCall.
  SqlError(const PGresult* result, int call);
  SqlError(std::string state, std::string message, ErrorSubject subject)
      : state_(std::move(state)), message_(std::move(message)), subject_(std::move(subject)) {}

  int call() const { return call_; }

  std::string_view state() const { return state_; }
  const std::string& message() const { return message_; }
  const std::string& detail() const { return detail_; }
  const ErrorSubject& subject() const { return subject_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// True if the same statement may succeed, or fail with a better reason, when it is executed once
  /// more: the server gave up a transaction in favor of another one, another one may have changed
  /// what the statement is about, or a prepared statement is no longer there or valid.
  /// A statement that was long has not failed by a race.
  bool is_to_be_tried_again(bool was_long) const;
  bool is_of_prepared_statement() const;
  /// True if functions of users raise such an error for reasons of their own, too.
  bool may_be_of_users() const {
    return subject_.rule.empty() && (state_ == "P0002" || state_ == "42P07");
  }
  /// True if another transaction has made an object of the same name at the same time.
  bool is_duplicate_of_catalog() const { return is_of_catalog_ && state_ == "23505"; }

 private:
  bool may_be_of_a_race() const;

  std::string state_;
  std::string message_;
  std::string detail_;
  std::string function_;  // of the server's sources
  ErrorSubject subject_;
  int call_ = kNoCall;
  bool is_of_catalog_ = false;  // of a system catalog
};

/// Thrown if the connection to the server is lost or cannot be made.
class ConnectionLost : public std::exception {
 public:
  /// `state` is the SQLSTATE of a refusal, or empty.
  explicit ConnectionLost(std::string message, std::string_view state = {})
      : state_(state), message_(std::move(message)) {
    message_.resize(message_.find_last_not_of('\n') + 1);  // libpq ends lines
  }
  /// Returns libpq's message, which has names of hosts and files, and so is not for clients.
  const char* what() const noexcept override { return message_.c_str(); }
  /// Returns why a connection cannot be made, for clients.
  std::string_view words() const { return words_of_refusal(state_); }
  /// True if the server has as many connections as it takes.
  bool is_for_lack_of_connections() const { return state_ == "53300"; }

 private:
  std::string state_;
  std::string message_;
};

}  // namespace vecext::gateway
