# vecext from Ruby, by pg.
require "json"
require "pg"

CATEGORIES = %w[sea city wood]
ADJECTIVES = %w[quiet bright narrow distant ancient]
NOUNS = %w[harbor bridge garden tower meadow lantern river orchard market island valley]
QUERY = [100, 200, 300, 400, 300, 200, 100, 0]
FILTER = { must: [{ key: "category", match: { value: "sea" } }] }

# The text form of a vector: [1,2,3].
def vector(numbers) = "[#{numbers.join(",")}]"

# Row i. An application would get the embedding from a model.
def row(i)
  body = "#{ADJECTIVES[i % 5]} #{NOUNS[i % 11]} #{i}"
  [i, CATEGORIES[i % 3], body, vector((0...8).map { |d| i * (d + 2)**2 % 1009 - 504 })]
end

def print_rows(title, result)
  puts title
  result.each_row { |row| puts "  #{row.join(" | ")}" }
end

# PGHOST, PGDATABASE and so on name the server.
db = PG.connect
db.exec("SET client_min_messages = warning")
db.exec("CREATE EXTENSION IF NOT EXISTS vecext")
db.exec("DROP TABLE IF EXISTS vecext_example")
db.exec(<<~SQL)
  CREATE TABLE vecext_example (
      id bigint PRIMARY KEY,
      category text NOT NULL,
      body text NOT NULL,
      embedding vector(8) NOT NULL)
SQL

# COPY is the fastest way to load rows. The encoder makes a line of an array.
db.copy_data("COPY vecext_example FROM STDIN", PG::TextEncoder::CopyRow.new) do
  (1..1000).each { |i| db.put_copy_data(row(i)) }
end

db.exec("CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)")
db.exec("CREATE INDEX ON vecext_example USING bm25 (body)")
db.exec("ANALYZE vecext_example")
print_rows("loaded", db.exec("SELECT count(*) FROM vecext_example"))

print_rows("nearest in a category", db.exec_params(<<~SQL, [vector(QUERY), "sea"]))
  SELECT id, round((embedding <=> $1)::numeric, 4), body
  FROM vecext_example WHERE category = $2 ORDER BY embedding <=> $1 LIMIT 5
SQL

print_rows("words and vectors", db.exec_params(<<~SQL, ["harbor", vector(QUERY), JSON.generate(FILTER)]))
  SELECT h.id, round(h.score::numeric, 4), e.body
  FROM vecext.hybrid_search('vecext_example', text => $1, vector => $2, filter => $3, limit_ => 5) h
  JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC
SQL

db.close
