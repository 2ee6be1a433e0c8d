// Estimates which share of rows a condition leaves if nothing is known of the rows.
#pragma once

#include "core/condition/condition.h"

namespace vecext {

/// Returns an estimate between 0 and 1. It depends only on the kinds of the conditions, as the
/// server's planner estimates without statistics.
double share_of(const Condition& condition);

/// Returns how many conditions in the tree are not made of others.
int leaves_of(const Condition& condition);

}  // namespace vecext
