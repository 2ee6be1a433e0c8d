// Routes about the server, its cluster and its quotas, as Qdrant answers them where it stands
// alone.
#include <ctime>

#include "base/failure.h"
#include "service/collections.h"
#include "service/statistics.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

// --- The program ---------------------------------------------------------------------------------

std::string iso_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

void write_durations(JsonWriter& object, const Durations& durations) {
  const std::uint64_t count = durations.count();
  const auto microseconds = [&](std::string_view name, double seconds) {
    append_float(object.key(name), static_cast<float>(seconds * 1e6));
  };
  object.integer("count", static_cast<std::int64_t>(count));
  microseconds("avg_duration_micros", count == 0 ? 0 : durations.sum / static_cast<double>(count));
  microseconds("min_duration_micros", durations.least);
  microseconds("max_duration_micros", durations.most);
  object.integer("total_duration_micros", static_cast<std::int64_t>(durations.sum * 1e6));
}

// {"PUT /collections/{collection_name}": {"200": …}}; `name_of(place)` is the name of an endpoint.
template <class F>
void write_responses(JsonWriter& responses, const Registry::ResponseMap& all, F name_of) {
  for (auto next = all.begin(); next != all.end();) {
    const std::size_t place = next->first.first;
    responses.object(name_of(place), [&](JsonWriter& by_status) {
      for (; next != all.end() && next->first.first == place; ++next) {
        by_status.object(std::to_string(next->first.second),
                         [&](JsonWriter& object) { write_durations(object, next->second); });
      }
    });
  }
}

std::string name_of_endpoint(std::size_t place) {
  const std::vector<Endpoint>& endpoints = Router::all_endpoints();
  return place < endpoints.size()
             ? std::string(endpoints[place].method) + " " + std::string(endpoints[place].pattern)
             : "any unknown";
}

void write_requests(JsonWriter& requests, const Registry& registry) {
  const auto write = [&](std::string_view protocol, const Registry::ResponseMap& all, auto name) {
    requests.object(protocol, [&](JsonWriter& object) {
      object.object("responses",
                    [&](JsonWriter& responses) { write_responses(responses, all, name); });
    });
  };
  write("rest", registry.rest_responses(), name_of_endpoint);
  write("grpc", registry.grpc_responses(),
        [&](std::size_t place) { return std::string(registry.grpc_method(place)); });
}

// What a Qdrant can be built or started with, by which its tests choose what they ask for.
constexpr std::string_view kNoFeatures =
    R"({"debug":false,"service_debug_feature":false,"recovery_mode":false,"gpu":false,)"
    R"("rocksdb":false,"staging":false})";

std::int64_t details_level(const Request& request) {
  const std::string text = request.parameter("details_level").value_or("0");
  if (text.empty() || text.size() > 9 ||
      text.find_first_not_of("0123456789") != std::string::npos) {
    throw Failure(FailureKind::kBadJson,
                  "Invalid query parameters: details_level must be a number");
  }
  return std::stol(text);
}

Task<std::string> telemetry(Request& request) {
  const bool has_details = details_level(request) > 0;
  const bool has_names = has_details && !request.flag("anonymize").value_or(false);
  const std::vector<std::string> names = co_await list_collections(request.context);
  const Program& program = request.program;
  co_return json_object([&](JsonWriter& object) {
    object.string("id", program.id);
    object.object("app", [&](JsonWriter& app) {
      app.string("name", "vecextd");
      app.string("version", VECEXTD_VERSION);
      if (has_details) {
        app.raw("features", kNoFeatures);
      }
      app.string("startup", iso_time(program.started));
    });
    object.object("collections", [&](JsonWriter& collections) {
      collections.integer("number_of_collections", static_cast<std::int64_t>(names.size()));
      if (has_names) {
        collections.list("collections", [&](JsonList& list) {
          for (const std::string& name : names) {
            list.object([&](JsonWriter& collection) { collection.string("id", name); });
          }
        });
      }
    });
    object.object("cluster", [](JsonWriter& cluster) { cluster.boolean("enabled", false); });
    if (request.context.grant.is_of_server()) {
      object.object("requests",
                    [&](JsonWriter& requests) { write_requests(requests, program.metrics); });
    }
    object.raw("quota", R"({"config":{"enabled":false},"exceeded":{}})");
  });
}

// Advice on collections is in what vecext returns of them.
Task<std::string> issues(Request& request) {
  request.context.require_global(Access::kRead);
  co_return R"({"issues":[]})";
}

Task<std::string> clear_issues(Request& request) {
  request.context.require_global(Access::kManage);
  co_return "true";
}

Task<std::string> quotas(Request& request) {
  request.context.require_global(Access::kRead);
  co_return R"({"config":{"enabled":false},"usage":{}})";
}

Task<std::string> put_quotas(Request& request) {
  request.context.require_global(Access::kManage);
  const JsonObject config = request.object();
  for (const JsonMember& member : config.members()) {
    const bool is_limit = member.key != "enabled" && member.value != "null";
    if (is_limit || config.find_bool("enabled").value_or(false)) {
      throw Failure(FailureKind::kBadInput,
                    "Quotas are not offered: memory and disk are PostgreSQL's");
    }
  }
  co_return "true";
}

// --- The cluster ---------------------------------------------------------------------------------

Task<std::string> cluster(Request& request) {
  request.context.require_global(Access::kRead);
  co_return R"({"status":"disabled"})";
}

[[noreturn]] void refuse_standalone() {
  throw Failure(FailureKind::kNotOffered, "Qdrant is running in standalone mode");
}

