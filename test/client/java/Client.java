import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.fusion;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.Fusion;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPointGroups;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A small program of Qdrant's Java client, at the port of gRPC that is its argument. */
public class Client {
  static final String NAME = "java";
  static final UUID LONDON = UUID.fromString("5c56c793-69f3-4fbf-87e6-c4bf54c28c26");
  static final Filter BERLIN = Filter.newBuilder().addMust(matchKeyword("city", "Berlin")).build();
  static final Query IMAGE = nearest(1, 1, 1, 1);
  static final Query WORDS = nearest(List.of(1f), List.of(7));

  static QdrantClient client;

  /** Prints a fact if it is as expected, and ends the program otherwise. */
  static void check(String fact, Object got, Object expected) {
    if (!got.equals(expected)) throw new AssertionError(fact + ": " + got + ", expected " + expected);
    System.out.println(fact + ": " + got);
  }

  static <T> T get(ListenableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  /** The code of gRPC that a request fails with. */
  static Status.Code code(ListenableFuture<?> future) throws Exception {
    try {
      get(future);
    } catch (ExecutionException failure) {
      return Status.fromThrowable(failure).getCode();
    }
    return Status.Code.OK;
  }

  static String idOf(PointId point) {
    return point.hasUuid() ? point.getUuid() : Long.toString(point.getNum());
  }

  static List<String> scores(List<ScoredPoint> hits) {
    return hits.stream().map(hit -> String.format("%s %.3f", idOf(hit.getId()), hit.getScore())).toList();
  }

  static List<String> ids(List<RetrievedPoint> points) {
    return points.stream().map(point -> idOf(point.getId())).toList();
  }

  static CreateCollection collection() {
    VectorParams image = VectorParams.newBuilder().setSize(4).setDistance(Distance.Dot).build();
    return CreateCollection.newBuilder()
        .setCollectionName(NAME)
        .setVectorsConfig(VectorsConfig.newBuilder().setParamsMap(VectorParamsMap.newBuilder().putMap("image", image)))
        .setSparseVectorsConfig(SparseVectorConfig.newBuilder().putMap("words", SparseVectorParams.getDefaultInstance()))
        .build();
  }

  static PointStruct point(PointId id, Map<String, Value> payload, Vector image, Vector words) {
    Map<String, Vector> vectors = new HashMap<>(Map.of("image", image));
    if (words != null) vectors.put("words", words);
    return PointStruct.newBuilder().setId(id).setVectors(namedVectors(vectors)).putAllPayload(payload).build();
  }

  static void write() throws Exception {
    check("create", get(client.createCollectionAsync(collection())).getResult(), true);
    check("create once more", code(client.createCollectionAsync(collection())), Status.Code.ALREADY_EXISTS);
    get(client.createPayloadIndexAsync(NAME, "city", PayloadSchemaType.Keyword, null, true, null, null));
    var points = List.of(
        point(id(1), Map.of("city", value("Berlin"), "n", value(1)), vector(1, 2, 3, 4), vector(List.of(2f), List.of(7))),
        point(id(2), Map.of("city", value("Berlin"), "n", value(2.5)), vector(1, 0, 1, 0), vector(List.of(3f, 1f), List.of(7, 9))),
        point(id(LONDON), Map.of("city", value("London"), "tags", list(List.of(value("old"), value("large")))), vector(0, 1, 1, 1), null));
    check("upsert", get(client.upsertAsync(NAME, points)).getStatus(), UpdateStatus.Completed);
    var info = get(client.getCollectionInfoAsync(NAME));
    check("points", info.getPointsCount(), 3L);
    check("payload index", info.getPayloadSchemaMap().get("city").getDataType(), PayloadSchemaType.Keyword);
  }

  static QueryPoints.Builder query(String collection, Query query, String using) {
    return QueryPoints.newBuilder().setCollectionName(collection).setQuery(query).setUsing(using);
  }

  static void search() throws Exception {
    var hits = get(client.queryAsync(
        query(NAME, IMAGE, "image").setFilter(BERLIN).setWithPayload(WithPayloadSelectorFactory.enable(true)).build()));
    check("query, city = Berlin", scores(hits), List.of("1 10.000", "2 2.000"));
    check("its payload",
        List.of(hits.get(0).getPayloadMap().get("n").getIntegerValue(), hits.get(1).getPayloadMap().get("n").getDoubleValue()),
        List.of(1L, 2.5));
    check("query of the sparse vector", scores(get(client.queryAsync(query(NAME, WORDS, "words").build()))), List.of("2 3.000", "1 2.000"));
    var fused = QueryPoints.newBuilder().setCollectionName(NAME).setQuery(fusion(Fusion.RRF))
        .addPrefetch(PrefetchQuery.newBuilder().setQuery(IMAGE).setUsing("image"))
        .addPrefetch(PrefetchQuery.newBuilder().setQuery(WORDS).setUsing("words"));
    check("fusion", scores(get(client.queryAsync(fused.build()))), List.of("1 0.833", "2 0.750", LONDON + " 0.333"));
    var groups = QueryPointGroups.newBuilder().setCollectionName(NAME).setQuery(IMAGE).setUsing("image").setGroupBy("city").setGroupSize(1);
    check("groups",
        get(client.queryGroupsAsync(groups.build())).stream()
            .map(group -> group.getId().getStringValue() + " " + idOf(group.getHits(0).getId())).toList(),
        List.of("Berlin 1", "London " + LONDON));
    check("query of no collection", code(client.queryAsync(query("nowhere", IMAGE, "image").build())), Status.Code.NOT_FOUND);
    check("query of two dimensions", code(client.queryAsync(query(NAME, nearest(1, 1), "image").build())), Status.Code.INVALID_ARGUMENT);
  }

  static void read() throws Exception {
    var page = ScrollPoints.newBuilder().setCollectionName(NAME).setLimit(2);
    ScrollResponse first = get(client.scrollAsync(page.clone().setWithVectors(WithVectorsSelectorFactory.enable(true)).build()));
    check("first page", ids(first.getResultList()), List.of("1", "2"));
    Map<String, VectorOutput> vectors = first.getResult(1).getVectors().getVectors().getVectorsMap();
    check("its vectors",
        List.of(vectors.get("image").getDense().getDataList(), vectors.get("words").getSparse().getIndicesList(),
            vectors.get("words").getSparse().getValuesList()),
        List.of(List.of(1f, 0f, 1f, 0f), List.of(7, 9), List.of(3f, 1f)));
    ScrollResponse last = get(client.scrollAsync(page.clone().setOffset(first.getNextPageOffset()).build()));
    check("last page", ids(last.getResultList()), List.of(LONDON.toString()));
    check("another page follows it", last.hasNextPageOffset(), false);
    check("count, city = Berlin", get(client.countAsync(NAME, BERLIN, true)), 2L);
  }

  static void change() throws Exception {
    get(client.setPayloadAsync(NAME, Map.of("visited", value(true)), id(LONDON), true, null, null));
    var payload = get(client.retrieveAsync(NAME, id(LONDON), true, false, null)).get(0).getPayloadMap();
    check("set payload",
        List.of(payload.get("visited").getBoolValue(), payload.get("tags").getListValue().getValues(1).getStringValue()),
        List.of(true, "large"));
    get(client.deleteAsync(NAME, BERLIN));
    check("points after delete", get(client.countAsync(NAME)), 1L);
    check("delete the collection", get(client.deleteCollectionAsync(NAME)).getResult(), true);
    check("exists", get(client.collectionExistsAsync(NAME)), false);
  }

  public static void main(String[] arguments) throws Exception {
    client = new QdrantClient(QdrantGrpcClient.newBuilder("127.0.0.1", Integer.parseInt(arguments[0]), false).build());
    try {
      write();
      search();
      read();
      change();
    } finally {
      client.close();
    }
    System.out.println("passed");
  }
}
