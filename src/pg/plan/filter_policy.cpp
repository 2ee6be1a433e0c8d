#include "pg/plan/filter_policy.h"

#include <cmath>
#include <limits>

namespace vecext::pg {

int filter_strategy = kFilterAuto;

namespace {

// Microseconds, measured with everything in memory (README.md). What counts is how they compare.
constexpr double kBitmap = 10;      // to begin with one
constexpr double kTableRow = 0.12;  // a row that a sequential scan goes by, its conditions included
constexpr double kTablePage = 0.3;
constexpr double kMatchingRow = 0.2;       // more, for one that matches
constexpr double kToastPage = 1;           // of its vector
constexpr double kSortedRow = 0.05;        // to put it in order
constexpr double kComparedRow = 0.2;       // a row of a set that is compared
constexpr double kToastedValue = 2.6;      // the way to its vector out of line
constexpr double kComparedPage = 0.3;      // a page with rows of a set that are compared
constexpr double kRecheckedRow = 1.5;      // a row found, and looked up to see whether it matches
constexpr double kRecheckedOfLists = 2.5;  // the same, and to find which of those found is nearer
constexpr double kNode = 0.55;             // a node of kFewLinks visited
constexpr double kList = 2;                // a list looked at, and its rows
constexpr double kCodeScan = 40;           // to begin with looking at the codes of a set's rows
constexpr double kScannedRow = 0.0025;     // a row of the set
constexpr double kScannedBlock = 0.08;     // a block of rows, or two rows by themselves
constexpr double kRowsOfBlock = 32;
constexpr double kRowInQuestion = 0.15;  // a row that its code leaves in question
constexpr double kRowsInQuestion = 50;   // times the root of the root of the set's rows

/// Where nodes have twice the links, a search for rows that the table rechecks takes 1.7 times as
/// long: it has half as many nodes in view, but visits hardly fewer.
constexpr double kFewLinks = 32;
constexpr double kNodeByLinks = 0.75;

/// A search takes more than the rows that it is for: what it looks at before the nearest. One of a
/// graph whose rows the table rechecks has more of them in view (pg/am/hnsw_scan.cpp).
constexpr double kNodesOnTheWay = 200;
constexpr double kNodesPerRow = 9;
constexpr double kListsOnTheWay = 80;
constexpr double kListsPerRootOfRows = 5;

/// What is visited for rows of a set grows as its share of all rows falls (core/graph/README.md), a
/// little more for sets that lie apart from the query. Of lists there are more
/// (core/ivf/README.md), each with less to do.
constexpr double kNodeOfSet = 1.5;  // more waits, and every neighbor is asked for
constexpr double kNodesOfSet = 150;
constexpr double kNodesPerRowOfSet = 2;
constexpr double kNodesByShare = -0.6;
constexpr double kListsOfSet = 340;
constexpr double kListsPerRowOfSet = 2;

/// More rows are searched for than are needed if matches are as frequent everywhere: they are not.
constexpr double kSpare = 1.3;

/// After a search that was not enough, how many match is known from few rows: another one may not
/// be enough either.
constexpr double kRisk = 1.5;

/// All rows of a set are worth more than most of them.
constexpr double kWorthOfAll = 1.3;

/// A first search is for at most so many times the rows wanted: how many match is not known well. A
/// graph has more rows in view than a search is for, the fewer links, the more.
constexpr double kMostAtFirstOfLists = 16;
constexpr double kMostAtFirstByLinks = 1.06;  // times their square root

/// Where the share of rows that match is a guess, a first search shows more of it, if that takes at
/// most so much of comparing all rows; thought to be in vain with this chance.
constexpr double kMostOfTry = 0.15;
constexpr double kChanceOfFew = 0.3;

double cost_of_node(const FilterShape& shape) {
  return kNode * std::pow(shape.links / kFewLinks, kNodeByLinks);
}

/// Of so many pages, those that so many rows lie on, if they are spread over them.
double pages_with(double rows, double pages) {
  return pages * (1 - std::exp(-rows / Max(pages, 1)));
}

/// What making the set takes; searching for its rows, too; comparing all rows instead.
double cost_of_bitmap(const FilterShape& shape) {
  return shape.is_set_made ? 0
                           : kBitmap + shape.in_set * shape.set_row_cost +
                                 pages_with(shape.in_set, shape.table_pages) * shape.set_page_cost;
}

/// Looking at the codes of all rows of the set, and at the vectors of some (core/graph).
double cost_of_code_scan(const FilterShape& shape) {
  const double in_question = kRowsInQuestion * std::sqrt(std::sqrt(shape.in_set));
  return kCodeScan + shape.in_set * kScannedRow +
         Min(shape.in_set / 2, shape.table_rows / kRowsOfBlock) * kScannedBlock +
         Min(shape.in_set, in_question) * kRowInQuestion;
}

/// A walk for a set is as long as matches are rare near the query, which a search that was not
/// enough has told. A graph changes over to looking at all rows of the set where that is thought to
/// be cheaper.
double cost_of_graph_search(const FilterShape& shape, double wanted) {
  const double rows = Max(shape.table_rows, 1);
  const double share = Min(1, Max(Min(shape.matching, shape.in_set), 1) / rows);
  const double nodes = (kNodesOfSet + kNodesPerRowOfSet * wanted) * std::pow(share, kNodesByShare);
  const double walk = Min(nodes, rows) * kNodeOfSet;
  return shape.has_node_codes ? Min(walk, cost_of_code_scan(shape)) : walk;
}

double cost_of_set(const FilterShape& shape, double wanted) {
  const double search = shape.is_graph() ? cost_of_graph_search(shape, wanted)
                                         : (kListsOfSet + kListsPerRowOfSet * wanted) * kList;
  return cost_of_bitmap(shape) + search + wanted * kRecheckedRow;
}

/// Before all rows of a table are compared; a way of no cost where there is nothing to find out.
FilterChoice choose_try(const FilterShape& shape, double wanted) {
  const double cost = cost_of_rows(shape, rows_at_first(shape, wanted));
  const double exact = cost_of_exact(shape);
  const bool is_worth_it =
      shape.is_guess && !shape.has_bitmap && shape.spent == 0 && cost < kMostOfTry * exact;
  return {FilterWay::kPostfilter, is_worth_it ? cost + kChanceOfFew * exact : 0};
}

}  // namespace

double cost_of_exact(const FilterShape& shape) {
  const double sorted = shape.matching * kSortedRow;
  const double toast = shape.toast_pages * kToastPage;
  if (shape.has_bitmap) {
    const double toasted = toast > 0 ? kToastedValue + toast : 0;
    const double pages =
        shape.set_pages > 0 ? shape.set_pages : pages_with(shape.in_set, shape.table_pages);
    return cost_of_bitmap(shape) + shape.in_set * (kComparedRow + toasted) + pages * kComparedPage +
           sorted;
  }
  return shape.table_pages * kTablePage + shape.table_rows * kTableRow +
         shape.matching * (kMatchingRow + toast) + sorted;
}

void FilterShape::expect_set(double rows) {
  if (spent == 0) {
    matching *= rows / Max(in_set, 1);
  }
  matching = Min(matching, rows);
  in_set = rows;
}

double rows_to_search(double wanted, double share) {
  return wanted * (share >= 1 ? 1 : kSpare / Max(share, 1e-9));
}

double rows_at_first(const FilterShape& shape, double wanted) {
  const double most =
      shape.is_graph() ? kMostAtFirstByLinks * std::sqrt(shape.links) : kMostAtFirstOfLists;
  return Min(rows_to_search(wanted, shape.matching / Max(shape.table_rows, 1)), wanted * most);
}

double steps_of_rows(const FilterShape& shape, double k) {
  const double rows = Min(k, shape.table_rows);
  return shape.pace * (shape.is_graph() ? kNodesOnTheWay + kNodesPerRow * rows
                                        : kListsOnTheWay + kListsPerRootOfRows * std::sqrt(rows));
}

double cost_of_rows(const FilterShape& shape, double k) {
  const double step = shape.is_graph() ? cost_of_node(shape) : kList;
  const double rechecked = shape.is_graph() ? kRecheckedRow : kRecheckedOfLists;
  return steps_of_rows(shape, k) * step + Min(k, shape.table_rows) * rechecked;
}

int64 most_visited(const FilterShape& shape) {
  if (filter_strategy == kFilterInline) {
    return 0;
  }
  const double step = shape.is_graph() ? kNodeOfSet : kList;
  return static_cast<int64>(cost_of_exact(shape) / step) + 1;
}

FilterChoice choose_way(const FilterShape& shape, double wanted) {
  const double share = shape.matching / Max(shape.table_rows, 1);
  const double next = cost_of_rows(shape, rows_to_search(wanted, share));
  const FilterChoice rows{FilterWay::kPostfilter,
                          shape.spent > 0 ? shape.spent + kRisk * next : next};
  const FilterChoice set{FilterWay::kInline, cost_of_set(shape, wanted)};
  const FilterChoice exact{FilterWay::kExact, cost_of_exact(shape)};
  switch (filter_strategy) {
    case kFilterExact:
      return exact;
    case kFilterInline:
      return shape.has_bitmap ? set : rows;
    case kFilterPostfilter:
      return rows;
    default:
      break;
  }
  const FilterChoice search = shape.has_bitmap && set.cost < rows.cost ? set : rows;
  if (exact.cost >= kWorthOfAll * search.cost) {
    return search;
  }
  const FilterChoice first = choose_try(shape, wanted);
  return first.cost > 0 ? first : exact;
}

double most_in_set(const FilterShape& shape, double wanted) {
  // What a search has shown of the rows that match is not of the set.
  if (filter_strategy != kFilterAuto || shape.spent > 0) {
    return std::numeric_limits<double>::infinity();
  }
  constexpr double kNearby = 1.2;
  FilterShape more = shape;
  for (double by = kNearby; more.in_set < shape.table_rows; by *= kNearby) {
    more.expect_set(Min(Max(more.in_set, 1) * by, shape.table_rows));
    if (choose_way(more, wanted).way == FilterWay::kPostfilter) {
      return more.in_set;
    }
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace vecext::pg
