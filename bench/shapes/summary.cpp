// Means and extremes.
#include "shapes/summary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/report.h"

namespace bench {
namespace {

constexpr double kLeastCell = .9;
constexpr double kLeastMean = .95;
/// Of times: above this an index is slower than the scan that it replaces.
constexpr double kSlow = 1.3;
constexpr std::size_t kShown = 20;

using Rows = nlohmann::ordered_json;
using Members = std::vector<const Cell*>;

/// Cells in groups by `key_of`, in the order of their first.
template <class KeyOf>
std::vector<std::pair<std::string, Members>> grouped(const std::vector<Cell>& cells,
                                                     const KeyOf& key_of) {
  std::vector<std::pair<std::string, Members>> groups;
  std::map<std::string, std::size_t> places;
  for (const Cell& cell : cells) {
    const std::string key = key_of(cell);
    const auto [at, is_new] = places.try_emplace(key, groups.size());
    if (is_new) {
      groups.emplace_back(key, Members{});
    }
    groups[at->second].second.push_back(&cell);
  }
  return groups;
}

std::string of_setup(const Cell& cell) {
  const Setup& setup = cell.setup;
  return setup.shape + '|' + setup.metric + '|' + setup.method + '|' + setup.life;
}

std::string of_family(const Cell& cell) {
  return cell.setup.method + '|' + cell.family;
}

bool is_peer(const Cell& cell) {
  return !cell.exact_ms;
}

/// Of the cells that have a recall.
double mean_recall(const Members& cells) {
  double sum = 0, count = 0;
  for (const Cell* cell : cells) {
    sum += cell->recall.value_or(0);
    count += cell->recall ? 1 : 0;
  }
  return count > 0 ? sum / count : 1;
}

bool is_slow(const Cell& cell) {
  return cell.slowdown().value_or(0) > kSlow;
}

Rows described(const Cell& cell) {
  return {{"shape", cell.setup.shape},
          {"metric", cell.setup.metric},
          {"method", cell.setup.method},
          {"life", cell.setup.life},
          {"family", cell.family}};
}

/// With a column for each family.
Rows with_families(Rows row) {
  for (const char* family : kFamilies) {
    row[family] = nullptr;
  }
  return row;
}

/// A row a method and life, its mean recall by family.
Rows means(const std::vector<Cell>& cells) {
  Rows rows = Rows::array();
  for (const auto& [key, members] :
       grouped(cells, [](const Cell& cell) { return cell.setup.method + '|' + cell.setup.life; })) {
    Rows row =
        with_families({{"method", members[0]->setup.method}, {"life", members[0]->setup.life}});
    std::map<std::string, Members> families;
    for (const Cell* cell : members) {
      if (cell->recall) {
        families[cell->family].push_back(cell);
      }
    }
    for (const auto& [family, of_family] : families) {
      row[family] = mean_recall(of_family);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// A row a method: how many cells, and how many of them are bad.
Rows counts(const std::vector<Cell>& cells) {
  Rows rows = Rows::array();
  for (const auto& [method, members] :
       grouped(cells, [](const Cell& cell) { return cell.setup.method; })) {
    std::size_t low = 0, slow = 0, without_hit = 0, lost = 0;
    double least = 1;
    for (const Cell* cell : members) {
      low += cell->recall.value_or(1) < kLeastCell ? 1 : 0;
      slow += is_slow(*cell) ? 1 : 0;
      without_hit += cell->without_hit;
      lost += cell->lost.value_or(0);
      least = std::min(least, cell->recall.value_or(1));
    }
    rows.push_back({{"method", method},
                    {"cells", members.size()},
                    {"least recall", least},
                    {"below .9", low},
                    {"queries without a hit", without_hit},
                    {"own rows lost", lost},
                    {"slower than 1.3 scans", slow}});
  }
  return rows;
}

/// The first few of `cells` that `wanted` accepts, in the order of `before`.
template <class Wanted, class Before>
Members extremes(const std::vector<Cell>& cells, const Wanted& wanted, const Before& before) {
  Members found;
  for (const Cell& cell : cells) {
    if (wanted(cell)) {
      found.push_back(&cell);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](const Cell* a, const Cell* b) { return before(*a, *b); });
  found.resize(std::min(found.size(), kShown));
  return found;
}

Rows least_cells(const std::vector<Cell>& cells) {
  Rows rows = Rows::array();
  for (const Cell* cell : extremes(
           cells, [](const Cell&c) { return c.recall && !is_peer(c); },
           [](const Cell&a, const Cell&b) { return *a.recall < *b.recall; })) {
    Rows row = described(*cell);
    row["recall"] = *cell->recall;
    row["without a hit"] = cell->without_hit;
    rows.push_back(std::move(row));
  }
  return rows;
}

Rows slow_cells(const std::vector<Cell>& cells) {
  Rows rows = Rows::array();
  for (const Cell* cell : extremes(cells, is_slow, [](const Cell&a, const Cell&b) {
         return *a.slowdown() > *b.slowdown();
       })) {
    Rows row = described(*cell);
    row["ms"] = cell->ms;
    row["of exact scans"] = *cell->slowdown();
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Rows table_of(const std::vector<Cell>& cells) {
  Rows rows = Rows::array();
  for (const auto& [key, members] : grouped(cells, of_setup)) {
    const Setup& setup = members[0]->setup;
    Rows row = with_families({{"method", setup.method}, {"life", setup.life}});
    std::size_t without_hit = 0, lost = 0;
    double visits = 0, ms = 0, slowdown = 0;
    for (const Cell* cell : members) {
      if (cell->recall) {
        row[cell->family] = *cell->recall;
        ms = std::max(ms, cell->ms);
        visits = std::max(visits, cell->visits.value_or(0));
      }
      without_hit += cell->without_hit;
      lost += cell->lost.value_or(0);
      slowdown = std::max(slowdown, cell->slowdown().value_or(0));
    }
    row.update({{"without a hit", without_hit},
                {"lost", lost},
                {"most visits", visits},
                {"most ms", ms},
                {"of exact scans", slowdown}});
    rows.push_back(std::move(row));
  }
  return rows;
}

void report_summary(const std::vector<Cell>& cells, Record& out) {
  out.report("means", "mean recall by method, life and family", means(cells));
  out.report("least", "least cells", least_cells(cells));
  out.report("slow", "slower than 1.3 exact scans", slow_cells(cells));
  out.report("counts", "counts", counts(cells));
}

std::vector<std::string> broken_promises(const std::vector<Cell>& cells) {
  std::vector<std::string> broken;
  const auto add = [&](const std::string& what, const std::string& why) {
    broken.push_back(what + ": " + why);
  };
  std::vector<Cell> ours;
  std::ranges::copy_if(cells, std::back_inserter(ours), [](const Cell& c) { return !is_peer(c); });
  for (const Cell& cell : ours) {
    const std::string what = of_setup(cell) + '|' + cell.family;
    if (cell.recall.value_or(1) < kLeastCell) {
      add(what, "recall " + std::to_string(*cell.recall));
    }
    if (cell.without_hit > 0) {
      add(what, std::to_string(cell.without_hit) + " queries without a hit");
    }
    if (cell.lost.value_or(0) > 0) {
      add(what, std::to_string(*cell.lost) + " own rows lost");
    }
  }
  for (const auto& [key, members] : grouped(ours, of_family)) {
    if (const double mean = mean_recall(members); mean < kLeastMean) {
      add(key, "mean recall " + std::to_string(mean));
    }
  }
  return broken;
}

}  // namespace bench
