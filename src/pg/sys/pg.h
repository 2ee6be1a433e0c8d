// The only file that includes postgres.h; every file of src/pg includes it first. Server headers
// are C and have `register` and GNU attributes, so the build passes their folder with -isystem,
// which lets our own warnings be strict.
#pragma once

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

#include "pg/sys/version.h"
#include "pg/sys/version_plan.h"

/// Begins the definition of the C function of an SQL function. Declares it for the loader, and
/// exports it whatever the default visibility is.
#define VECEXT_FUNCTION(name)               \
  extern "C" {                              \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
  PG_FUNCTION_INFO_V1(name);                \
  }                                         \
  Datum name([[maybe_unused]] PG_FUNCTION_ARGS)
