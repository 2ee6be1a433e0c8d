// What a filtered scan searches its index for, and which rows match.
#pragma once

#include "pg/plan/scan/filtered_state.h"

namespace vecext::pg {

/// Makes the node the filter of its index's scan.
void install_filter(FilteredScan* state);

/// Makes the set, unless it would have more than `most` rows. In both cases state->shape has the
/// size of the set afterwards. If there are too many keys to list their rows, the set is not made,
/// and state->shape says that no set can be made.
void make_set(FilteredScan* state, double most);

/// Corrects the estimates by the size of the set, which must have been made.
void count_set(FilteredScan* state);

/// True if the settings of the index allow the scan to compare all rows of the set, or of the
/// table.
bool may_compare_all(const FilteredScan* state);

/// Sets the estimates of the scan, corrected by the number of keys that the joins really have.
void set_shape(FilteredScan* state);

/// True if the row matches. The row was compared before this check.
bool check_compared(FilteredScan* state, TupleTableSlot* slot);

/// Forgets the set. The bitmap that it was made from can be read again only after a rescan.
void forget_set(FilteredScan* state);

}  // namespace vecext::pg
