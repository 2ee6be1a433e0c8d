<?php

// vecext from PHP, by PDO.

const CATEGORIES = ['sea', 'city', 'wood'];
const ADJECTIVES = ['quiet', 'bright', 'narrow', 'distant', 'ancient'];
const NOUNS = ['harbor', 'bridge', 'garden', 'tower', 'meadow', 'lantern', 'river', 'orchard', 'market', 'island', 'valley'];
const QUERY = [100, 200, 300, 400, 300, 200, 100, 0];
const FILTER = ['must' => [['key' => 'category', 'match' => ['value' => 'sea']]]];

/** The text form of a vector: [1,2,3]. */
function vector(array $numbers): string
{
    return json_encode($numbers);
}

/** Row i as a line of COPY. An application would get the embedding from a model. */
function line(int $i): string
{
    $body = ADJECTIVES[$i % 5] . ' ' . NOUNS[$i % 11] . ' ' . $i;
    $embedding = array_map(fn ($d) => $i * ($d + 2) ** 2 % 1009 - 504, range(0, 7));
    return implode("\t", [$i, CATEGORIES[$i % 3], $body, vector($embedding)]);
}

function print_rows(PDO $db, string $title, string $sql, array $values = []): void
{
    $statement = $db->prepare($sql);
    $statement->execute($values);
    echo "$title\n";
    foreach ($statement->fetchAll(PDO::FETCH_NUM) as $row) {
        echo '  ' . implode(' | ', $row) . "\n";
    }
}

// PGHOST, PGDATABASE and so on name the server.
$db = new PDO('pgsql:');
$db->exec('CREATE EXTENSION IF NOT EXISTS vecext');
$db->exec('DROP TABLE IF EXISTS vecext_example');
$db->exec('
    CREATE TABLE vecext_example (
        id bigint PRIMARY KEY,
        category text NOT NULL,
        body text NOT NULL,
        embedding vector(8) NOT NULL)');

// COPY is the fastest way to load rows.
$db->pgsqlCopyFromArray('vecext_example', array_map(line(...), range(1, 1000)));

$db->exec('CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)');
$db->exec('CREATE INDEX ON vecext_example USING bm25 (body)');
$db->exec('ANALYZE vecext_example');
print_rows($db, 'loaded', 'SELECT count(*) FROM vecext_example');

print_rows($db, 'nearest in a category', '
    SELECT id, round((embedding <=> :query)::numeric, 4), body
    FROM vecext_example WHERE category = :category ORDER BY embedding <=> :query LIMIT 5',
    ['query' => vector(QUERY), 'category' => 'sea']);

print_rows($db, 'words and vectors', '
    SELECT h.id, round(h.score::numeric, 4), e.body
    FROM vecext.hybrid_search(\'vecext_example\', text => :words, vector => :query, filter => :filter, limit_ => 5) h
    JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC',
    ['words' => 'harbor', 'query' => vector(QUERY), 'filter' => json_encode(FILTER)]);
