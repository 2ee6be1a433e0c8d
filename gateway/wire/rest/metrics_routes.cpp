// The route that Prometheus asks. Names are Qdrant's where it has one; others begin with vecext_.
#include "base/failure.h"
#include "metrics/exposition.h"
#include "metrics/process.h"
#include "service/health.h"
#include "service/statistics.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

// --- Collections ---------------------------------------------------------------------------------

// Calls `f` with the first row of each collection.
template <class F>
void each_collection(const StatisticsList& list, F f) {
  for (int i = 0; i < list.size(); ++i) {
    if (i == 0 || list[i].collection != list[i - 1].collection) {
      f(list[i]);
    }
  }
}

template <class F>
void each_vector(const StatisticsList& list, F f) {
  for (int i = 0; i < list.size(); ++i) {
    if (list[i].has_vector) {
      f(list[i]);
    }
  }
}

void write_points(Exposition& out, const StatisticsList& list) {
  std::int64_t collections = 0;
  std::int64_t vectors = 0;
  each_collection(list, [&](const Statistics&) { ++collections; });
  each_vector(list, [&](const Statistics& row) { vectors += row.points; });
  out.family("collections_total", "gauge", "Collections.");
  out.sample(static_cast<double>(collections));
  out.family("collections_vector_total", "gauge",
             "Vectors of all collections, estimated: points, for each vector that they may have.");
  out.sample(static_cast<double>(vectors));
  const auto of_collection = [&](std::string_view name, std::string_view help,
                                 std::int64_t Statistics::*number) {
    out.family(name, "gauge", help);
    each_collection(list, [&](const Statistics& row) {
      out.sample(static_cast<double>(row.*number), {{"id", row.collection}});
    });
  };
  of_collection("collection_points", "Points, estimated.", &Statistics::points);
  of_collection("vecext_dead_points", "Points that VACUUM is to remove, estimated.",
                &Statistics::dead_points);
  const auto of_vector = [&](std::string_view name, std::string_view help,
                             std::int64_t Statistics::*number) {
    out.family(name, "gauge", help);
    each_vector(list, [&](const Statistics& row) {
      out.sample(static_cast<double>(row.*number),
                 {{"collection", row.collection}, {"vector", row.vector}});
    });
  };
  of_vector("collection_vectors", "Vectors by name, estimated.", &Statistics::points);
  of_vector("vecext_indexed_points", "Points in the index of a vector.",
            &Statistics::indexed_points);
  of_vector("vecext_pending_points", "Points that wait to be put into the index of a vector.",
            &Statistics::pending_points);
}

void write_storage(Exposition& out, const StatisticsList& list) {
  out.family("vecext_collection_status", "gauge",
             "1 for the status of a collection: green, yellow or red.");
  each_collection(list, [&](const Statistics& row) {
    out.sample(1, {{"id", row.collection}, {"status", row.status}});
  });
  constexpr std::pair<std::string_view, std::int64_t Statistics::*> kParts[] = {
      {"table", &Statistics::table_bytes},
      {"toast", &Statistics::toast_bytes},
      {"vector_index", &Statistics::vector_index_bytes},
      {"payload_index", &Statistics::payload_index_bytes},
      {"other_index", &Statistics::other_index_bytes}};
  out.family("vecext_storage_bytes", "gauge", "Bytes on disk by part of a collection.");
  each_collection(list, [&](const Statistics& row) {
    for (const auto& [part, bytes] : kParts) {
      out.sample(static_cast<double>(row.*bytes), {{"id", row.collection}, {"part", part}});
    }
  });
  out.family("vecext_cache_pages_total", "counter",
             "Pages of a collection that PostgreSQL found in its cache, or read.");
  each_collection(list, [&](const Statistics& row) {
    out.sample(static_cast<double>(row.cache_hits), {{"id", row.collection}, {"from", "cache"}});
    out.sample(static_cast<double>(row.cache_reads), {{"id", row.collection}, {"from", "file"}});
  });
}

// --- Requests ------------------------------------------------------------------------------------

// Writes the families of a protocol. `sample(value, place, status)` writes one sample.
template <class F>
void write_responses(Exposition& out, const std::string& protocol, const Registry::ResponseMap& all,
                     F sample) {
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help,
                        auto value) {
    out.family(protocol + std::string(name), type, help);
    for (const auto& [key, durations] : all) {
      sample(value(durations), key.first, std::to_string(key.second));
    }
  };
  each("_responses_total", "counter", "Answers.",
       [](const Durations& durations) { return static_cast<double>(durations.count()); });
  each("_responses_avg_duration_seconds", "gauge", "Average duration since the start.",
       [](const Durations& durations) {
         const std::uint64_t count = durations.count();
         return count == 0 ? 0 : durations.sum / static_cast<double>(count);
       });
  each("_responses_min_duration_seconds", "gauge", "Shortest duration since the start.",
       [](const Durations& durations) { return durations.least; });
  each("_responses_max_duration_seconds", "gauge", "Longest duration since the start.",
       [](const Durations& durations) { return durations.most; });
  each("_responses_duration_seconds", "histogram",
       "Durations, from the end of the request to the beginning of the answer.",
       [](const Durations& durations) { return durations; });
}

