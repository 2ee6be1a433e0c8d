#include "pg/am/ivf/ivf.h"

#include "core/ivf/lists/lists_verify.h"
#include "pg/am/ivf/model_cache.h"

namespace vecext::pg {

namespace {

ivf::ListSummary summarize_lists(Relation index, const VerifyVisitor& visitor,
                                 VerifyFinding* finding) {
  ivf::ListSummary summary;
  walk_pages(index, [&](BufferStore& store, Arena arena) {
    ivf::Model model;
    check_model(index, load_model(store, arena, 0, &model), model);
    visitor.begin(visitor.rows.context, {model.transform(), model.rerank()});
    *finding = {};
    return verify(store, model, visitor.rows, arena, &summary, finding);
  });
  return summary;
}

}  // namespace

void verify_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding) {
  summarize_lists(index, visitor, finding);
}

IndexDescription describe_lists(Relation index) {
  VerifyFinding finding;
  const ivf::ListSummary summary = summarize_lists(index, kNoVisitor, &finding);
  check_finding(index, finding);
  const Meta meta = cached_index(index)->model.meta;
  IndexDescription description;
  description.metric = metric_name(static_cast<Metric>(meta.metric));
  description.dims = meta.dims;
  description.bits = meta.bits;
  description.coded = meta.coded;
  description.rerank = rerank_name(static_cast<Rerank>(meta.rerank));
  description.lists = summary.lists;
  description.rows = summary.rows;
  description.largest = summary.largest;
  description.overfull = summary.full_lists;
  description.list_pages = summary.pages;
  description.dead = summary.dead;
  return description;
}

}  // namespace vecext::pg
