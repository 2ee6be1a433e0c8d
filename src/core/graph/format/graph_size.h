// How large an index of a graph becomes, before it is built.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// The pages of a new index of `rows` rows, by the plan of plan_graph(): all but those of key
/// columns, and of the directory of its lists, which the rows decide (README.md). Elements have
/// one size.
double graph_pages(const GraphMeta& meta, double rows);

}  // namespace vecext
