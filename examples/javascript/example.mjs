// vecext from JavaScript, by pg. Its types are those of @types/pg.
// @ts-check
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const categories = ['sea', 'city', 'wood']
const adjectives = ['quiet', 'bright', 'narrow', 'distant', 'ancient']
const nouns = ['harbor', 'bridge', 'garden', 'tower', 'meadow', 'lantern', 'river', 'orchard', 'market', 'island', 'valley']
const query = [100, 200, 300, 400, 300, 200, 100, 0]
const filter = { must: [{ key: 'category', match: { value: 'sea' } }] }

/**
 * The text form of a vector: [1,2,3].
 * @param {number[]} numbers
 */
const vector = numbers => JSON.stringify(numbers)

/**
 * Row i as a line of COPY. An application would get the embedding from a model.
 * @param {number} i
 */
function line(i) {
  const body = `${adjectives[i % 5]} ${nouns[i % 11]} ${i}`
  const embedding = Array.from({ length: 8 }, (_, d) => ((i * (d + 2) ** 2) % 1009) - 504)
  return [i, categories[i % 3], body, vector(embedding)].join('\t') + '\n'
}

function* lines() {
  for (let i = 1; i <= 1000; i++) yield line(i)
}

// PGHOST, PGDATABASE and so on name the server.
const db = new pg.Client()
await db.connect()

/**
 * @param {string} title
 * @param {string} sql
 * @param {string[]} values
 */
async function printRows(title, sql, values = []) {
  const { rows } = await db.query({ text: sql, values, rowMode: 'array' })
  console.log(title)
  for (const row of rows) console.log('  ' + row.join(' | '))
}

await db.query('CREATE EXTENSION IF NOT EXISTS vecext')
await db.query('DROP TABLE IF EXISTS vecext_example')
await db.query(`
  CREATE TABLE vecext_example (
    id bigint PRIMARY KEY,
    category text NOT NULL,
    body text NOT NULL,
    embedding vector(8) NOT NULL)`)

// COPY is the fastest way to load rows.
await pipeline(Readable.from(lines()), db.query(copyFrom('COPY vecext_example FROM STDIN')))

await db.query('CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)')
await db.query('CREATE INDEX ON vecext_example USING bm25 (body)')
await db.query('ANALYZE vecext_example')
await printRows('loaded', 'SELECT count(*)::text FROM vecext_example')

await printRows('nearest in a category', `
  SELECT id::text, round((embedding <=> $1)::numeric, 4)::text, body
  FROM vecext_example WHERE category = $2 ORDER BY embedding <=> $1 LIMIT 5`, [vector(query), 'sea'])

await printRows('words and vectors', `
  SELECT h.id, round(h.score::numeric, 4)::text, e.body
  FROM vecext.hybrid_search('vecext_example', text => $1, vector => $2, filter => $3, limit_ => 5) h
  JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC`, ['harbor', vector(query), JSON.stringify(filter)])

await db.end()
