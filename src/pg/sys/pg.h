// The one door to Postgres: every file of src/pg includes this first, and nothing else includes
// postgres.h. Server headers are C and hold `register` and GNU attributes; the build passes their
// folder with -isystem, so that our own warnings can be strict.
#pragma once

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

#include "pg/sys/version.h"

/// Opens the definition of the C function behind an SQL function: declares it for the loader and
/// exports it, whatever the server's default visibility.
#define VECEXT_FUNCTION(name)               \
  extern "C" {                              \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
  PG_FUNCTION_INFO_V1(name);                \
  }                                         \
  Datum name([[maybe_unused]] PG_FUNCTION_ARGS)
