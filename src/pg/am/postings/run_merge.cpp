#include "pg/am/postings/run_merge.h"

#include "pg/sys/memory.h"

#include <new>

namespace vecext::pg {

namespace {

bool has_greater_row(const MergedRun* a, const MergedRun* b) {
  return a->reader.row().packed() > b->reader.row().packed();
}

bool has_greater_term(const MergedRun* a, const MergedRun* b) {
  return compare(a->reader.term(), b->reader.term()) > 0;
}

bool has_greater_number(const MergedRun* a, const MergedRun* b) {
  return a->number() > b->number();
}

}  // namespace

void MergedRun::set_number(DocumentId number) {
  if (documents_ == 0 || number != next_number_) {
    steps_.push({documents_, number}, CurrentMemoryContext);
  }
  ++documents_;
  next_number_ = number + 1;
}

bool MergedRun::begin_postings() {
  step_ = 0;
  return next_posting();
}

bool MergedRun::next_posting() {
  if (!reader.next_posting()) {
    return false;
  }
  const DocumentId document = reader.document();
  const NumberStep* end = steps_.at + steps_.count;
  const NumberStep* step = steps_.at + step_;
  if (step + 1 < end && step[1].first <= document) {
    step = std::upper_bound(step + 1, end, document,
                            [](DocumentId a, const NumberStep& b) { return a < b.first; }) -
           1;
    step_ = step - steps_.at;
  }
  number_ = step->number + (document - step->first);
  return true;
}

RunHeap::RunHeap(IsGreater is_greater, int64 n)
    : is_greater_(is_greater), runs_(huge_array<MergedRun*>(n)), end_(runs_) {}

void RunHeap::add(MergedRun* run) {
  *end_++ = run;
  std::push_heap(runs_, end_, is_greater_);
}

void RunHeap::remove_least() {
  std::pop_heap(runs_, end_, is_greater_);
  --end_;
}

void RunHeap::sink_least() {
  const int64 n = end_ - runs_;
  // The rows and the postings of a run mostly follow each other, so the run often stays the least.
  if ((n > 1 && is_greater_(runs_[0], runs_[1])) || (n > 2 && is_greater_(runs_[0], runs_[2]))) {
    std::pop_heap(runs_, end_, is_greater_);
    std::push_heap(runs_, end_, is_greater_);
  }
}

RunMerge::RunMerge(const RunPlace* places, int64 count)
    : count_(count),
      runs_(huge_array<MergedRun>(count)),
      rows_(has_greater_row, count),
      terms_(has_greater_term, count),
      postings_(has_greater_number, count),
      lists_(huge_array<MergedRun*>(count)) {
  for (int64 i = 0; i < count; ++i) {
    new (runs_ + i) MergedRun(places[i]);
  }
}

/// Pops the runs that have the least term.
void RunMerge::pop_lists() {
  list_count_ = 0;
  do {
    lists_[list_count_++] = terms_.least();
    terms_.remove_least();
  } while (!terms_.is_empty() && !has_greater_term(terms_.least(), lists_[0]));
}

/// Goes to the next terms of the runs that had the least term.
void RunMerge::next_terms() {
  for (int64 i = 0; i < list_count_; ++i) {
    if (lists_[i]->reader.next_term()) {
      terms_.add(lists_[i]);
    }
  }
}

}  // namespace vecext::pg
