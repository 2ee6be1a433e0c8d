// Statements that an application would write.
#include "shapes/lives.h"

#include "common/items.h"
#include "common/wire.h"

namespace bench {
namespace {

void create_table(Server& server, const std::string& table, const Dataset& data) {
  server.execute("DROP TABLE IF EXISTS " + table);
  server.execute("CREATE TABLE " + table + " (id int, embedding " + vector_type(data) + ")");
}

/// The same rows in the reverse order: row i is that of number n - 1 - i.
Dataset reversed(const Dataset& data) {
  Dataset other{data.metric, {data.base.rows, data.base.columns, {}}, {}, {}, {}};
  for (std::size_t row = data.base.rows; row-- > 0;) {
    const auto from = data.base.row(row);
    other.base.values.insert(other.base.values.end(), from.begin(), from.end());
  }
  return other;
}

void update_all(const Dataset& data, Searcher& searcher) {
  Server& server = searcher.server();
  const std::string& table = searcher.table();
  load(server, table + "_next", data, data.base.rows);
  server.execute("UPDATE " + table + " SET embedding = next.embedding FROM " + table +
                 "_next AS next WHERE next.id = " + table + ".id");
  server.execute("DROP TABLE " + table + "_next");
}

}  // namespace

std::string to_string(Life life) {
  static const char* const names[] = {"bulk", "inserted", "deleted", "updated"};
  return names[static_cast<std::size_t>(life)];
}

const std::vector<Life>& all_lives() {
  static const std::vector<Life> all = {Life::kBulk, Life::kInserted, Life::kDeleted,
                                        Life::kUpdated};
  return all;
}

void live(Life life, const Dataset& data, Searcher& searcher) {
  Server& server = searcher.server();
  const std::string& table = searcher.table();
  create_table(server, table, data);
  if (life == Life::kInserted) {
    searcher.create();
    append(server, table, data, data.base.rows);
  } else {
    append(server, table, life == Life::kUpdated ? reversed(data) : data, data.base.rows);
    searcher.create();
  }
  if (life == Life::kUpdated) {
    update_all(data, searcher);
  } else if (life == Life::kDeleted) {
    server.execute("DELETE FROM " + table + " WHERE id % 2 = 1");
  }
  server.execute("VACUUM (ANALYZE) " + table);
  prewarm(server, table);
  prewarm(server, searcher.index());
  searcher.choose();
}

}  // namespace bench
