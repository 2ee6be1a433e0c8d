//! A small program of Qdrant's Rust client, at the port of gRPC that is its argument.
use std::fmt::Debug;

use qdrant_client::qdrant::{
    point_id::PointIdOptions, vector_output::Vector as Output, vectors_output::VectorsOptions, Condition, CountPointsBuilder,
    CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, DeletePointsBuilder, Distance, FieldType, Filter, Fusion, GetPointsBuilder,
    NamedVectors, PointId, PointStruct, PrefetchQueryBuilder, Query, QueryPointGroupsBuilder, QueryPointsBuilder, ScoredPoint,
    ScrollPointsBuilder, SetPayloadPointsBuilder, SparseVectorParamsBuilder, UpdateStatus, UpsertPointsBuilder, Vector, VectorInput,
    VectorParamsBuilder, VectorsOutput,
};
use qdrant_client::qdrant::{SparseVectorsConfigBuilder, VectorsConfigBuilder};
use qdrant_client::{Payload, Qdrant, QdrantError};
use serde_json::{json, Value};
use tonic::Code;

const NAME: &str = "rust";
const LONDON: &str = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26";

type Result = std::result::Result<(), QdrantError>;

/// Prints a fact if it is as expected, and ends the program otherwise.
fn check<T: PartialEq<U> + Debug, U: Debug>(fact: &str, got: T, expected: U) {
    assert!(got == expected, "{fact}: {got:?}, expected {expected:?}");
    println!("{fact}: {got:?}");
}

fn id_of(id: &Option<PointId>) -> String {
    match id.as_ref().and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Num(number)) => number.to_string(),
        Some(PointIdOptions::Uuid(uuid)) => uuid.clone(),
        None => String::from("none"),
    }
}

fn scores(hits: &[ScoredPoint]) -> Vec<String> {
    hits.iter().map(|hit| format!("{} {:.3}", id_of(&hit.id), hit.score)).collect()
}

fn code<T: Debug>(result: std::result::Result<T, QdrantError>) -> Code {
    match result {
        Err(QdrantError::ResponseError { status }) => status.code(),
        other => panic!("not an error of the server: {other:?}"),
    }
}

fn payload(value: Value) -> Payload {
    value.try_into().expect("an object")
}

fn berlin() -> Filter {
    Filter::must([Condition::matches("city", "Berlin".to_string())])
}

fn image() -> Query {
    Query::from(vec![1.0, 1.0, 1.0, 1.0])
}

fn words() -> Query {
    Query::from(VectorInput::new_sparse(vec![7], vec![1.0]))
}

fn create() -> CreateCollectionBuilder {
    let mut vectors = VectorsConfigBuilder::default();
    vectors.add_named_vector_params("image", VectorParamsBuilder::new(4, Distance::Dot));
    let mut sparse = SparseVectorsConfigBuilder::default();
    sparse.add_named_vector_params("words", SparseVectorParamsBuilder::default());
    CreateCollectionBuilder::new(NAME).vectors_config(vectors).sparse_vectors_config(sparse)
}

async fn write(client: &Qdrant) -> Result {
    check("create", client.create_collection(create()).await?.result, true);
    check("create once more", code(client.create_collection(create()).await), Code::AlreadyExists);
    client.create_field_index(CreateFieldIndexCollectionBuilder::new(NAME, "city", FieldType::Keyword).wait(true)).await?;
    let vectors = |values: [f32; 4]| NamedVectors::default().add_vector("image", values.to_vec());
    let points = vec![
        PointStruct::new(
            1,
            vectors([1.0, 2.0, 3.0, 4.0]).add_vector("words", Vector::new_sparse(vec![7], vec![2.0])),
            payload(json!({"city": "Berlin", "n": 1})),
        ),
        PointStruct::new(
            2,
            vectors([1.0, 0.0, 1.0, 0.0]).add_vector("words", Vector::new_sparse(vec![7, 9], vec![3.0, 1.0])),
            payload(json!({"city": "Berlin", "n": 2.5})),
        ),
        PointStruct::new(LONDON, vectors([0.0, 1.0, 1.0, 1.0]), payload(json!({"city": "London", "tags": ["old", "large"]}))),
    ];
    let upserted = client.upsert_points(UpsertPointsBuilder::new(NAME, points).wait(true)).await?;
    check("upsert", upserted.result.map(|result| result.status()), Some(UpdateStatus::Completed));
    let info = client.collection_info(NAME).await?.result.expect("a collection");
    check("points", info.points_count, Some(3));
    check("payload index", info.payload_schema["city"].data_type().as_str_name(), "Keyword");
    Ok(())
}

