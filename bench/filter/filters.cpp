// The filters of words (GloVe) and of labels (Fashion-MNIST).
#include "filter/filters.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <stdexcept>
#include <string_view>
#include <zlib.h>

#include "common/dataset.h"

namespace bench {
namespace {

/// A filter of words with constants. Where `contained` is empty the payload says in a member of the
/// filter's name which rows pass.
struct WordFilter {
  const char* name;
  const char* where;
  const char* contained = "";
};

struct WordFilters {
  std::vector<int> divisors;  // the column rank modulo each is indexed, and in the payload
  std::vector<WordFilter> filters;
};

/// Those of NAME-filters.hdf5.
const WordFilters kOfFile = {
    {2, 10, 100, 1000, 10000},
    {{"mod_2", "rank % 2 = 0", R"({"mod_2": 0})"},
     {"mod_10", "rank % 10 = 3", R"({"mod_10": 3})"},
     {"mod_100", "rank % 100 = 37", R"({"mod_100": 37})"},
     {"mod_1000", "rank % 1000 = 411", R"({"mod_1000": 411})"},
     {"mod_10000", "rank % 10000 = 4242", R"({"mod_10000": 4242})"},
     {"top_170000", "rank <= 170000"},
     {"top_34000", "rank <= 34000"},
     {"top_3400", "rank <= 3400"},
     {"top_340", "rank <= 340"},
     {"top_34", "rank <= 34"},
     {"len_le_7", "length <= 7"},
     {"not_alpha", "NOT is_alpha", R"({"is_alpha": false})"},
     {"k_len_4", "first_letter = 'k' AND length = 4", R"({"first_letter": "k", "length": 4})"},
     {"x_len_12", "first_letter = 'x' AND length = 12", R"({"first_letter": "x", "length": 12})"}}};

/// Others of the same kinds, to tune by: what is tuned by them can then be rechecked by the file's.
const WordFilters kOthers = {
    {3, 30, 300, 3000, 30000},
    {{"not_mod_30", "rank % 30 <> 11"},
     {"mod_3", "rank % 3 = 1", R"({"mod_3": 1})"},
     {"mod_30", "rank % 30 = 7", R"({"mod_30": 7})"},
     {"mod_300", "rank % 300 = 123", R"({"mod_300": 123})"},
     {"mod_3000", "rank % 3000 = 1234", R"({"mod_3000": 1234})"},
     {"mod_30000", "rank % 30000 = 12345", R"({"mod_30000": 12345})"},
     {"from_41480", "rank > 41479"},
     {"from_241480", "rank > 241479"},
     {"mid_20000", "rank BETWEEN 20001 AND 40000"},
     {"mid_2000", "rank BETWEEN 1001 AND 3000"},
     {"mid_200", "rank BETWEEN 101 AND 300"},
     {"from_340480", "rank > 340479"},
     {"len_5", "length = 5", R"({"length": 5})"},
     {"len_ge_12", "length >= 12"},
     {"s", "first_letter = 's'", R"({"first_letter": "s"})"},
     {"x_or_z", "first_letter IN ('x', 'z')"},
     {"y_len_9", "first_letter = 'y' AND length = 9", R"({"first_letter": "y", "length": 9})"},
     {"short_or_top", "length <= 2 OR rank <= 1000"},
     {"top_not_alpha", "rank <= 50000 AND NOT is_alpha"}}};

/// Tables to join with: categories of 340 words, ten a shop, shops in cities of different size.
const char* const kShops[] = {
    "DROP TABLE IF EXISTS categories, shops",
    "CREATE TABLE shops (id int PRIMARY KEY, city text NOT NULL)",
    "INSERT INTO shops SELECT i, CASE WHEN i < 50 THEN 'large' WHEN i < 60 THEN 'middle' "
    "WHEN i < 61 THEN 'small' ELSE 'town ' || i END FROM generate_series(0, 99) AS i",
    "CREATE TABLE categories (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops)",
    "INSERT INTO categories SELECT i, i / 10 FROM generate_series(0, 999) AS i",
    "CREATE INDEX ON shops (city)",
    "CREATE INDEX ON categories (shop_id)",
    "VACUUM ANALYZE shops, categories",
};

/// The text of a file, unpacked if it is compressed.
std::string read_text(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    throw std::runtime_error("cannot open " + path);
  }
  std::string text;
  char part[1 << 16];
  int count;
  while ((count = gzread(file, part, sizeof part)) > 0) {
    text.append(part, static_cast<std::size_t>(count));
  }
  if (gzclose(file) != Z_OK || count < 0) {
    throw std::runtime_error("cannot read " + path);
  }
  return text;
}

std::string member(const std::string& name) {
  return R"({")" + name + R"(": true})";
}

void add_word_filters(FilterScheme& scheme, const WordFilters& words) {
  for (const int divisor : words.divisors) {
    const std::string residue = "rank % " + std::to_string(divisor);
    scheme.payload.emplace_back("mod_" + std::to_string(divisor), residue);
    scheme.indexed.push_back(residue);
  }
  for (const auto& [name, where, contained] : words.filters) {
    const bool is_member = *contained == '\0';
    if (is_member) {
      scheme.payload.emplace_back(name, std::string("CASE WHEN ") + where + " THEN true END");
    }
    scheme.filters.push_back({name, where, is_member ? member(name) : contained});
  }
}

/// Each query in a tenant of its own, spread over all rows.
void add_tenants(FilterScheme& scheme, const std::string& name, int tenants, std::size_t queries) {
  Filter filter{name, name + " = $2", "", {}, name};
  for (std::size_t query = 0; query < queries; ++query) {
    filter.arguments.push_back(static_cast<std::int32_t>(query * 37 + 5) % tenants);
  }
  scheme.columns.emplace_back(name, "id % " + std::to_string(tenants));
  scheme.indexed.push_back(name);
  scheme.filters.push_back(std::move(filter));
}

void add_joins(FilterScheme& scheme) {
  scheme.columns.emplace_back("category", "id % 1000");
  scheme.indexed.emplace_back("category");
  scheme.statements.assign(std::begin(kShops), std::end(kShops));
  for (const std::string city : {"large", "middle", "small"}) {
    scheme.filters.push_back({"join_" + city,
                              "category IN (SELECT c.id FROM categories c JOIN shops s "
                              "ON s.id = c.shop_id WHERE s.city = '" +
                                  city + "')",
                              ""});
  }
}

FilterScheme word_scheme(const std::string& prefix, std::size_t queries, bool others) {
  FilterScheme scheme;
  scheme.source_columns =
      "id int, word text, rank int, length int, first_letter text, is_alpha bool";
  scheme.source = read_text(prefix + "-words.tsv.gz");
  for (const char* name : {"rank", "length", "first_letter", "is_alpha"}) {
    scheme.columns.emplace_back(name, name);
    scheme.payload.emplace_back(name, name);
    scheme.indexed.emplace_back(name);
  }
  add_word_filters(scheme, others ? kOthers : kOfFile);
  if (!others) {
    add_tenants(scheme, "tenant_34", 10000, queries);
    add_tenants(scheme, "tenant_3395", 100, queries);
    add_joins(scheme);
    scheme.answers = prefix + "-filters.hdf5";
  }
  return scheme;
}

FilterScheme label_scheme(const std::string& data, const std::vector<std::int32_t>& labels) {
  FilterScheme scheme;
  scheme.source_columns = "id int, label int";
  for (std::size_t row = 0; row < labels.size(); ++row) {
    scheme.source += std::to_string(row) + '\t' + std::to_string(labels[row]) + '\n';
  }
  scheme.columns = {{"label", "label"}};
  scheme.indexed = {"label"};
  scheme.filters = {{"filter_label", "label = 3", ""},
                    {"filter_same_label", "label = $2", "", read_labels(data, "test_label")}};
  scheme.answers = data;
  return scheme;
}

/// The same clause over the copies of the columns.
std::string flat(const FilterScheme& scheme, const std::string& where) {
  std::string names;
  for (const auto& [name, sql] : scheme.columns) {
    names += (names.empty() ? "" : "|") + name;
  }
  return std::regex_replace(where, std::regex("\\b(" + names + ")\\b"), "plain_$1");
}

}  // namespace

