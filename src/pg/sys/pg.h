// This is the only file that includes postgres.h. Every file of src/pg includes it first. The
// headers of the server are in C and use `register` and GNU attributes. The build passes their
// folder with -isystem, so that warnings can be strict for our own files.
#pragma once

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

#include "pg/sys/version.h"
#include "pg/sys/version_plan.h"

/// Begins the definition of the C function behind an SQL function. It also declares the function
/// for the server's loader, and exports it whatever the default visibility is.
#define VECEXT_FUNCTION(name)               \
  extern "C" {                              \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
  PG_FUNCTION_INFO_V1(name);                \
  }                                         \
  Datum name([[maybe_unused]] PG_FUNCTION_ARGS)
