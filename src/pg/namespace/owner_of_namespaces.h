// Runs statements as the owner of the tables of namespaces.
#pragma once

#include "pg/registry/registry_tables.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/table.h"
#include "executor/spi.h"
}

namespace vecext::pg {

/// Calls body() as the owner of the tables of namespaces, connected to SPI.
template <class Body>
void as_owner_of_namespaces(Body body) {
  const Relation registry = table_open(registry_or_error(), AccessShareLock);
  SPI_connect();
  as_owner(registry, body);
  SPI_finish();
  table_close(registry, NoLock);
}

}  // namespace vecext::pg
