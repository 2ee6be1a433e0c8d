// Estimates the share of rows that satisfy a condition, for tables of which nothing is known.
#pragma once

#include "core/condition/condition.h"

namespace vecext {

/// Returns the estimated share of rows that satisfy the condition, from 0 to 1. It depends only on
/// the kinds of conditions in the tree, as the planner's estimates do without statistics.
double share_of(const Condition& condition);

/// Returns how many conditions in the tree have no other conditions as their parts.
int leaves_of(const Condition& condition);

}  // namespace vecext
