// What the headers of unit tests use of doctest, for fuzzers that make their indexes with them: a
// check that fails ends the program.
#pragma once

#include "fuzz.h"

#define REQUIRE(...) ::vecext::fuzz::require(static_cast<bool>(__VA_ARGS__))
#define CHECK(...) ::vecext::fuzz::require(static_cast<bool>(__VA_ARGS__))
#define FAIL(what) ::vecext::fuzz::require(false)
#define FAIL_CHECK(what) ::vecext::fuzz::require(false)
#define CAPTURE(...) static_cast<void>(0)
