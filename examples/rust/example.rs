//! vecext from Rust, by postgres.

use postgres::types::ToSql;
use postgres::{Client, Config, NoTls};
use std::env;
use std::error::Error;
use std::io::Write;

const CATEGORIES: [&str; 3] = ["sea", "city", "wood"];
const ADJECTIVES: [&str; 5] = ["quiet", "bright", "narrow", "distant", "ancient"];
const NOUNS: [&str; 11] = ["harbor", "bridge", "garden", "tower", "meadow", "lantern", "river", "orchard", "market", "island", "valley"];
const QUERY: &str = "[100,200,300,400,300,200,100,0]"; // the text form of a vector
const FILTER: &str = r#"{"must": [{"key": "category", "match": {"value": "sea"}}]}"#;

/// Row i as a line of COPY. An application would get the embedding from a model.
fn line(i: usize) -> String {
    let embedding: Vec<i64> = (2..10).map(|d| (i as i64 * d * d) % 1009 - 504).collect();
    let embedding = format!("{embedding:?}").replace(' ', "");
    format!("{i}\t{}\t{} {} {i}\t{embedding}\n", CATEGORIES[i % 3], ADJECTIVES[i % 5], NOUNS[i % 11])
}

/// Connects by PGHOST, PGDATABASE and so on, which the driver does not read itself.
fn connect() -> Result<Client, Box<dyn Error>> {
    let user = env::var("PGUSER").or_else(|_| env::var("USER"))?;
    let mut config = Config::new();
    config.host(&env::var("PGHOST").unwrap_or("localhost".into()));
    config.port(env::var("PGPORT").unwrap_or("5432".into()).parse()?);
    config.dbname(&env::var("PGDATABASE").unwrap_or(user.clone()));
    config.user(&user);
    if let Ok(password) = env::var("PGPASSWORD") {
        config.password(password);
    }
    Ok(config.connect(NoTls)?)
}

fn print_rows(db: &mut Client, title: &str, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<(), postgres::Error> {
    println!("{title}");
    for row in db.query(sql, values)? {
        let texts: Vec<String> = (0..row.len()).map(|column| row.get(column)).collect();
        println!("  {}", texts.join(" | "));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut db = connect()?;
    db.batch_execute(
        "CREATE EXTENSION IF NOT EXISTS vecext;
         DROP TABLE IF EXISTS vecext_example;
         CREATE TABLE vecext_example (
             id bigint PRIMARY KEY,
             category text NOT NULL,
             body text NOT NULL,
             embedding vector(8) NOT NULL)",
    )?;

    // COPY is the fastest way to load rows.
    let mut copy = db.copy_in("COPY vecext_example FROM STDIN")?;
    for i in 1..=1000 {
        copy.write_all(line(i).as_bytes())?;
    }
    copy.finish()?;

    db.batch_execute(
        "CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops);
         CREATE INDEX ON vecext_example USING bm25 (body);
         ANALYZE vecext_example",
    )?;
    print_rows(&mut db, "loaded", "SELECT count(*)::text FROM vecext_example", &[])?;

    // The driver sends a string only where a text is expected: $1::text::vector.
    print_rows(
        &mut db,
        "nearest in a category",
        "SELECT id::text, round((embedding <=> $1::text::vector)::numeric, 4)::text, body
         FROM vecext_example WHERE category = $2 ORDER BY embedding <=> $1::text::vector LIMIT 5",
        &[&QUERY, &"sea"],
    )?;

    print_rows(
        &mut db,
        "words and vectors",
        "SELECT h.id, round(h.score::numeric, 4)::text, e.body
         FROM vecext.hybrid_search('vecext_example', text => $1, vector => $2::text::vector,
             filter => $3::text::jsonb, limit_ => 5) h
         JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC",
        &[&"harbor", &QUERY, &FILTER],
    )?;
    Ok(())
}
