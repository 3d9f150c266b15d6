import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

import java.util.Properties;

/// Spark's JDBC writer as its users run it: a CSV file with a header, appended to a table that is
/// there, by all cores, in batches of 10,000 rows that the driver writes as one statement each.
/// Values travel as text, which the server casts to the types of its columns: so no type of Spark's
/// own stands between. Connects as `psql` does, by PGHOST and the like.
///
/// Two arguments: the table and the file.
void main(String[] arguments) throws Exception {
    var url =
            "jdbc:postgresql://"
                    + System.getenv("PGHOST")
                    + ":"
                    + System.getenv("PGPORT")
                    + "/"
                    + System.getenv("PGDATABASE");
    var properties = new Properties();
    properties.put("driver", "org.postgresql.Driver");
    properties.put("user", System.getenv("PGUSER"));
    properties.put("password", System.getenv("PGPASSWORD"));
    properties.put("stringtype", "unspecified");
    properties.put("reWriteBatchedInserts", "true");
    properties.put("batchsize", "10000");
    try (var spark =
            SparkSession.builder()
                    .master("local[*]")
                    .config("spark.ui.enabled", "false")
                    .getOrCreate()) {
        spark.read()
                .option("header", true)
                .option("multiLine", true)
                .option("escape", "\\")
                .option("maxCharsPerColumn", -1)
                // What an empty field becomes that is not quoted; no value of a file is this. Else
                // Spark takes "" for NULL too.
                .option("nullValue", "\u0001")
                .option("mode", "FAILFAST")
                .csv(arguments[1])
                .write()
                .mode(SaveMode.Append)
                .jdbc(url, arguments[0], properties);
    }
}
