// The constants of all estimates of src/pg: what a scan costs, and when a filtered scan changes its
// way. The constants of src/core are where they are used. `bench/micro/cost_constants` measures the
// constants that depend on the machine, and prints them beside the values of this file
// (bench/README.md). Only the ratios of the constants matter, as they decide between ways: a
// machine that is twice as fast in everything needs no other values.
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
  /// Scans of the table. The values were measured by EXPLAIN (ANALYZE) of sequential and bitmap
  /// scans.
  struct Table {
    double row = 0.12;           // a row of a sequential scan, with simple conditions
    double simple_check = 0.1;   // to check simple conditions on a row
    double text_function = 0.2;  // to call a function of a text on a row: a pattern match, a hash
                                 // or another function
    double text_byte = 0.003;    // what such a function takes for each byte of the text
    double page = 0.3;           // a page of a sequential scan
    double match = 0.2;          // to compute the distance of a row that matches
    double toast_page = 1;       // a page of the TOAST table that is read in order
    double toasted_value = 2.6;  // to look up a vector that lies out of line
    double sorted_row = 0.05;    // to sort a row by its distance
    double returned_row = 1.4;   // to look up once more a row that is returned
    double compared_row = 0.2;   // a row of a set that is looked up and compared
    double compared_page = 0.3;  // a page with rows of a set that are compared
  } table;

  /// Row sets. The values were measured by EXPLAIN (ANALYZE) of queries whose sets are searched.
  struct Set {
    double begin = 10;               // to start a set
    SetCost of_gin{0.0025, 0.01};    // rows that GIN lists by the page of a posting tree
    SetCost of_range{0.003, 0.01};   // rows that lie together in a btree (pg/rowset/btree_rows.cpp)
    SetCost of_lists{0.009, 0.015};  // rows of several values, each of which has a list
    SetCost of_bitmap{0.05, 0.2};    // the server makes a bitmap and sorts its pages
    double rechecked_row = 1.5;      // to look up a row that a search has found in the set
    double key = 0.5;                // to find a join's key in an index
    double lookup_by_index = 2;      // to find the rows of a join's key by an index, at the least
    double filled_row = 0.4;         // to put a row into the hash table of a join
  } set;

  /// Searches of a graph. bench/micro/cost_constants measures the values.
  struct Graph {
    double node = 0.55;  // a visit to a node of `few_links` links
    double few_links = 32;
    double node_by_links = 0.75;  // exponent: with twice the links, a visit takes 1.7 times as long
    double rechecked_row = 1.5;   // to look up a row that was found, and see whether it matches
    double node_in_set = 1.5;     // a visit that also looks each neighbor up in the set
    // A postfilter search visits this many nodes: constant + each * rows.
    double nodes_on_the_way = 200;
    double nodes_each = 9;
    // An inline search visits this many nodes: (constant + each * rows) * share ^ exponent.
    double nodes_of_set = 150;
    double nodes_of_set_each = 2;
    double nodes_by_share = -0.6;
    // Filtered code scans.
    double code_scan = 40;        // to start one
    double scanned_row = 0.0025;  // a row of the set
    double scanned_block = 0.08;  // a block of rows, or two rows that are read one by one
    double rows_of_block = 32;
    double row_in_question = 0.15;  // a row whose bounds overlap the k-th best
    double rows_in_question = 50;   // the number of such rows, divided by the fourth root of the
                                    // set's rows
    double kept_scan = 10;          // to start a scan of what a session keeps with a set
    double kept_row = 0.02;         // a row whose vector is kept with the set
    // The most rows of a first search, as a multiple of the rows wanted and the root of the links.
    double most_at_first_by_links = 1.06;
    // The number of nodes that a postfilter search keeps in view (nodes_in_view(), pg/am/hnsw) is
    // of_setting / links * ef + max(of_rows / links, least_of_rows) * rows.
    double view_of_setting = 40;
    double view_of_rows = 80;
    double least_view_of_rows = 1.25;
    // How many visits an inline search makes for each unit of ef.
    double visits_of_ef = 16;
  } graph;

  /// Searches of lists. bench/micro/cost_constants measures the values.
  struct Lists {
    double list = 2;             // to read a list and estimate its rows
    double rechecked_row = 2.5;  // to look up a row that was found, and add it to the rows found
    // A postfilter search reads this many lists: constant + each * square root of rows.
    double lists_on_the_way = 80;
    double lists_by_root = 5;
    // An inline search reads this many lists: constant + each * rows.
    double lists_of_set = 340;
    double lists_of_set_each = 2;
    double most_at_first = 16;  // most rows of a first search, as a multiple of the rows wanted
    // In an index of k lists, a search for n rows at the default recall reads constant * k^power +
    // by_root * sqrt(n) lists. This was fitted to indexes of 10,000 to 1,018,437 rows in 33 to
    // 3,394 lists (docs/experiments/list-termination.md).
    double auto_lists = 0.34;
    double auto_power = 0.75;
    double auto_by_root = 3.5;
    double harder = 1.6;  // factor for queries that are not near any row
  } lists;

  /// Searches of posting lists (docs/hybrid-search.md).
  struct Texts {
    double window = 1;           // to search a window of documents
    double rechecked_row = 1.5;  // to look up a row that was found
    // To make words of a row's text and score them takes constant + each * the number of its words.
    double measured_row = 26;
    double measured_word = 0.11;
    double row_of_set = 0.0005;  // to find the documents of a set, for each row of the table
    // A search takes the time of this many windows: constant + each * rows wanted.
    double windows_on_the_way = 60;
    double windows_of_row = 0.05;
    double most_at_first = 64;  // most rows of a first search, as a multiple of the rows wanted
    // Plain index scans, in pages and in units of cpu_operator_cost.
    double pages_of_search = 10;
    double rows_of_page = 20;
    double operators_of_search = 2000;
    double operators_of_row = 0.05;
    double operators_of_wanted = 10;
    // To score a text whose score no scan has takes constant + each * the number of its words, and
    // to score a tsvector takes constant + each * the number of its lexemes.
    double operators_of_text = 2000;
    double operators_of_word = 45;
    double operators_of_vector = 100;
    double operators_of_lexeme = 1;
  } texts;

  /// Searches of inverted indexes of sparse vectors. The values were measured with 100,000 rows of
  /// 156 non-zeros and queries of 26 non-zeros (docs/benchmarks.md).
  struct Inverted {
    double window = 20;          // to search a window of documents
    double rechecked_row = 1.5;  // to look up a row that was found
    double row_of_set = 0.0005;  // to find the documents of a set, for each row of the table
    // A search takes the time of this many windows: constant + each * rows wanted.
    double windows_on_the_way = 60;
    double windows_of_row = 0.2;
    double most_at_first = 64;  // most rows of a first search, as a multiple of the rows wanted
    // Plain index scans, in pages and in units of cpu_operator_cost.
    double pages_of_search = 40;
    double pages_of_index = 0.01;
    double operators_of_search = 5000;
    double operators_of_row = 0.3;
    double reranked_each = 1.3;  // rows that are looked up for each row wanted
  } inverted;

  /// Estimates of plain index scans, in units of the planner's cpu_operator_cost.
  struct Planner {
    double code = 0.02;             // to estimate a code; bench/micro/cost_constants
    double distance = 4;            // the constant part of a distance
    double bytes_of_operator = 50;  // so many bytes of a vector add one unit;
                                    // bench/micro/cost_constants
    double centroid = 0.3;          // to compare a centroid, as a share of a distance
    double node = 100;              // a visit to a node, without its neighbors' codes
    double look_up = 40;            // to find a row in its page and sort it into the results
    double cached_page = 0.25;      // a node's page in memory, as a share of a page read in order
    double new_neighbors = 0.5;     // neighbors that were not seen before, as a share of a node's
                                    // links
    double reranked_each = 1.5;     // rows that are looked up in the table for each row wanted,
                                    // with codes alone
    double reranked_beside = 1.2;   // rows that are looked up in the table for each row wanted,
                                    // with rerank vectors beside the codes
  } planner;

  /// The alternative to another search: all rows of an index, which lie side by side, are compared.
  struct Rest {
    int rows_of_page = 3;      // rows that are compared in the time that a search takes for a page
    int rows_of_reranked = 4;  // rows that are compared in the time that it takes to look up one
                               // row
  } rest;

  /// Shares and factors for decisions under uncertainty.
  struct Policy {
    double unit = 4;          // microseconds per unit of the planner's costs, where the two are
                              // compared
    double unit_of_join = 1;  // used in place of `unit` for the other side of a join, so that it
                              // runs early: lookups by an index take longer than they cost, and
                              // with `unit`, joins were deferred that took twice as long
    double spare = 1.3;       // factor of the rows to search for, because matching rows cluster
    double deviations = 1.8;  // used in place of `spare` where rows match by chance: standard
                              // deviations
    double risk = 1.5;        // factor of the next search's cost: it may not be the last
    double patience = 3;      // a postfilter search may cost so many times what an inline search is
                              // expected to cost
    double worth_of_all = 1.3;    // exact results may cost so many times what a search costs
    double most_of_try = 0.15;    // the most that a first search to learn how many rows match may
                                  // cost, as a share of what it costs to compare all rows
    double chance_of_few = 0.3;   // the probability that such a first search is in vain
    double share_within = 0.005;  // share of the rows that a limit of the distance leaves, which is
                                  // what the planner assumes of a range: a limit is meant to be
                                  // selective
    double below = 0.98;          // the most that a filtered path costs, as a share of the
                                  // server's cost of its own path of the index; the server takes
                                  // costs that differ by 1 % as equal
    double below_of_join = 0.6;   // used in place of `below` if a join's keys restrict the scan
    double chance_of_fill = 0.15;  // the probability that a deferred lookup is filled in the end
    double repeated = 4.0 / 3;     // cost of all searches as a multiple of the last: each search is
                                   // for four times as many rows as the one before, and finds the
                                   // rows of that search again
    double risk_of_join = 0.05;    // the probability that the joined rows lie far from the query
    double most_of_load = 0.1;  // a join's other side that takes less than this share of a scan's
                                // time runs first
    double nearby = 1.2;        // factor between the steps in which the largest useful set is
                                // looked for
    double least_growth = 2;    // factor of the rows from one search to the next, at the least
    double most_growth = 16;    // factor of the rows from one search to the next, at the most
    double spare_of_checks = 1.5;  // used in place of `spare` in a set whose rows are checked: few
                                   // more rows are looked up, as the nearest come first
    double spare_of_set = 1.4;     // used in place of `spare` in a set, after rows have matched
    double fewest_rows = 10;       // rows that are wanted if the query does not say
    double rows_of_function = 10;  // rows that a function in a condition returns, if its ROWS does
                                   // not say
  } policy;
};

inline constexpr CostConstants kCosts;

}  // namespace vecext::pg