std::vector<Clause> clauses(const FilterScheme& scheme, const Filter& filter,
                            const std::vector<std::string>& forms) {
  std::vector<Clause> all = {{"btree", filter.where}};
  if (!filter.contained.empty()) {
    all.push_back({"gin", "payload @> '" + filter.contained + "'"});
  }
  all.push_back({"none", flat(scheme, filter.where)});
  std::erase_if(all, [&](const Clause& clause) {
    return !forms.empty() && std::find(forms.begin(), forms.end(), clause.form) == forms.end();
  });
  return all;
}

FilterScheme filter_scheme(const std::string& data, std::size_t queries, bool others) {
  const std::string prefix = data.substr(0, data.rfind('-'));
  if (std::filesystem::exists(prefix + "-filters.hdf5")) {
    return word_scheme(prefix, queries, others);
  }
  const auto labels = read_labels(data, "train_label");
  if (labels.empty()) {
    throw std::runtime_error("no filters for " + data);
  }
  return label_scheme(data, labels);
}

void resize(FilterScheme& scheme, const std::vector<std::size_t>& origins) {
  std::vector<std::string_view> attributes;  // a line without the row's number
  for (std::string_view rest = scheme.source; !rest.empty();) {
    const std::size_t tab = rest.find('\t'), end = rest.find('\n') + 1;
    attributes.push_back(rest.substr(tab, end - tab));
    rest.remove_prefix(end);
  }
  std::string source;
  for (std::size_t row = 0; row < origins.size(); ++row) {
    source.append(std::to_string(row)).append(attributes.at(origins[row]));
  }
  scheme.source = std::move(source);
  scheme.answers.clear();
}

}  // namespace bench
