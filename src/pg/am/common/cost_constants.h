// The numbers of the server side's estimates in one place (those of core stand where they are
// used): what the planner's hooks think that a scan takes, and when a scan with conditions changes
// its way. `bench/micro/cost_constants` prints those that depend on the machine as it measures
// them, beside these (bench/README.md). What counts is how they compare: they decide between ways,
// so a machine that is twice as fast in everything needs no others.
//
// This header includes no server header: the benchmark reads it.
#pragma once

namespace vecext::pg {

/// What having a row of an index in a set takes, and a page of the table that is new to the set,
/// in microseconds.
struct SetCost {
  double row;
  double page;
};

/// Microseconds of one core with everything in memory, unless another unit is named.
struct CostConstants {
  /// The table. Measured by EXPLAIN (ANALYZE) of sequential and bitmap scans.
  struct Table {
    double row = 0.12;           // a row that a sequential scan goes by, its conditions included
    double page = 0.3;           // a page of it
    double match = 0.2;          // more, for a row that matches, whose distance is computed
    double toast_page = 1;       // a page of the TOAST table, read in its order
    double toasted_value = 2.6;  // the way to a vector out of line
    double sorted_row = 0.05;    // to put a row into the order of the distances
    double compared_row = 0.2;   // a row of a set that is looked up and compared
    double compared_page = 0.3;  // a page with rows of a set that are compared
  } table;

  /// Row sets. Measured by EXPLAIN (ANALYZE) of queries whose sets are searched.
  struct Set {
    double begin = 10;               // to begin with one
    SetCost of_gin{0.0025, 0.01};    // rows come by the page of a posting tree
    SetCost of_range{0.003, 0.01};   // rows lie together in a btree (pg/rowset/btree_rows.cpp)
    SetCost of_lists{0.009, 0.015};  // rows of several values come in lists
    SetCost of_bitmap{0.05, 0.2};    // the server makes a bitmap and sorts its pages
    double rechecked_row = 1.5;      // a row that a search has found in the set, looked up
    double key = 0.5;                // to find a join's key in an index
    double filled_row = 0.02;        // to put a row into the hash table of a join
  } set;

  /// Searches of a graph, in `filtered` ones with conditions. bench/micro/cost_constants.
  struct Graph {
    double node = 0.55;  // a node of few_links visited
    double few_links = 32;
    double node_by_links = 0.75;  // exponent: with twice the links a search of as many rows takes
                                  // 1.7 times as long
    double rechecked_row = 1.5;   // a row found, and looked up to see whether it matches
    double node_in_set = 1.5;     // a node visited for a set: every neighbor is asked for
    // Nodes visited for rows that the table rechecks: constant + each * rows.
    double nodes_on_the_way = 200;
    double nodes_each = 9;
    // Nodes visited for rows of a set: (constant + each * rows) * share ^ exponent.
    double nodes_of_set = 150;
    double nodes_of_set_each = 2;
    double nodes_by_share = -0.6;
    // Looking at the codes of all rows of a set.
    double code_scan = 40;        // to begin with it
    double scanned_row = 0.0025;  // a row of the set
    double scanned_block = 0.08;  // a block of rows, or two rows by themselves
    double rows_of_block = 32;
    double row_in_question = 0.15;  // a row that its code leaves in question
    double rows_in_question = 50;   // those, as a multiple of the fourth root of the set's rows
    // A first search is for at most so many times the rows wanted, times the root of the links.
    double most_at_first_by_links = 1.06;
    // Nodes kept in view where the table rechecks rows (nodes_in_view(), pg/am/hnsw):
    // of_setting / links * ef + max(of_rows / links, least_of_rows) * rows.
    double view_of_setting = 40;
    double view_of_rows = 80;
    double least_view_of_rows = 1.25;
    // ef of searches of a set, from the visits that a recall takes.
    double visits_of_ef = 16;
  } graph;

  /// Searches of lists. bench/micro/cost_constants.
  struct Lists {
    double list = 2;             // a list read, and its rows estimated
    double rechecked_row = 2.5;  // a row found, looked up, and put among those found
    // Lists read for rows that the table rechecks: constant + each * root of rows.
    double lists_on_the_way = 80;
    double lists_by_root = 5;
    // Lists read for rows of a set: constant + each * rows (core/ivf/README.md).
    double lists_of_set = 340;
    double lists_of_set_each = 2;
    double most_at_first = 16;  // times the rows wanted
    // Of k lists, a search for n rows reads constant * k^power + by_root * sqrt(n) for the default
    // recall: fitted to 10,000 to 1,018,437 rows, 33 to 3,394 lists (core/ivf/README.md).
    double auto_lists = 0.34;
    double auto_power = 0.75;
    double auto_by_root = 3.5;
    double harder = 1.6;  // times as many for queries between rows
  } lists;

  /// Units of the planner's cpu_operator_cost, in estimates of plain index scans.
  struct Planner {
    double code = 0.02;             // to look at a code; bench/micro/cost_constants
    double distance = 4;            // a distance, and more
    double bytes_of_operator = 50;  // for so many bytes each; bench/micro/cost_constants
    double centroid = 0.3;          // to compare a centroid, as a share of a distance
    double node = 100;              // a visit to a node, besides its neighbors' codes
    double look_up = 40;            // to find a row in its page, and its place among those found
    double cached_page = 0.25;      // a node's page in memory, as a share of one read in order
    double new_neighbors = 0.5;     // neighbors not seen before, as a share of a node's links
    double reranked_each = 1.5;     // rows of the table for each row wanted, with codes alone
    double reranked_beside = 1.2;   // the same with rerank vectors beside the codes
  } planner;

  /// Comparing all rows of an index in place of another search, in rows that lie side by side.
  struct Rest {
    int rows_of_page = 3;      // compared while a page of the index is read and searched
    int rows_of_reranked = 4;  // compared while a row that lies anywhere is looked up
  } rest;

  /// Shares and factors of decisions under uncertainty.
  struct Policy {
    double spare = 1.3;          // rows searched for, times those that should do: matches cluster
    double risk = 1.5;           // another search may not be enough either
    double worth_of_all = 1.3;   // all rows of a set are worth more than most of them
    double most_of_try = 0.15;   // a first search to learn how many match, as a share of comparing
                                 // all rows
    double chance_of_few = 0.3;  // that such a search is in vain
    double below = 0.98;         // of the cost of the server's own path: 1 % less counts as equal
    double below_of_join = 0.6;  // the same where a join's keys restrict the scan
    double nearby = 1.2;         // steps in which the most rows of a useful set are looked for
    double least_growth = 2;     // rows of a search, times those of the one before, at least
    double most_growth = 16;     // and at most
    double spare_of_set = 1.4;   // rows searched for in a set where some were found before
    double fewest_rows = 10;     // wanted, where the query does not say
  } policy;
};

inline constexpr CostConstants kCosts;

}  // namespace vecext::pg
