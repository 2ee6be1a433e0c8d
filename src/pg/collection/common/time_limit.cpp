#include "pg/collection/common/time_limit.h"

#include "pg/namespace/admission.h"
#include "pg/sys/growing_array.h"

extern "C" {
#include "utils/memutils.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

/// When the statements of the call must end; 0 if there is no limit.
TimestampTz end_of_call = 0;

GrowingArray<Oid> read_by_call;

}  // namespace

std::span<const Oid> collections_of_call() {
  return read_by_call.span();
}

void begin_call(const Collection& collection) {
  announce_no_call();
  read_by_call.count = 0;
  add_to_call(collection);
  end_of_call = 0;
  if (collection.strict.max_timeout > 0) {
    limit_call(static_cast<int>(Min(collection.strict.max_timeout, PG_INT32_MAX)));
  }
}

void add_to_call(const Collection& collection) {
  read_by_call.push(collection.relid, TopMemoryContext);
}

void limit_call(int seconds) {
  const TimestampTz end = GetCurrentTimestamp() + seconds * USECS_PER_SEC;
  end_of_call = end_of_call == 0 ? end : Min(end_of_call, end);
}

TimeLimitScope begin_time_limit() {
  const bool has_timeout = end_of_call != 0 && get_timeout_active(STATEMENT_TIMEOUT);
  const TimeLimitScope scope = {
      .call = end_of_call,
      .server = has_timeout ? get_timeout_finish_time(STATEMENT_TIMEOUT) : 0,
      .is_sooner = end_of_call != 0 &&
                   (!has_timeout || end_of_call < get_timeout_finish_time(STATEMENT_TIMEOUT))};
  if (scope.is_sooner) {
    enable_timeout_at(STATEMENT_TIMEOUT, scope.call);
  }
  return scope;
}

void end_time_limit(const TimeLimitScope& scope) {
  end_of_call = scope.call;
  if (!scope.is_sooner) {
    return;
  }
  if (scope.server != 0) {
    enable_timeout_at(STATEMENT_TIMEOUT, scope.server);
  } else {
    disable_timeout(STATEMENT_TIMEOUT, false);
  }
}

}  // namespace vecext::pg
