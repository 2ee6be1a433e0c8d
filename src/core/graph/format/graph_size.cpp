#include "core/graph/format/graph_size.h"

#include <algorithm>
#include <cmath>

#include "core/page/node_codes_page.h"

namespace vecext {

namespace {

/// Pages of `count` things, `of_page` of which fit one.
double pages_of(double count, std::int32_t of_page) {
  return std::ceil(count / of_page);
}

/// Pages of the nodes of a flat graph.
double record_pages(const GraphModel& model, double rows) {
  const std::size_t bytes = model.node.bytes(model.node.element_bytes);
  return bytes > kFirstPart
             ? 2 * rows
             : pages_of(rows, static_cast<std::int32_t>(kPayloadSize / (bytes + kOffsetBytes)));
}

}  // namespace

double graph_pages(const GraphMeta& meta, double rows) {
  GraphModel model{};
  model.meta = meta;
  model.meta.parts[kMain].entries =
      static_cast<std::uint32_t>(std::min(rows, static_cast<double>(kMaxEntries)));
  derive(&model);
  const double nodes =
      model.is_flat() ? record_pages(model, rows) : pages_of(rows, model.layout.slots);
  const double blocks = pages_of(std::ceil(rows / kBlockLanes),
                                 NodeBlock<const std::byte>::of_page(model.code_bytes()));
  const double records = model.is_flat() ? 0 : pages_of(rows, model.records_layout().of_page());
  const auto stream = static_cast<double>(stream_pages(graph_stream_bytes(model, kMain)));
  return 1 + nodes + blocks + records + stream;
}

}  // namespace vecext
