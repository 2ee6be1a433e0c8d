// vecext from Java, by JDBC.

import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postgresql.PGConnection;

public class Example {
  static final String[] CATEGORIES = {"sea", "city", "wood"};
  static final String[] ADJECTIVES = {"quiet", "bright", "narrow", "distant", "ancient"};
  static final String[] NOUNS = {
    "harbor", "bridge", "garden", "tower", "meadow", "lantern", "river", "orchard", "market", "island", "valley"};
  static final String QUERY = "[100,200,300,400,300,200,100,0]"; // the text form of a vector
  static final String FILTER = "{\"must\": [{\"key\": \"category\", \"match\": {\"value\": \"sea\"}}]}";

  /** Row i as a line of COPY. An application would get the embedding from a model. */
  static String line(int i) {
    List<String> embedding = new ArrayList<>();
    for (int d = 0; d < 8; d++) embedding.add(String.valueOf(i * (d + 2) * (d + 2) % 1009 - 504));
    String body = ADJECTIVES[i % 5] + " " + NOUNS[i % 11] + " " + i;
    return i + "\t" + CATEGORIES[i % 3] + "\t" + body + "\t[" + String.join(",", embedding) + "]\n";
  }

  /** Connects by PGHOST, PGDATABASE and so on, which the driver does not read itself. It needs TCP. */
  static Connection connect() throws SQLException {
    Map<String, String> env = System.getenv();
    String user = env.getOrDefault("PGUSER", System.getProperty("user.name"));
    Properties properties = new Properties();
    properties.put("user", user);
    properties.put("password", env.getOrDefault("PGPASSWORD", ""));
    return DriverManager.getConnection(
        String.format("jdbc:postgresql://%s:%s/%s", env.getOrDefault("PGHOST", "localhost"),
            env.getOrDefault("PGPORT", "5432"), env.getOrDefault("PGDATABASE", user)),
        properties);
  }

  static void printRows(Connection db, String title, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) statement.setString(i + 1, values[i]);
      ResultSet rows = statement.executeQuery();
      System.out.println(title);
      while (rows.next()) {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) texts.add(rows.getString(i));
        System.out.println("  " + String.join(" | ", texts));
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    try (Connection db = connect(); Statement statement = db.createStatement()) {
      statement.execute("CREATE EXTENSION IF NOT EXISTS vecext");
      statement.execute("DROP TABLE IF EXISTS vecext_example");
      statement.execute("""
          CREATE TABLE vecext_example (
              id bigint PRIMARY KEY,
              category text NOT NULL,
              body text NOT NULL,
              embedding vector(8) NOT NULL)""");

      // COPY is the fastest way to load rows.
      StringBuilder lines = new StringBuilder();
      for (int i = 1; i <= 1000; i++) lines.append(line(i));
      db.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY vecext_example FROM STDIN", new StringReader(lines.toString()));

      statement.execute("CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)");
      statement.execute("CREATE INDEX ON vecext_example USING bm25 (body)");
      statement.execute("ANALYZE vecext_example");
      printRows(db, "loaded", "SELECT count(*) FROM vecext_example");

      printRows(db, "nearest in a category", """
          SELECT id, round((embedding <=> ?::vector)::numeric, 4), body
          FROM vecext_example WHERE category = ? ORDER BY embedding <=> ?::vector LIMIT 5""", QUERY, "sea", QUERY);

      printRows(db, "words and vectors", """
          SELECT h.id, round(h.score::numeric, 4), e.body
          FROM vecext.hybrid_search('vecext_example', text => ?, vector => ?::vector, filter => ?::jsonb, limit_ => 5) h
          JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC""", "harbor", QUERY, FILTER);
    }
  }
}
