// How long the statements of a call may take: `timeout` of a request, `max_timeout` of strict mode.
#pragma once

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "datatype/timestamp.h"
}

namespace vecext::pg {

/// Begins a call of a function over the collection. Its statements may take what strict mode allows
/// in all.
void begin_call(const Collection& collection);

/// Lets the statements of the call end within `seconds` from now, if that is sooner.
void limit_call(int seconds);

/// What with_time_limit() restores.
struct TimeLimitScope {
  TimestampTz call;    // when statements of the call must end; 0: there is no limit
  TimestampTz server;  // when the statement timeout of the session ends; 0: it is off
  bool is_sooner;      // than the session's
};

TimeLimitScope begin_time_limit();
void end_time_limit(const TimeLimitScope& scope);

/// Calls body() and raises an ERROR 57014 at the time limit of the call, by the statement timeout
/// of the session: it ends waits for locks as well. Calls within body() have limits of their own,
/// none beyond this one.
template <class Body>
auto with_time_limit(Body body) -> decltype(body()) {
  const TimeLimitScope scope = begin_time_limit();
  if (!scope.is_sooner) {
    const auto result = body();
    end_time_limit(scope);
    return result;
  }
  decltype(body()) result{};
  PG_TRY();
  {
    result = body();
    // Report a timeout that has fired now: after end_time_limit() it would look like a cancel by
    // the user.
    CHECK_FOR_INTERRUPTS();
  }
  PG_FINALLY();
  { end_time_limit(scope); }
  PG_END_TRY();
  return result;
}

}  // namespace vecext::pg
