// A small program of Qdrant's Go client, at the port of gRPC that is its argument.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"reflect"
	"strconv"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const name = "go"
const london = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"

var ctx = context.Background()

// check prints a fact if it is as expected, and ends the program otherwise.
func check(fact string, got, expected any) {
	if !reflect.DeepEqual(got, expected) {
		log.Fatalf("%s: %v, expected %v", fact, got, expected)
	}
	fmt.Printf("%s: %v\n", fact, got)
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func idOf(id *qdrant.PointId) string {
	if uuid := id.GetUuid(); uuid != "" {
		return uuid
	}
	return strconv.FormatUint(id.GetNum(), 10)
}

func scores(hits []*qdrant.ScoredPoint) []string {
	var texts []string
	for _, hit := range hits {
		texts = append(texts, fmt.Sprintf("%s %.3f", idOf(hit.GetId()), hit.GetScore()))
	}
	return texts
}

func ids(points []*qdrant.RetrievedPoint) []string {
	var texts []string
	for _, point := range points {
		texts = append(texts, idOf(point.GetId()))
	}
	return texts
}

func create(client *qdrant.Client) error {
	return client.CreateCollection(ctx, &qdrant.CreateCollection{
		CollectionName:      name,
		VectorsConfig:       qdrant.NewVectorsConfigMap(map[string]*qdrant.VectorParams{"image": {Size: 4, Distance: qdrant.Distance_Dot}}),
		SparseVectorsConfig: qdrant.NewSparseVectorsConfig(map[string]*qdrant.SparseVectorParams{"words": {}}),
	})
}

func point(id *qdrant.PointId, payload map[string]any, image, words *qdrant.Vector) *qdrant.PointStruct {
	vectors := map[string]*qdrant.Vector{"image": image}
	if words != nil {
		vectors["words"] = words
	}
	return &qdrant.PointStruct{Id: id, Payload: qdrant.NewValueMap(payload), Vectors: qdrant.NewVectorsMap(vectors)}
}

func write(client *qdrant.Client) {
	check("create", create(client), nil)
	check("create once more", status.Code(create(client)), codes.AlreadyExists)
	must(client.CreateFieldIndex(ctx, &qdrant.CreateFieldIndexCollection{
		CollectionName: name, Wait: qdrant.PtrOf(true), FieldName: "city", FieldType: qdrant.FieldType_FieldTypeKeyword.Enum()}))
	result := must(client.Upsert(ctx, &qdrant.UpsertPoints{CollectionName: name, Wait: qdrant.PtrOf(true), Points: []*qdrant.PointStruct{
		point(qdrant.NewIDNum(1), map[string]any{"city": "Berlin", "n": 1},
			qdrant.NewVector(1, 2, 3, 4), qdrant.NewVectorSparse([]uint32{7}, []float32{2})),
		point(qdrant.NewIDNum(2), map[string]any{"city": "Berlin", "n": 2.5},
			qdrant.NewVector(1, 0, 1, 0), qdrant.NewVectorSparse([]uint32{7, 9}, []float32{3, 1})),
		point(qdrant.NewIDUUID(london), map[string]any{"city": "London", "tags": []any{"old", "large"}},
			qdrant.NewVector(0, 1, 1, 1), nil),
	}}))
	check("upsert", result.GetStatus(), qdrant.UpdateStatus_Completed)
	info := must(client.GetCollectionInfo(ctx, name))
	check("points", info.GetPointsCount(), uint64(3))
	check("payload index", info.GetPayloadSchema()["city"].GetDataType(), qdrant.PayloadSchemaType_Keyword)
}

func search(client *qdrant.Client, berlin *qdrant.Filter) {
	image, words := qdrant.NewQuery(1, 1, 1, 1), qdrant.NewQuerySparse([]uint32{7}, []float32{1})
	usingImage, usingWords := qdrant.PtrOf("image"), qdrant.PtrOf("words")
	hits := must(client.Query(ctx, &qdrant.QueryPoints{CollectionName: name, Query: image, Using: usingImage, Filter: berlin, WithPayload: qdrant.NewWithPayload(true)}))
	check("query, city = Berlin", scores(hits), []string{"1 10.000", "2 2.000"})
	check("its payload", []any{hits[0].GetPayload()["n"].GetIntegerValue(), hits[1].GetPayload()["n"].GetDoubleValue()}, []any{int64(1), 2.5})
	check("query of the sparse vector", scores(must(client.Query(ctx, &qdrant.QueryPoints{CollectionName: name, Query: words, Using: usingWords}))),
		[]string{"2 3.000", "1 2.000"})
	check("fusion", scores(must(client.Query(ctx, &qdrant.QueryPoints{CollectionName: name, Query: qdrant.NewQueryFusion(qdrant.Fusion_RRF),
		Prefetch: []*qdrant.PrefetchQuery{{Query: image, Using: usingImage}, {Query: words, Using: usingWords}}}))),
		[]string{"1 0.833", "2 0.750", london + " 0.333"})
	groups := []string{}
	for _, group := range must(client.QueryGroups(ctx, &qdrant.QueryPointGroups{CollectionName: name, Query: image, Using: usingImage, GroupBy: "city", GroupSize: qdrant.PtrOf(uint64(1))})) {
		groups = append(groups, group.GetId().GetStringValue()+" "+idOf(group.GetHits()[0].GetId()))
	}
	check("groups", groups, []string{"Berlin 1", "London " + london})
	_, err := client.Query(ctx, &qdrant.QueryPoints{CollectionName: "nowhere", Query: image})
	check("query of no collection", status.Code(err), codes.NotFound)
	_, err = client.Query(ctx, &qdrant.QueryPoints{CollectionName: name, Query: qdrant.NewQuery(1, 1), Using: usingImage})
	check("query of two dimensions", status.Code(err), codes.InvalidArgument)
}

func read(client *qdrant.Client, berlin *qdrant.Filter) {
	page, next := must2(client.ScrollAndOffset(ctx, &qdrant.ScrollPoints{CollectionName: name, Limit: qdrant.PtrOf(uint32(2)), WithVectors: qdrant.NewWithVectors(true)}))
	check("first page", ids(page), []string{"1", "2"})
	vectors := page[1].GetVectors().GetVectors().GetVectors()
	check("its vectors", []any{vectors["image"].GetDenseVector().GetData(), vectors["words"].GetSparseVector().GetIndices(), vectors["words"].GetSparseVector().GetValues()},
		[]any{[]float32{1, 0, 1, 0}, []uint32{7, 9}, []float32{3, 1}})
	page, next = must2(client.ScrollAndOffset(ctx, &qdrant.ScrollPoints{CollectionName: name, Limit: qdrant.PtrOf(uint32(2)), Offset: next}))
	check("last page", ids(page), []string{london})
	check("what follows it", next == nil, true)
	check("count, city = Berlin", must(client.Count(ctx, &qdrant.CountPoints{CollectionName: name, Filter: berlin, Exact: qdrant.PtrOf(true)})), uint64(2))
}

func must2[T, U any](first T, second U, err error) (T, U) {
	return must(first, err), second
}

func change(client *qdrant.Client, berlin *qdrant.Filter) {
	must(client.SetPayload(ctx, &qdrant.SetPayloadPoints{CollectionName: name, Wait: qdrant.PtrOf(true),
		Payload: qdrant.NewValueMap(map[string]any{"visited": true}), PointsSelector: qdrant.NewPointsSelector(qdrant.NewID(london))}))
	got := must(client.Get(ctx, &qdrant.GetPoints{CollectionName: name, Ids: []*qdrant.PointId{qdrant.NewID(london)}, WithPayload: qdrant.NewWithPayload(true)}))
	check("set payload", []any{got[0].GetPayload()["visited"].GetBoolValue(), got[0].GetPayload()["tags"].GetListValue().GetValues()[1].GetStringValue()}, []any{true, "large"})
	must(client.Delete(ctx, &qdrant.DeletePoints{CollectionName: name, Wait: qdrant.PtrOf(true), Points: qdrant.NewPointsSelectorFilter(berlin)}))
	check("points after delete", must(client.Count(ctx, &qdrant.CountPoints{CollectionName: name})), uint64(1))
	check("delete the collection", client.DeleteCollection(ctx, name), nil)
	check("exists", must(client.CollectionExists(ctx, name)), false)
}

func main() {
	client := must(qdrant.NewClient(&qdrant.Config{Host: "127.0.0.1", Port: must(strconv.Atoi(os.Args[1]))}))
	berlin := &qdrant.Filter{Must: []*qdrant.Condition{qdrant.NewMatch("city", "Berlin")}}
	write(client)
	search(client, berlin)
	read(client, berlin)
	change(client, berlin)
	fmt.Println("passed")
}
