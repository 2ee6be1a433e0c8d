// Loading by COPY, and what the catalog tells.
#include "common/items.h"

#include "common/wire.h"

namespace bench {

Server connect(const std::string& name, const std::string& extension, const std::string& conninfo) {
  Server server(name, conninfo);
  server.execute("CREATE EXTENSION IF NOT EXISTS " + extension);
  server.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm");
  return server;
}

std::vector<std::string> versions(Server& server) {
  return server.column(
      "SELECT 'PostgreSQL ' || current_setting('server_version') UNION ALL "
      "SELECT extname || ' ' || extversion FROM pg_extension WHERE extname IN ('vecext', "
      "'vector')");
}

std::string vector_type(const Dataset& data) {
  return "vector(" + std::to_string(data.base.columns) + ")";
}

std::string own_operator(Metric metric) {
  return metric == Metric::kCosine ? "<=>" : metric == Metric::kInnerProduct ? "<#>" : "<->";
}

void load(Server& server, const std::string& table, const Dataset& data, std::size_t rows) {
  const std::string columns = " (id int, embedding " + vector_type(data) + ")";
  server.execute("CREATE TABLE IF NOT EXISTS " + table + columns);
  if (server.column("SELECT count(*) FROM " + table).at(0) == std::to_string(rows)) {
    return;
  }
  server.execute("DROP TABLE " + table);
  server.execute("CREATE TABLE " + table + columns);
  server.copy("COPY " + table + " FROM STDIN (FORMAT binary)", CopyRows::binary_with_ids(data.base),
              0, rows);
  server.execute("VACUUM (FREEZE, ANALYZE) " + table);
}

double append(Server& server, const std::string& table, const Dataset& data, std::size_t rows) {
  const CopyRows encoded = CopyRows::binary_with_ids(data.base);
  return milliseconds([&] {
           server.copy("COPY " + table + " FROM STDIN (FORMAT binary)", encoded,
                       data.base.rows - rows, rows);
         }) /
         1e3;
}

void prewarm(Server& server, const std::string& relation) {
  server.execute(
      "SELECT pg_prewarm(oid) FROM pg_class WHERE oid IN (SELECT unnest(ARRAY[oid, reltoastrelid]) "
      "FROM pg_class WHERE oid = '" +
      relation + "'::regclass)");
}

std::string plan_of_search(Server& server, const std::string& table) {
  const std::string vector = server.column("SELECT embedding FROM " + table + " LIMIT 1").at(0);
  std::string nodes;
  for (const auto& line : server.column("EXPLAIN (COSTS OFF) EXECUTE search('" + vector + "')")) {
    if (line.find(':') != std::string::npos) {
      continue;  // a property of the node above
    }
    nodes += (nodes.empty() ? "" : " > ") + line.substr(line.find_first_not_of(" ->"));
  }
  return nodes;
}

}  // namespace bench
