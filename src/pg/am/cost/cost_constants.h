// The constants of all estimates of src/pg: what a scan costs, and when a filtered scan changes its
// way. Constants of src/core are where they are used. `bench/micro/cost_constants` measures the
// ones that depend on the machine and prints them beside these (bench/README.md). Only their ratios
// matter, as they decide between ways: a machine that is twice as fast in everything needs no
// other values.
//
// This header includes no server header, because the benchmark includes it.
#pragma once

namespace vecext::pg {

/// The costs of adding a row to a set, and of adding the first row of a page of the table, in
/// microseconds.
struct SetCost {
  double row;
  double page;
};

/// Microseconds of one core with everything in memory, unless a comment names another unit.
struct CostConstants {
  /// The table. Measured by EXPLAIN (ANALYZE) of sequential and bitmap scans.
  struct Table {
    double row = 0.12;           // a row of a sequential scan, with simple conditions
    double simple_check = 0.1;   // such conditions, of a row
    double text_function = 0.2;  // a pattern, a hash or another function of a text, of a row
    double text_byte = 0.003;    // such functions, of a byte
    double page = 0.3;           // a page of a sequential scan
    double match = 0.2;          // the distance of a row that matches
    double toast_page = 1;       // a page of the TOAST table, read in order
    double toasted_value = 2.6;  // the lookup of a vector out of line
    double sorted_row = 0.05;    // to sort a row by its distance
    double returned_row = 1.4;   // to look a row up once more that is returned
    double compared_row = 0.2;   // a row of a set that is looked up and compared
    double compared_page = 0.3;  // a page with rows of a set that are compared
  } table;

  /// Row sets. Measured by EXPLAIN (ANALYZE) of queries whose sets are searched.
  struct Set {
    double begin = 10;               // to start a set
    SetCost of_gin{0.0025, 0.01};    // rows that GIN lists by the page of a posting tree
    SetCost of_range{0.003, 0.01};   // rows that lie together in a btree (pg/rowset/btree_rows.cpp)
    SetCost of_lists{0.009, 0.015};  // rows of several values, in a list for each
    SetCost of_bitmap{0.05, 0.2};    // the server makes a bitmap and sorts its pages
    double rechecked_row = 1.5;      // a row that a search has found in the set, looked up
    double key = 0.5;                // to find a join's key in an index
    double lookup_by_index = 2;      // to find the rows of a join's key by an index, at least
    double filled_row = 0.4;         // to put a row into the hash table of a join
  } set;

  /// Searches of a graph. Measured by bench/micro/cost_constants.
  struct Graph {
    double node = 0.55;  // a visit to a node of `few_links` links
    double few_links = 32;
    double node_by_links = 0.75;  // exponent: with twice the links a visit takes 1.7 times as long
    double rechecked_row = 1.5;   // a row found, and looked up to see whether it matches
    double node_in_set = 1.5;     // a visit that looks each neighbor up in the set
    // Nodes that a postfilter search visits: constant + each * rows.
    double nodes_on_the_way = 200;
    double nodes_each = 9;
    // Nodes that an inline search visits: (constant + each * rows) * share ^ exponent.
    double nodes_of_set = 150;
    double nodes_of_set_each = 2;
    double nodes_by_share = -0.6;
    // Filtered code scans.
    double code_scan = 40;        // to start one
    double scanned_row = 0.0025;  // a row of the set
    double scanned_block = 0.08;  // a block of rows, or two rows by themselves
    double rows_of_block = 32;
    double row_in_question = 0.15;  // a row whose bounds overlap the k-th best
    double rows_in_question = 50;   // their number, divided by the fourth root of the set's rows
    double kept_scan = 10;          // to start a scan of what is kept with a set
    double kept_row = 0.02;         // a row whose vector is kept
    // The most rows of a first search, as a multiple of the rows wanted and the root of the links.
    double most_at_first_by_links = 1.06;
    // Nodes kept in view by a postfilter search (nodes_in_view(), pg/am/hnsw):
    // of_setting / links * ef + max(of_rows / links, least_of_rows) * rows.
    double view_of_setting = 40;
    double view_of_rows = 80;
    double least_view_of_rows = 1.25;
    // Visits of an inline search for each unit of ef.
    double visits_of_ef = 16;
  } graph;

  /// Searches of lists. Measured by bench/micro/cost_constants.
  struct Lists {
    double list = 2;             // to read a list and estimate its rows
    double rechecked_row = 2.5;  // a row found, looked up, and added to those found
    // Lists that a postfilter search reads: constant + each * root of rows.
    double lists_on_the_way = 80;
    double lists_by_root = 5;
    // Lists that an inline search reads: constant + each * rows.
    double lists_of_set = 340;
    double lists_of_set_each = 2;
    double most_at_first = 16;  // the most rows of a first search, as a multiple of those wanted
    // In an index of k lists, a search for n rows reads constant * k^power + by_root * sqrt(n) for
    // the default recall: fitted to 10,000 to 1,018,437 rows, 33 to 3,394 lists
    // (docs/experiments/list-termination.md).
    double auto_lists = 0.34;
    double auto_power = 0.75;
    double auto_by_root = 3.5;
    double harder = 1.6;  // factor for queries that are not near any row
  } lists;

