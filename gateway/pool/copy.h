// A transaction that copies rows into a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "pool/statement.h"

namespace vecext::gateway {

/// The rows, in the text format of COPY.
class CopySource {
 public:
  virtual ~CopySource() = default;
  /// Returns the next part, which is empty at the end. It is valid until the next call.
  virtual Task<std::string_view> next() = 0;
  /// Makes a call of `next` that is under way return or throw soon.
  virtual void give_up() = 0;
};

/// What is executed before and behind the rows. The texts are SQL that the server has made.
struct CopyPlan {
  std::vector<Call> first;
  std::string before;  // a statement
  std::string copy;    // COPY … FROM STDIN
  std::vector<Call> after;
};

}  // namespace vecext::gateway
