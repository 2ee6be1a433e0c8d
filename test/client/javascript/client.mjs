// A small program of Qdrant's JavaScript clients, by REST and by gRPC, in front of the server that libpq's variables name:
//
//   node client.mjs VECEXTD
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { QdrantClient } from "@qdrant/js-client-rest";
import { QdrantClient as GrpcClient } from "@qdrant/js-client-grpc";

const gateway = spawn(process.argv[2], ["--http-port", "0", "--grpc-port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
try {
  await check();
} finally {
  gateway.kill();
}
console.log("passed");

async function check() {
  let log = "";
  let ready;
  for await (const data of gateway.stdout.iterator({ destroyOnReturn: false })) {
    log += data;
    ready = /gRPC on \S+:(\d+)[^]*(http:\/\/\S+)\n/.exec(log);
    if (ready) break;
  }
  assert.ok(ready, log);
  gateway.stdout.resume();
  const [, grpcPort, url] = ready;
  const name = "javascript";
  const berlin = 1;
  const london = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26";

  const rest = new QdrantClient({ url });
  await rest.deleteCollection(name);
  await rest.createCollection(name, { vectors: { size: 4, distance: "Dot" }, sparse_vectors: { words: {} } });
  assert.equal((await rest.collectionExists(name)).exists, true);
  const upserted = await rest.upsert(name, {
    wait: true,
    points: [
      { id: berlin, vector: { "": [1, 2, 3, 4], words: { indices: [7], values: [2] } }, payload: { city: "Berlin", n: 1.5 } },
      { id: london, vector: [0, 1, 0, 1], payload: { city: "London" } },
    ],
  });
  assert.equal(upserted.status, "completed");
  const query = await rest.query(name, { query: [1, 1, 1, 1], with_payload: true, filter: { must: [{ key: "city", match: { any: ["Berlin", "London"] } }] } });
  assert.deepEqual(query.points.map(({ id, score }) => [id, score]), [[berlin, 10], [london, 2]]);
  assert.deepEqual(query.points[0].payload, { city: "Berlin", n: 1.5 });
  const page = await rest.scroll(name, { with_vector: true, limit: 1 });
  assert.deepEqual(page.points[0].vector, { "": [1, 2, 3, 4], words: { indices: [7], values: [2] } });
  assert.equal(page.next_page_offset, london);
  await rest.createPayloadIndex(name, { field_name: "city", field_schema: "keyword", wait: true });
  assert.equal((await rest.getCollection(name)).payload_schema.city.data_type, "keyword");
  assert.equal((await rest.facet(name, { key: "city" })).hits.length, 2);
  await rest.setPayload(name, { wait: true, payload: { visited: true }, points: [london] });
  assert.equal((await rest.retrieve(name, { ids: [london] }))[0].payload.visited, true);
  await assert.rejects(rest.getCollection("nowhere"), (error) => error.status === 404);

  const grpc = new GrpcClient({ host: "127.0.0.1", port: Number(grpcPort), checkCompatibility: false });
  assert.equal((await grpc.api("service").healthCheck({})).version, "1.19.0");
  const found = await grpc.api("points").search({ collectionName: name, vector: [1, 1, 1, 1], limit: 1n, withPayload: { selectorOptions: { case: "enable", value: true } } });
  assert.equal(found.result[0].id.pointIdOptions.value, 1n);
  assert.equal(found.result[0].payload.n.kind.value, 1.5);
  await assert.rejects(grpc.api("collections").get({ collectionName: "nowhere" }), /not_found/);

  await rest.delete(name, { wait: true, points: [berlin] });
  assert.equal((await rest.count(name)).count, 1);
  await rest.deleteCollection(name);
}