Task<std::string> read_cluster(Request& request) {
  request.context.require_global(Access::kRead);
  refuse_standalone();
  co_return "";
}

Task<std::string> change_cluster(Request& request) {
  request.context.require_global(Access::kManage);
  refuse_standalone();
  co_return "";
}

// A collection is one shard, whose number is 0, of a peer whose number is 0.
Task<std::string> collection_cluster(Request& request) {
  const CollectionDescription description =
      co_await describe_collection(request.context, request.collection());
  co_return json_object([&](JsonWriter& object) {
    object.integer("peer_id", 0);
    object.integer("shard_count", 1);
    object.list("local_shards", [&](JsonList& shards) {
      shards.object([&](JsonWriter& shard) {
        shard.integer("shard_id", 0);
        shard.integer("points_count", description.points);
        shard.string("state", "Active");
      });
    });
    object.raw("remote_shards", "[]");
    object.raw("shard_transfers", "[]");
  });
}

Task<std::string> shard_keys(Request& request) {
  co_await require_collection(request.context, request.collection());
  co_return R"({"shard_keys":null})";
}

// --- Indexes that are being built ----------------------------------------------------------------

void write_build(JsonWriter& object, const sql::IndexBuild& build, std::int64_t points) {
  object.string("uuid", build.uuid);
  object.string("optimizer", "indexing");
  object.string("status", "optimizing");
  object.list("segments", [&](JsonList& segments) {
    segments.object([&](JsonWriter& segment) {
      segment.string("uuid", build.uuid);
      segment.integer("points_count", points);
    });
  });
  object.object("progress", [&](JsonWriter& progress) {
    progress.string("name", build.phase);
    progress.string("started_at", build.started_at);
    progress.integer("done", build.rows_done);
    progress.integer("total", build.rows_all);
    progress.raw("children", "[]");
  });
}

// Points that an index has not taken up yet are those that wait for VACUUM to do so.
Task<std::string> optimizations(Request& request) {
  const IndexWork work = co_await index_work(request.context, request.collection());
  std::int64_t queued = 0;
  std::int64_t queued_points = 0;
  for (int i = 0; i < work.vectors.size(); ++i) {
    queued += work.vectors[i].pending_points > 0;
    queued_points += work.vectors[i].pending_points;
  }
  const std::int64_t points = work.vectors.size() > 0 ? work.vectors[0].points : 0;
  co_return json_object([&](JsonWriter& object) {
    object.object("summary", [&](JsonWriter& summary) {
      summary.integer("queued_optimizations", queued);
      summary.integer("queued_segments", queued);
      summary.integer("queued_points", queued_points);
      summary.integer("idle_segments", work.builds.size() > 0 ? 0 : 1);
    });
    object.list("running", [&](JsonList& running) {
      for (int row = 0; row < work.builds.size(); ++row) {
        const sql::IndexBuild build = sql::index_build_of(work.builds, row);
        running.object([&](JsonWriter& entry) { write_build(entry, build, points); });
      }
    });
    // What is done is not remembered, and what waits for its turn is in the summary.
    const std::string with = request.parameter("with").value_or("");
    for (const std::string_view list : {"queued", "completed"}) {
      if (with.find(list) != std::string::npos) {
        object.raw(list, "[]");
      }
    }
    if (with.find("idle_segments") != std::string::npos) {
      object.list("idle_segments", [&](JsonList& segments) {
        segments.object([&](JsonWriter& table) {
          table.string("uuid", "00000000-0000-0000-0000-000000000000");
          table.integer("points_count", points);
        });
      });
    }
  });
}

Task<std::string> memory(Request& request) {
  return collection_memory(request.context, request.collection());
}

}  // namespace

const std::vector<Route>& service_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/telemetry", telemetry, "describes the program and the requests it has answered"},
      {"GET", "/issues", issues, "lists no issues"},
      {"DELETE", "/issues", clear_issues, "does nothing"},
      {"GET", "/quotas", quotas, "tells that there are no quotas"},
      {"PUT", "/quotas", put_quotas, "refuses quotas"},
      {"GET", "/cluster", cluster, "tells that there is no cluster"},
      {"GET", "/cluster/telemetry", read_cluster, "refused: there is no cluster"},
      {"POST", "/cluster/recover", change_cluster, "refused: there is no cluster"},
      {"DELETE", "/cluster/peer/{peer_id}", change_cluster, "refused: there is no cluster"},
      {"GET", "/cluster/metadata/keys", read_cluster, "refused: there is no cluster"},
      {"GET", "/cluster/metadata/keys/{key}", read_cluster, "refused: there is no cluster"},
      {"PUT", "/cluster/metadata/keys/{key}", change_cluster, "refused: there is no cluster"},
      {"DELETE", "/cluster/metadata/keys/{key}", change_cluster, "refused: there is no cluster"},
      {"GET", "/collections/{collection_name}/cluster", collection_cluster,
       "describes the collection as one shard"},
      {"POST", "/collections/{collection_name}/cluster", change_cluster,
       "refused: there is no cluster"},
      {"GET", "/collections/{collection_name}/shards", shard_keys, "lists no shard keys"},
      {"PUT", "/collections/{collection_name}/shards", change_cluster,
       "refused: there is no cluster"},
      {"POST", "/collections/{collection_name}/shards/delete", change_cluster,
       "refused: there is no cluster"},
      {"GET", "/collections/{collection_name}/optimizations", optimizations,
       "lists the indexes of the collection that are being built"},
      {"GET", "/collections/{collection_name}/memory", memory,
       "tells the sizes of a collection's parts"},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
