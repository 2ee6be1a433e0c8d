// Settings for writing values as text, in JSON and in expressions. With them a text keeps its
// meaning, whatever the session has set.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/builtins.h"
}

namespace vecext::pg {

/// Begins a level of settings, and returns its number. In it, floating-point numbers are written
/// with all their digits, and dates, times, intervals and bytes in a form that has the same meaning
/// under all settings. end_exact_settings() ends the level.
int begin_exact_settings();
void end_exact_settings(int level);

/// Calls body() at such a level of settings, and returns what body() returns.
template <class Body>
auto with_exact_settings(const Body& body) {
  const int level = begin_exact_settings();
  const auto result = body();
  end_exact_settings(level);
  return result;
}

/// Returns the text that write() returns, written with these settings. write() is pg_get_expr() or
/// a similar function, whose text becomes a part of a statement.
template <class Write>
const char* exact_expression(Write write) {
  return static_cast<const char*>(
      with_exact_settings([&] { return TextDatumGetCString(write()); }));
}

}  // namespace vecext::pg