  /// Searches of posting lists (docs/hybrid-search.md).
  struct Texts {
    double window = 1;           // to search a window of documents
    double rechecked_row = 1.5;  // a row found, and looked up
    // To make words of a row's text, and score them: constant + each * its words.
    double measured_row = 26;
    double measured_word = 0.11;
    double row_of_set = 0.0005;  // to find the documents of a set, a row of the table
    // Windows that a search takes time for: constant + each * rows wanted.
    double windows_on_the_way = 60;
    double windows_of_row = 0.05;
    double most_at_first = 64;  // the most rows of a first search, as a multiple of those wanted
    // Plain index scans, in pages and in units of cpu_operator_cost.
    double pages_of_search = 10;
    double rows_of_page = 20;
    double operators_of_search = 2000;
    double operators_of_row = 0.05;
    double operators_of_wanted = 10;
    // To score a text where no scan has its score: constant + each * its words; the same of a
    // tsvector.
    double operators_of_text = 2000;
    double operators_of_word = 45;
    double operators_of_vector = 100;
    double operators_of_lexeme = 1;
  } texts;

  /// Searches of inverted indexes of sparse vectors: 100,000 rows of 156 non-zeros, queries of 26
  /// (docs/benchmarks.md).
  struct Inverted {
    double window = 20;          // to search a window of documents
    double rechecked_row = 1.5;  // a row found, and looked up
    double row_of_set = 0.0005;  // to find the documents of a set, a row of the table
    // Windows that a search takes time for: constant + each * rows wanted.
    double windows_on_the_way = 60;
    double windows_of_row = 0.2;
    double most_at_first = 64;  // the most rows of a first search, as a multiple of those wanted
    // Plain index scans, in pages and in units of cpu_operator_cost.
    double pages_of_search = 40;
    double pages_of_index = 0.01;
    double operators_of_search = 5000;
    double operators_of_row = 0.3;
    double reranked_each = 1.3;  // rows looked up, for each wanted
  } inverted;

  /// Estimates of plain index scans, in units of the planner's cpu_operator_cost.
  struct Planner {
    double code = 0.02;             // to estimate a code; bench/micro/cost_constants
    double distance = 4;            // a distance of no bytes
    double bytes_of_operator = 50;  // bytes of a vector that add a unit; bench/micro/cost_constants
    double centroid = 0.3;          // to compare a centroid, as a share of a distance
    double node = 100;              // a visit to a node, without its neighbors' codes
    double look_up = 40;            // to find a row in its page and sort it into the results
    double cached_page = 0.25;      // a node's page in memory, as a share of a page read in order
    double new_neighbors = 0.5;     // neighbors not seen before, as a share of a node's links
    double reranked_each = 1.5;     // rows of the table for each row wanted, with codes alone
    double reranked_beside = 1.2;   // the same with rerank vectors beside the codes
  } planner;

  /// Comparing all rows of an index, which lie side by side, instead of another search.
  struct Rest {
    int rows_of_page = 3;      // rows compared in the time that a search takes for a page
    int rows_of_reranked = 4;  // rows compared in the time that it takes to look one row up
  } rest;

  /// Shares and factors of decisions under uncertainty.
  struct Policy {
    double unit = 4;          // microseconds for a unit of the planner's costs, where they compete
    double spare = 1.3;       // factor of the rows to search for, because matches cluster
    double deviations = 1.8;  // the same where matches come by chance: standard deviations
    double risk = 1.5;        // factor of the next search's cost: it may not be the last
    double patience = 3;      // postfilter searches may cost so many times what an inline one is
                              // expected to
    double worth_of_all = 1.3;    // exact results may cost so many times what a search does
    double most_of_try = 0.15;    // the most that a first search to learn how many rows match may
                                  // cost, as a share of comparing all rows
    double chance_of_few = 0.3;   // the probability that such a search is in vain
    double share_within = 0.005;  // of the rows that a limit of the distance leaves, as the planner
                                  // assumes of a range: the limit is meant to be selective
    double below = 0.98;          // of the server's cost of its own path; 1 % less counts as equal
    double below_of_join = 0.6;   // the same if a join's keys restrict the scan
    double chance_of_fill = 0.15;  // the probability that a deferred lookup is filled in the end
    double repeated = 4.0 / 3;     // searches of which each is for four times as many rows, and
                                   // finds those of the one before again
    double risk_of_join = 0.05;  // the probability that the rows which join lie far from the query
    double most_of_load = 0.1;   // a join's other side that takes less of a scan's time runs first
    double nearby = 1.2;         // step, as a factor, in looking for the largest useful set
    double least_growth = 2;     // of the rows from one search to the next, at least
    double most_growth = 16;     // and at most
    double spare_of_checks = 1.5;  // the same as `spare` in a set whose rows are checked: few more
                                   // are looked up, as the nearest come first
    double spare_of_set = 1.4;     // the same as `spare` in a set, after rows have matched
    double fewest_rows = 10;       // rows wanted if the query does not say
    double rows_of_function = 10;  // in a condition, if nobody has said how many it gives
  } policy;
};

inline constexpr CostConstants kCosts;

}  // namespace vecext::pg
