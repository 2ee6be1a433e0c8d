// Which share of rows a condition leaves, where nothing is known of the rows.
#pragma once

#include "core/condition/condition.h"

namespace vecext {

/// An estimate between 0 and 1 by the kinds of the conditions alone, as the server's planner makes
/// one without statistics.
double share_of(const Condition& condition);

/// How many conditions the tree has that are not made of others.
int leaves_of(const Condition& condition);

}  // namespace vecext
