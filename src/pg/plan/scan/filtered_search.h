// What a filtered scan searches its index for, and which rows match.
#pragma once

#include "pg/plan/scan/filtered_state.h"

namespace vecext::pg {

/// Makes the scan the filter of its index's scan.
void install_filter(FilteredScan* state);

/// Makes the set, unless it would have more than `most` rows. Either way its size is known then; if
/// there are too many keys to list, no set can be made.
void make_set(FilteredScan* state, double most);

/// Takes the size of the set, which is made, into the estimates.
void count_set(FilteredScan* state);

/// True if the settings of the index let all rows of the set, or of the table, be compared.
bool may_compare_all(const FilteredScan* state);

/// Sets the estimates of the scan, corrected by the number of keys that the joins have.
void set_shape(FilteredScan* state);

/// True if a row that was compared before its check matches.
bool check_compared(FilteredScan* state, TupleTableSlot* slot);

/// Forgets the set. The bitmap that it was made of can be read again after a rescan only.
void forget_set(FilteredScan* state);

}  // namespace vecext::pg
