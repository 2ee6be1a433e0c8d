// CREATE TABLE AS, and a search by the client among the rows that the server says pass.
#include "filter/filter_table.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "common/items.h"
#include "common/neighbors.h"
#include "common/task.h"
#include "common/wire.h"

namespace bench {
namespace {

constexpr char kVectors[] = "vectors";
constexpr char kAttributes[] = "attributes";

/// The table's columns after id and embedding, as a list of SELECT.
std::string select_list(const FilterScheme& scheme) {
  std::string list;
  for (const auto& [name, sql] : scheme.columns) {
    list += ", " + sql + " AS " + name + ", " + sql + " AS plain_" + name;
  }
  std::string members;
  for (const auto& [name, sql] : scheme.payload) {
    members += (members.empty() ? "'" : ", '") + name + "', " + sql;
  }
  if (!members.empty()) {
    list += ", jsonb_strip_nulls(jsonb_build_object(" + members + ")) AS payload";
  }
  return list;
}

/// A name for an index: the expression's words.
std::string index_name(const std::string& expression) {
  std::string name = "by";
  bool in_word = false;
  for (const char letter : expression) {
    const bool is_word = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
    if (is_word && !in_word) {
      name += '_';
    }
    if (is_word) {
      name += letter;
    }
    in_word = is_word;
  }
  return name;
}

void create_indexes(Server& server, const std::string& table, const FilterScheme& scheme) {
  server.execute("SET maintenance_work_mem = '1GB'");
  for (const std::string& expression : scheme.indexed) {
    server.execute("CREATE INDEX " + index_name(expression) + " ON " + table + " ((" + expression +
                   "))");
  }
  if (!scheme.payload.empty()) {
    server.execute("CREATE INDEX by_payload ON " + table + " USING gin (payload jsonb_path_ops)");
  }
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::vector<std::int32_t> passing_rows(Server& server, const std::string& table,
                                       const std::string& where) {
  std::vector<std::int32_t> rows;
  for (const std::string& id :
       server.column("SELECT id FROM " + table + " WHERE " + where + " ORDER BY id")) {
    rows.push_back(std::stoi(id));
  }
  return rows;
}

}  // namespace

void make_filter_table(Server& server, const std::string& table, const Dataset& data,
                       const FilterScheme& scheme) {
  load(server, kVectors, data, data.base.rows);
  const CopyRows attributes = CopyRows::lines(scheme.source);
  if (attributes.rows() != data.base.rows) {
    throw std::runtime_error("as many attributes as vectors are needed");
  }
  server.execute("DROP TABLE IF EXISTS " + table);
  server.execute(std::string("CREATE TEMPORARY TABLE ") + kAttributes + " (" +
                 scheme.source_columns + ")");
  server.copy(std::string("COPY ") + kAttributes + " FROM STDIN", attributes, 0, attributes.rows());
  server.execute("CREATE TABLE " + table + " AS SELECT id, embedding" + select_list(scheme) +
                 " FROM " + kVectors + " JOIN " + kAttributes + " USING (id) ORDER BY id");
  server.execute(std::string("DROP TABLE ") + kVectors + ", " + kAttributes);
  create_indexes(server, table, scheme);
  for (const std::string& statement : scheme.statements) {
    server.execute(statement);
  }
  server.execute("VACUUM (FREEZE, ANALYZE) " + table);
  prewarm(server, table);
  for (const std::string& index :
       server.column("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = '" + table +
                     "'::regclass")) {
    prewarm(server, index);
  }
}

FilterTruth::FilterTruth(Server& server, const std::string& table, const Dataset& data,
                         const FilterScheme& scheme, const Filter& filter)
    : arguments_(filter.arguments) {
  const std::size_t queries = data.queries.rows;
  if (arguments_.empty()) {
    passing_[0] = passing_rows(server, table, filter.where);
  }
  for (std::size_t query = 0; query < std::min(queries, arguments_.size()); ++query) {
    const std::int32_t argument = arguments_[query];
    if (!passing_.contains(argument)) {
      passing_[argument] =
          passing_rows(server, table, replaced(filter.where, "$2", std::to_string(argument)));
    }
  }
  if (!scheme.answers.empty()) {
    if (auto known = read_answers(scheme.answers, filter.name)) {
      answers_ = std::move(*known);
    }
  }
  if (answers_.neighbors.rows >= queries) {
    check(queries);
  } else {
    compute(data);
  }
}

std::span<const std::int32_t> FilterTruth::passing(std::size_t query) const {
  return passing_.at(arguments_.empty() ? 0 : arguments_[query]);
}

double FilterTruth::mean_passing(std::size_t queries) const {
  double sum = 0;
  for (std::size_t query = 0; query < queries; ++query) {
    sum += static_cast<double>(passing(query).size());
  }
  return sum / static_cast<double>(queries);
}

void FilterTruth::check(std::size_t queries) const {
  for (std::size_t query = 0; query < queries; ++query) {
    const auto rows = passing(query);
    const auto known = answers_.neighbors.row(query).first(kNeighbors);
    const auto expected = std::min(kNeighbors, rows.size());
    for (std::size_t i = 0; i < kNeighbors; ++i) {
      if (i < expected ? !std::binary_search(rows.begin(), rows.end(), known[i]) : known[i] >= 0) {
        throw std::runtime_error("the file's answers are not of the rows that pass");
      }
    }
  }
}

void FilterTruth::compute(const Dataset& data) {
  const std::size_t queries = data.queries.rows;
  answers_.neighbors = {queries, kNeighbors, std::vector<std::int32_t>(queries * kNeighbors, -1)};
  answers_.distances = {
      queries, kNeighbors,
      std::vector<float>(queries * kNeighbors, std::numeric_limits<float>::infinity())};
  for (std::size_t query = 0; query < queries; ++query) {
    std::size_t at = query * kNeighbors;
    for (const auto& [distance, row] : nearest(data, query, passing(query), kNeighbors)) {
      answers_.neighbors.values[at] = row;
      answers_.distances.values[at++] = static_cast<float>(distance);
    }
  }
}

}  // namespace bench
