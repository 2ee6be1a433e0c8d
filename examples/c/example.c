/* vecext from C, by libpq. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const categories[] = {"sea", "city", "wood"};
static const char *const adjectives[] = {"quiet", "bright", "narrow", "distant", "ancient"};
static const char *const nouns[] = {"harbor", "bridge", "garden", "tower", "meadow", "lantern",
                                    "river", "orchard", "market", "island", "valley"};
static const char query[] = "[100,200,300,400,300,200,100,0]"; /* the text form of a vector */
static const char filter[] = "{\"must\": [{\"key\": \"category\", \"match\": {\"value\": \"sea\"}}]}";

/* Ends the program, with the server's message, if "right" is false. */
static void check(PGconn *db, int right)
{
  if (right) return;
  fprintf(stderr, "%s", PQerrorMessage(db));
  PQfinish(db);
  exit(1);
}

static void run(PGconn *db, const char *sql)
{
  PGresult *result = PQexec(db, sql);
  check(db, PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_COPY_IN);
  PQclear(result);
}

/* Sends row i as a line of COPY. An application would get the embedding from a model. */
static void put_row(PGconn *db, int i)
{
  char line[200];
  int length = sprintf(line, "%d\t%s\t%s %s %d\t", i, categories[i % 3], adjectives[i % 5], nouns[i % 11], i);
  for (int d = 0; d < 8; d++)
    length += sprintf(line + length, "%c%d", d == 0 ? '[' : ',', i * (d + 2) * (d + 2) % 1009 - 504);
  length += sprintf(line + length, "]\n");
  check(db, PQputCopyData(db, line, length) == 1);
}

static void copy_rows(PGconn *db)
{
  run(db, "COPY vecext_example FROM STDIN");
  for (int i = 1; i <= 1000; i++) put_row(db, i);
  check(db, PQputCopyEnd(db, NULL) == 1);
  PGresult *result = PQgetResult(db);
  check(db, PQresultStatus(result) == PGRES_COMMAND_OK);
  PQclear(result);
  PQclear(PQgetResult(db)); /* null: the end of the command */
}

static void print_rows(PGconn *db, const char *title, const char *sql, int count, const char *const values[])
{
  PGresult *result = PQexecParams(db, sql, count, NULL, values, NULL, NULL, 0);
  check(db, PQresultStatus(result) == PGRES_TUPLES_OK);
  puts(title);
  for (int row = 0; row < PQntuples(result); row++)
    for (int column = 0; column < PQnfields(result); column++)
      printf("%s%s%s", column == 0 ? "  " : " | ", PQgetvalue(result, row, column),
             column + 1 == PQnfields(result) ? "\n" : "");
  PQclear(result);
}

int main(void)
{
  PGconn *db = PQconnectdb(""); /* PGHOST, PGDATABASE and so on name the server. */
  check(db, PQstatus(db) == CONNECTION_OK);
  run(db, "SET client_min_messages = warning");
  run(db, "CREATE EXTENSION IF NOT EXISTS vecext");
  run(db, "DROP TABLE IF EXISTS vecext_example");
  run(db, "CREATE TABLE vecext_example ("
          "  id bigint PRIMARY KEY,"
          "  category text NOT NULL,"
          "  body text NOT NULL,"
          "  embedding vector(8) NOT NULL)");
  copy_rows(db); /* COPY is the fastest way to load rows. */
  run(db, "CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)");
  run(db, "CREATE INDEX ON vecext_example USING bm25 (body)");
  run(db, "ANALYZE vecext_example");
  print_rows(db, "loaded", "SELECT count(*) FROM vecext_example", 0, NULL);

  const char *near[] = {query, "sea"};
  print_rows(db, "nearest in a category",
             "SELECT id, round((embedding <=> $1)::numeric, 4), body "
             "FROM vecext_example WHERE category = $2 ORDER BY embedding <=> $1 LIMIT 5", 2, near);

  const char *both[] = {"harbor", query, filter};
  print_rows(db, "words and vectors",
             "SELECT h.id, round(h.score::numeric, 4), e.body "
             "FROM vecext.hybrid_search('vecext_example', text => $1, vector => $2, filter => $3, limit_ => 5) h "
             "JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC", 3, both);
  PQfinish(db);
  return 0;
}
