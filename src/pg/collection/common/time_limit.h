// How long the statements of a call may take: `timeout` of a request, `max_timeout` of strict mode.
#pragma once

#include <span>

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "datatype/timestamp.h"
}

namespace vecext::pg {

/// Begins a call of a function over the collection. All its statements together may take the time
/// that strict mode allows.
void begin_call(const Collection& collection);

/// Says that the statements of the call read another collection besides.
void add_to_call(const Collection& collection);

/// Returns the tables of the collections that the call is about. One is InvalidOid if the call has
/// begun with the rows of any table.
std::span<const Oid> collections_of_call();

/// Makes the statements of the call end within `seconds` from now, unless they must end sooner
/// already.
void limit_call(int seconds);

/// What with_time_limit() restores.
struct TimeLimitScope {
  TimestampTz call;    // when statements of the call must end; 0 if there is no limit
  TimestampTz server;  // when the statement timeout of the session ends; 0 if it is off
  bool is_sooner;      // `call` comes before `server`
};

TimeLimitScope begin_time_limit();
void end_time_limit(const TimeLimitScope& scope);

/// Calls body(). Raises an ERROR 57014 at the time limit of the call, by the statement timeout of
/// the session, which ends waits for locks as well. Calls of functions over collections within
/// body() have limits of their own, which do not extend this one.
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