async fn search(client: &Qdrant) -> Result {
    let query = |query: Query, using: &str| QueryPointsBuilder::new(NAME).query(query).using(using);
    let hits = client.query(query(image(), "image").filter(berlin()).with_payload(true)).await?.result;
    check("query, city = Berlin", scores(&hits), ["1 10.000", "2 2.000"]);
    let numbers: Vec<Value> = hits.iter().map(|hit| hit.payload["n"].clone().into_json()).collect();
    check("its payload", numbers, [json!(1), json!(2.5)]);
    check("query of the sparse vector", scores(&client.query(query(words(), "words")).await?.result), ["2 3.000", "1 2.000"]);
    let fusion = QueryPointsBuilder::new(NAME)
        .add_prefetch(PrefetchQueryBuilder::default().query(image()).using("image"))
        .add_prefetch(PrefetchQueryBuilder::default().query(words()).using("words"))
        .query(Fusion::Rrf);
    check("fusion", scores(&client.query(fusion).await?.result), ["1 0.833", "2 0.750", &format!("{LONDON} 0.333")]);
    let groups = QueryPointGroupsBuilder::new(NAME, "city").query(image()).using("image").group_size(1u64);
    let found = client.query_groups(groups).await?.result.expect("groups").groups;
    check("groups", found.iter().map(|group| id_of(&group.hits[0].id)).collect::<Vec<_>>(), ["1", LONDON]);
    check("query of no collection", code(client.query(QueryPointsBuilder::new("nowhere").query(image())).await), Code::NotFound);
    let short = query(Query::from(vec![1.0, 1.0]), "image");
    check("query of two dimensions", code(client.query(short).await), Code::InvalidArgument);
    Ok(())
}

/// The dense and the sparse vector of a point, as text.
fn vectors_of(vectors: Option<VectorsOutput>) -> [String; 2] {
    let Some(VectorsOptions::Vectors(named)) = vectors.and_then(|vectors| vectors.vectors_options) else { panic!("no named vectors") };
    let (Some(Output::Dense(image)), Some(Output::Sparse(words))) = (&named.vectors["image"].vector, &named.vectors["words"].vector) else {
        panic!("{named:?}")
    };
    [format!("{:?}", image.data), format!("{:?} {:?}", words.indices, words.values)]
}

async fn read(client: &Qdrant) -> Result {
    let page = || ScrollPointsBuilder::new(NAME).limit(2);
    let first = client.scroll(page().with_vectors(true)).await?;
    check("first page", first.result.iter().map(|point| id_of(&point.id)).collect::<Vec<_>>(), ["1", "2"]);
    check("its vectors", vectors_of(first.result[1].vectors.clone()), ["[1.0, 0.0, 1.0, 0.0]", "[7, 9] [3.0, 1.0]"]);
    let last = client.scroll(page().offset(first.next_page_offset.expect("another page"))).await?;
    check("last page", last.result.iter().map(|point| id_of(&point.id)).collect::<Vec<_>>(), [LONDON]);
    check("what follows it", last.next_page_offset, None);
    let count = client.count(CountPointsBuilder::new(NAME).filter(berlin()).exact(true)).await?;
    check("count, city = Berlin", count.result.map(|result| result.count), Some(2));
    Ok(())
}

async fn change(client: &Qdrant) -> Result {
    let visited = payload(json!({"visited": true}));
    client.set_payload(SetPayloadPointsBuilder::new(NAME, visited).points_selector(vec![PointId::from(LONDON)]).wait(true)).await?;
    let got = client.get_points(GetPointsBuilder::new(NAME, vec![PointId::from(LONDON)]).with_payload(true)).await?.result;
    let payload = Value::from(Payload::from(got[0].payload.clone()));
    check("set payload", payload, json!({"city": "London", "tags": ["old", "large"], "visited": true}));
    client.delete_points(DeletePointsBuilder::new(NAME).points(berlin()).wait(true)).await?;
    check("points after delete", client.count(CountPointsBuilder::new(NAME)).await?.result.map(|result| result.count), Some(1));
    check("delete the collection", client.delete_collection(NAME).await?.result, true);
    check("exists", client.collection_exists(NAME).await?, false);
    Ok(())
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::args().nth(1).expect("a port");
    let client = Qdrant::from_url(&format!("http://127.0.0.1:{port}")).build()?;
    write(&client).await?;
    search(&client).await?;
    read(&client).await?;
    change(&client).await?;
    println!("passed");
    Ok(())
}
