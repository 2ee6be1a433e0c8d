// The columns of table vecext.namespaces, as sql/src/vecext/namespaces.sql has them.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Attribute numbers, from 1.
enum NamespaceColumn : AttrNumber {
  kId = 1,
  kNumber,
  kName,
  kTier,
  kStatus,
  kMaxVectors,
  kMaxStorage,
  kMaxRate,
  kMaxConcurrent,
  kMaxDimension,
  kMaxResults,
  kMaxBatch
};

}  // namespace vecext::pg
