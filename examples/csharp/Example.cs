// vecext from C#, by Npgsql.
using Npgsql;
using NpgsqlTypes;

string[] categories = ["sea", "city", "wood"];
string[] adjectives = ["quiet", "bright", "narrow", "distant", "ancient"];
string[] nouns = ["harbor", "bridge", "garden", "tower", "meadow", "lantern", "river", "orchard", "market", "island", "valley"];
const string query = "[100,200,300,400,300,200,100,0]"; // the text form of a vector
const string filter = """{"must": [{"key": "category", "match": {"value": "sea"}}]}""";

// Row i as a line of COPY. An application would get the embedding from a model.
string Line(int i)
{
    var embedding = string.Join(",", Enumerable.Range(0, 8).Select(d => i * (d + 2) * (d + 2) % 1009 - 504));
    return $"{i}\t{categories[i % 3]}\t{adjectives[i % 5]} {nouns[i % 11]} {i}\t[{embedding}]\n";
}

// PGHOST, PGDATABASE and so on name the server. Npgsql itself reads some of them, as PGPASSWORD, and not these.
string Variable(string name, string otherwise) => Environment.GetEnvironmentVariable(name) ?? otherwise;
var user = Variable("PGUSER", Environment.UserName);
var server = new NpgsqlConnectionStringBuilder
{
    Host = Variable("PGHOST", "localhost"),
    Port = int.Parse(Variable("PGPORT", "5432")),
    Database = Variable("PGDATABASE", user),
    Username = user,
};
await using var db = new NpgsqlConnection(server.ConnectionString);
await db.OpenAsync();

async Task Run(string sql)
{
    await using var command = new NpgsqlCommand(sql, db);
    await command.ExecuteNonQueryAsync();
}

async Task PrintRows(string title, string sql, params string[] values)
{
    await using var command = new NpgsqlCommand(sql, db);
    // Their type is unknown, as that of a literal is: the server makes a vector of it.
    foreach (var value in values)
        command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown });
    await using var rows = await command.ExecuteReaderAsync();
    Console.WriteLine(title);
    while (await rows.ReadAsync())
        Console.WriteLine("  " + string.Join(" | ", Enumerable.Range(0, rows.FieldCount).Select(rows.GetString)));
}

await Run("CREATE EXTENSION IF NOT EXISTS vecext");
await Run("DROP TABLE IF EXISTS vecext_example");
await Run("""
    CREATE TABLE vecext_example (
        id bigint PRIMARY KEY,
        category text NOT NULL,
        body text NOT NULL,
        embedding vector(8) NOT NULL)
    """);

// COPY is the fastest way to load rows.
await using (var copy = await db.BeginTextImportAsync("COPY vecext_example FROM STDIN"))
    for (var i = 1; i <= 1000; i++)
        await copy.WriteAsync(Line(i));

await Run("CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)");
await Run("CREATE INDEX ON vecext_example USING bm25 (body)");
await Run("ANALYZE vecext_example");
await PrintRows("loaded", "SELECT count(*)::text FROM vecext_example");

await PrintRows("nearest in a category", """
    SELECT id::text, round((embedding <=> $1)::numeric, 4)::text, body
    FROM vecext_example WHERE category = $2 ORDER BY embedding <=> $1 LIMIT 5
    """, query, "sea");

await PrintRows("words and vectors", """
    SELECT h.id, round(h.score::numeric, 4)::text, e.body
    FROM vecext.hybrid_search('vecext_example', text => $1, vector => $2, filter => $3, limit_ => 5) h
    JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC
    """, "harbor", query, filter);
