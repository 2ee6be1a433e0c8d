// vecext from Go, by pgx.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/jackc/pgx/v5"
)

var (
	categories = []string{"sea", "city", "wood"}
	adjectives = []string{"quiet", "bright", "narrow", "distant", "ancient"}
	nouns      = []string{"harbor", "bridge", "garden", "tower", "meadow", "lantern", "river", "orchard", "market", "island", "valley"}
	query      = []int{100, 200, 300, 400, 300, 200, 100, 0}
)

const filter = `{"must": [{"key": "category", "match": {"value": "sea"}}]}`

// vector gives the text form of a vector: [1,2,3].
func vector(numbers []int) string {
	return strings.Join(strings.Fields(fmt.Sprint(numbers)), ",")
}

// line gives row i as a line of COPY. An application would get the embedding from a model.
func line(i int) string {
	embedding := make([]int, 8)
	for d := range embedding {
		embedding[d] = i*(d+2)*(d+2)%1009 - 504
	}
	return fmt.Sprintf("%d\t%s\t%s %s %d\t%s\n", i, categories[i%3], adjectives[i%5], nouns[i%11], i, vector(embedding))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func printRows(db *pgx.Conn, title, sql string, values ...any) {
	rows, err := db.Query(context.Background(), sql, values...)
	check(err)
	fmt.Println(title)
	for rows.Next() {
		columns, err := rows.Values()
		check(err)
		texts := make([]string, len(columns))
		for i, column := range columns {
			texts[i] = column.(string)
		}
		fmt.Println("  " + strings.Join(texts, " | "))
	}
	check(rows.Err())
}

func main() {
	ctx := context.Background()
	// PGHOST, PGDATABASE and so on name the server.
	db, err := pgx.Connect(ctx, "")
	check(err)
	defer db.Close(ctx)
	_, err = db.Exec(ctx, `
		CREATE EXTENSION IF NOT EXISTS vecext;
		DROP TABLE IF EXISTS vecext_example;
		CREATE TABLE vecext_example (
			id bigint PRIMARY KEY,
			category text NOT NULL,
			body text NOT NULL,
			embedding vector(8) NOT NULL)`)
	check(err)

	// COPY is the fastest way to load rows. CopyFrom of db itself needs to know the binary form of vector.
	var lines strings.Builder
	for i := 1; i <= 1000; i++ {
		lines.WriteString(line(i))
	}
	_, err = db.PgConn().CopyFrom(ctx, strings.NewReader(lines.String()), "COPY vecext_example FROM STDIN")
	check(err)

	_, err = db.Exec(ctx, `
		CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops);
		CREATE INDEX ON vecext_example USING bm25 (body);
		ANALYZE vecext_example`)
	check(err)
	printRows(db, "loaded", "SELECT count(*)::text FROM vecext_example")

	printRows(db, "nearest in a category", `
		SELECT id::text, round((embedding <=> $1)::numeric, 4)::text, body
		FROM vecext_example WHERE category = $2 ORDER BY embedding <=> $1 LIMIT 5`, vector(query), "sea")

	printRows(db, "words and vectors", `
		SELECT h.id, round(h.score::numeric, 4)::text, e.body
		FROM vecext.hybrid_search('vecext_example', text => $1, vector => $2, filter => $3, limit_ => 5) h
		JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC`, "harbor", vector(query), filter)
}