void write_responses(Exposition& out, const Registry& registry) {
  const std::vector<Endpoint>& endpoints = Router::all_endpoints();
  write_responses(out, "rest", registry.rest_responses(),
                  [&](const auto& value, std::size_t place, const std::string& status) {
                    const Endpoint endpoint =
                        place < endpoints.size() ? endpoints[place] : Endpoint{"any", "unknown"};
                    out.sample(value, {{"method", endpoint.method},
                                       {"endpoint", endpoint.pattern},
                                       {"status", status}});
                  });
  write_responses(
      out, "grpc", registry.grpc_responses(),
      [&](const auto& value, std::size_t place, const std::string& status) {
        out.sample(value, {{"endpoint", registry.grpc_method(place)}, {"status", status}});
      });
}

// --- Connections to PostgreSQL -------------------------------------------------------------------

void write_pool(Exposition& out, const Registry& registry) {
  const auto gauge = [&](std::string_view name, std::string_view help, Gauge PoolMetrics::*number) {
    std::int64_t sum = 0;
    for (const ThreadMetrics& thread : registry.threads()) {
      sum += (thread.pool.*number).value();
    }
    out.family(name, "gauge", help);
    out.sample(static_cast<double>(sum));
  };
  gauge("vecext_pool_connections", "Connections to PostgreSQL.", &PoolMetrics::open);
  gauge("vecext_pool_connections_idle", "Connections that no request has.", &PoolMetrics::idle);
  gauge("vecext_pool_connections_max", "Connections that there may be.", &PoolMetrics::most);
  gauge("vecext_pool_waiting", "Requests that wait for a connection.", &PoolMetrics::waiting);
  const auto counter = [&](std::string_view name, std::string_view help,
                           Counter PoolMetrics::*number) {
    std::uint64_t sum = 0;
    for (const ThreadMetrics& thread : registry.threads()) {
      sum += (thread.pool.*number).value();
    }
    out.family(name, "counter", help);
    out.sample(static_cast<double>(sum));
  };
  counter("vecext_pool_opened_total", "Connections that were made.", &PoolMetrics::opened);
  counter("vecext_pool_lost_total", "Connections that were lost or could not be made.",
          &PoolMetrics::lost);
  counter("vecext_pool_refused_total", "Requests refused since too many were waiting.",
          &PoolMetrics::refused);
  counter("vecext_pool_timed_out_total", "Requests that waited for too long.",
          &PoolMetrics::timed_out);
  const auto histogram = [&](std::string_view name, std::string_view help,
                             Histogram PoolMetrics::*durations) {
    Durations sum;
    for (const ThreadMetrics& thread : registry.threads()) {
      (thread.pool.*durations).add_to(sum);
    }
    out.family(name, "histogram", help);
    out.sample(sum);
  };
  histogram("vecext_pool_wait_seconds", "How long requests waited that found no free connection.",
            &PoolMetrics::waits);
  histogram("vecext_transaction_duration_seconds",
            "Transactions, from the first message to the last answer.", &PoolMetrics::transactions);
}

void write_totals(Exposition& out, const Registry& registry) {
  std::map<std::string, std::uint64_t> errors;
  std::uint64_t points = 0;
  for (const ThreadMetrics& thread : registry.threads()) {
    thread.pool.errors.each(
        [&](const std::string& state, const Counter& count) { errors[state] += count.value(); });
    points += thread.points_written.value();
  }
  out.family("vecext_sql_errors_total", "counter", "Errors of the server by SQLSTATE.");
  for (const auto& [state, count] : errors) {
    out.sample(static_cast<double>(count), {{"sqlstate", state}});
  }
  out.family("vecext_points_written_total", "counter", "Points inserted or overwritten.");
  out.sample(static_cast<double>(points));
}

void write_process(Exposition& out) {
  const ProcessNumbers numbers = process_numbers();
  const auto write = [&](std::string_view name, std::string_view type, std::string_view help,
                         double value) {
    out.family(name, type, help);
    out.sample(value);
  };
  write("memory_resident_bytes", "gauge", "Resident memory of the gateway.",
        static_cast<double>(numbers.resident_bytes));
  write("process_threads", "gauge", "Threads of the gateway.",
        static_cast<double>(numbers.threads));
  write("process_open_fds", "gauge", "Open files and sockets of the gateway.",
        static_cast<double>(numbers.open_files));
  write("process_max_fds", "gauge", "Files and sockets that the gateway may have open.",
        static_cast<double>(numbers.most_files));
  write("process_cpu_seconds_total", "counter", "CPU time of the gateway.", numbers.cpu_seconds);
}

// What is known without the server is part of the answer although that is away.
Task<HttpReply> metrics(Request& request) {
  request.context.require_global(Access::kRead);
  std::optional<StatisticsList> list;
  bool has_answered = true;
  try {
    StatisticsList found = co_await collection_statistics(request.context);
    list = std::move(found);
  } catch (const Failure& failure) {
    has_answered = !failure.sql_state().empty();
  }
  Exposition out;
  out.family("app_info", "gauge", "information about qdrant server, in whose place this is");
  out.sample(1, {{"name", "qdrant"}, {"version", kQdrantVersion}, {"vecextd", VECEXTD_VERSION}});
  out.family("cluster_enabled", "gauge", "Always 0: a gateway stands alone.");
  out.sample(0);
  out.family("vecext_postgres_up", "gauge", "1 if PostgreSQL has answered now.");
  out.sample(has_answered ? 1 : 0);
  if (list) {
    write_points(out, *list);
    write_storage(out, *list);
  }
  write_responses(out, request.program.metrics);
  write_pool(out, request.program.metrics);
  write_totals(out, request.program.metrics);
  write_process(out);
  HttpReply reply;
  reply.body = out.text();
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  co_return reply;
}

}  // namespace

const std::vector<Route>& metrics_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/metrics", metrics, "returns numbers for Prometheus"},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
