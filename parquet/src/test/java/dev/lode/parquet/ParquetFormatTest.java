package dev.lode.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.format.table.ColumnType;
import dev.lode.format.table.DamagedTableException;
import dev.lode.format.table.TableBody;
import dev.lode.format.table.TableCodec;
import dev.lode.format.table.TableColumn;
import dev.lode.format.table.TableFormat;
import dev.lode.format.table.TableShape;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What Lode writes, DuckDB reads.
class ParquetFormatTest {
    private static final TableFormat PARQUET = TableFormat.parquet();

    private static final List<TableColumn> EVERY_TYPE =
            List.of(
                    new TableColumn("flag", new ColumnType.Bool()),
                    new TableColumn("small", new ColumnType.Whole(16)),
                    new TableColumn("whole", new ColumnType.Whole(32)),
                    new TableColumn("big", new ColumnType.Whole(64)),
                    new TableColumn("single", new ColumnType.Real(32)),
                    new TableColumn("double", new ColumnType.Real(64)),
                    new TableColumn("dec9", new ColumnType.Decimal(9, 2)),
                    new TableColumn("dec18", new ColumnType.Decimal(18, 0)),
                    new TableColumn("dec38", new ColumnType.Decimal(38, 10)),
                    new TableColumn("text", new ColumnType.Text()),
                    new TableColumn("json", new ColumnType.Json()),
                    new TableColumn("day", new ColumnType.Day()),
                    new TableColumn("local", new ColumnType.Moment(false)),
                    new TableColumn("moment", new ColumnType.Moment(true)),
                    new TableColumn("uuid", new ColumnType.Uuid()),
                    new TableColumn("bytes", new ColumnType.Bytes()));

    /// Columns of [#EVERY_TYPE] as PostgreSQL writes them, and behind it what DuckDB says.
    private static final List<List<String>> ROWS =
            List.of(
                    row(
                            "t | -32768 | -2147483648 | -9223372036854775808 | -Infinity |"
                                    + " Infinity | -9999999.99 | -999999999999999999 |"
                                    + " -9999999999999999999999999999.9999999999 | é\"\\ | {\"a\":"
                                    + " [1]} | infinity | -infinity | infinity |"
                                    + " 00000000-0000-0000-0000-000000000000 | \\x00ff"),
                    row(
                            "f | 32767 | 2147483647 | 9223372036854775807 | 3.4028235e+38 |"
                                    + " 5e-324 | 9999999.99 | 999999999999999999 |"
                                    + " 9999999999999999999999999999.9999999999 |  | null |"
                                    + " 0044-03-15 BC | 0001-01-01 00:00:00 |"
                                    + " 2020-02-29 12:00:00.000001+00 |"
                                    + " ffffffff-ffff-ffff-ffff-ffffffffffff | \\x"),
                    row(
                            "t | 0 | 0 | 0 | NaN | NaN | 0.00 | 0 | 0.0000000001 | x | \"\" |"
                                    + " -infinity | 1969-12-31 23:59:59.999999 |"
                                    + " 1969-12-31 23:59:59.5-05:30 |"
                                    + " 123e4567-e89b-12d3-a456-426614174000 | \\xdeadbeef"));

    /// The same in DuckDB's spelling.
    private static final List<List<String>> READ =
            List.of(
                    row(
                            "true | -32768 | -2147483648 | -9223372036854775808 | -inf | inf |"
                                    + " -9999999.99 | -999999999999999999 |"
                                    + " -9999999999999999999999999999.9999999999 | é\"\\ | {\"a\":"
                                    + " [1]} | infinity | -infinity | infinity |"
                                    + " 00000000-0000-0000-0000-000000000000 | \\x00\\xFF"),
                    row(
                            "false | 32767 | 2147483647 | 9223372036854775807 | 3.4028235e+38 |"
                                    + " 5e-324 | 9999999.99 | 999999999999999999 |"
                                    + " 9999999999999999999999999999.9999999999 |  | null |"
                                    + " 0044-03-15 (BC) | 0001-01-01 00:00:00 |"
                                    + " 2020-02-29 12:00:00.000001+00 |"
                                    + " ffffffff-ffff-ffff-ffff-ffffffffffff | "),
                    row(
                            "true | 0 | 0 | 0 | nan | nan | 0.00 | 0 | 0.0000000001 | x | \"\" |"
                                    + " -infinity | 1969-12-31 23:59:59.999999 |"
                                    + " 1970-01-01 05:29:59.5+00 |"
                                    + " 123e4567-e89b-12d3-a456-426614174000 |"
                                    + " \\xDE\\xAD\\xBE\\xEF"));

    @TempDir Path folder;

    private static List<String> row(String text) {
        return Arrays.asList(text.split(" \\| ", -1));
    }

    private static byte @Nullable [] bytes(@Nullable String value) {
        return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte @Nullable []> values(List<? extends @Nullable String> row) {
        var values = new ArrayList<byte @Nullable []>();
        row.forEach(value -> values.add(bytes(value)));
        return values;
    }

    private static byte[] written(
            TableShape shape, List<? extends List<? extends @Nullable String>> rows)
            throws Exception {
        var out = new ByteArrayOutputStream();
        try (var writer = PARQUET.open(shape, out)) {
            for (var row : rows) {
                writer.add(values(row));
            }
            assertThat(writer.finish().rows()).isEqualTo(rows.size());
        }
        return out.toByteArray();
    }

    private Path file(String name, byte[] content) throws Exception {
        return Files.write(folder.resolve(name), content);
    }

    private static List<List<@Nullable String>> read(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (var rows = statement.executeQuery(sql)) {
                var all = new ArrayList<List<@Nullable String>>();
                while (rows.next()) {
                    var row = new ArrayList<@Nullable String>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(rows.getString(i));
                    }
                    all.add(row);
                }
                return all;
            }
        }
    }

    private static String each(List<String> columns) {
        return "SELECT "
                + String.join(", ", columns.stream().map(column -> column + "::VARCHAR").toList())
                + " FROM ";
    }

    @ParameterizedTest
    @EnumSource(TableCodec.class)
    void everyTypeComesBackAsItWas(TableCodec codec) throws Exception {
        var rows = new ArrayList<List<@Nullable String>>();
        ROWS.forEach(row -> rows.add(new ArrayList<@Nullable String>(row)));
        var nothing = new ArrayList<@Nullable String>();
        EVERY_TYPE.forEach(_ -> nothing.add(null));
        rows.add(nothing);
        var file = file("every.parquet", written(TableShape.of(EVERY_TYPE, codec), rows));
        var names = EVERY_TYPE.stream().map(TableColumn::name).toList();
        var expected = new ArrayList<List<@Nullable String>>();
        READ.forEach(row -> expected.add(new ArrayList<@Nullable String>(row)));
        expected.add(nothing);
        assertThat(read(each(names) + "'" + file + "'")).isEqualTo(expected);
        assertThat(
                        read(
                                "SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT *"
                                        + " FROM '"
                                        + file
                                        + "')"))
                .extracting(List::getFirst)
                .containsExactly(
                        "flag BOOLEAN",
                        "small SMALLINT",
                        "whole INTEGER",
                        "big BIGINT",
                        "single FLOAT",
                        "double DOUBLE",
                        "dec9 DECIMAL(9,2)",
                        "dec18 DECIMAL(18,0)",
                        "dec38 DECIMAL(38,10)",
                        "text VARCHAR",
                        "json JSON",
                        "day DATE",
                        "local TIMESTAMP",
                        "moment TIMESTAMP WITH TIME ZONE",
                        "uuid UUID",
                        "bytes BLOB");
        assertThat(read("SELECT DISTINCT compression FROM parquet_metadata('" + file + "')"))
                .containsExactly(List.of(codec == TableCodec.NONE ? "UNCOMPRESSED" : codec.name()));
    }

    private static final List<TableColumn> NUMBERED =
            List.of(
                    new TableColumn("id", new ColumnType.Whole(32)),
                    new TableColumn("text", new ColumnType.Text()));

    private static List<List<String>> numbered(int from, int to) {
        var rows = new ArrayList<List<String>>();
        for (int i = from; i < to; i++) {
            rows.add(List.of(String.valueOf(i), "row " + i * 7919L));
        }
        return rows;
    }

    private static TableShape small(int rowGroup) {
        return new TableShape(NUMBERED, TableCodec.ZSTD, rowGroup);
    }

    @Test
    void aFileWithoutRowsHasItsColumns() throws Exception {
        var file = file("empty.parquet", written(small(1000), List.of()));
        assertThat(read("SELECT * FROM '" + file + "'")).isEmpty();
        assertThat(read("SELECT column_name FROM (DESCRIBE SELECT * FROM '" + file + "')"))
                .containsExactly(List.of("id"), List.of("text"));
    }

    @Test
    void theSameRowsAreTheSameBytesInRowGroupsOfBoundedSize() throws Exception {
        byte[] once = written(small(10_000), numbered(0, 5000));
        assertThat(written(small(10_000), numbered(0, 5000))).isEqualTo(once);
        var file = file("groups.parquet", once);
        assertThat(
                        read(
                                "SELECT count(DISTINCT row_group_id), max(row_group_num_rows) FROM"
                                        + " parquet_metadata('"
                                        + file
                                        + "')"))
                .containsExactly(List.of("10", "533"));
        assertThat(read("SELECT id, text FROM '" + file + "' ORDER BY file_row_number"))
                .isEqualTo(numbered(0, 5000));
    }

    @Test
    void joinedFilesHaveTheBytesOfTheirRowsOneBehindTheOther() throws Exception {
        var parts =
                List.of(
                        file("a", written(small(10_000), numbered(0, 2000))),
                        file("b", written(small(10_000), List.of())),
                        file("c", written(small(10_000), numbered(2000, 2003))));
        var out = new ByteArrayOutputStream();
        TableBody body = PARQUET.join(small(10_000), parts, out);
        var all = file("all.parquet", out.toByteArray());
        assertThat(body.rows()).isEqualTo(2003);
        assertThat(read("SELECT id, text FROM '" + all + "'")).isEqualTo(numbered(0, 2003));
        var bodies = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i += 2) {
            byte[] part = Files.readAllBytes(parts.get(i));
            TableBody at;
            try (var writer = PARQUET.open(small(10_000), new ByteArrayOutputStream())) {
                for (var row : i == 0 ? numbered(0, 2000) : numbered(2000, 2003)) {
                    writer.add(values(row));
                }
                at = writer.finish();
            }
            bodies.write(part, (int) at.offset(), (int) at.bytes());
        }
        assertThat(
                        Arrays.copyOfRange(
                                out.toByteArray(),
                                (int) body.offset(),
                                (int) (body.offset() + body.bytes())))
                .isEqualTo(bodies.toByteArray());
    }

    @Test
    void aPartThatIsNoParquetIsNamed() throws Exception {
        byte[] whole = written(small(10_000), numbered(0, 2000));
        var parts =
                List.of(file("a", whole), file("cut", Arrays.copyOf(whole, whole.length - 100)));
        assertThatThrownBy(() -> PARQUET.join(small(10_000), parts, new ByteArrayOutputStream()))
                .isInstanceOfSatisfying(
                        DamagedTableException.class, e -> assertThat(e.part()).isEqualTo(1));
    }

    @Test
    void whatATypeCannotHoldIsAnErrorAndNotAnotherValue() {
        var wrong =
                List.of(
                        List.of(new ColumnType.Decimal(5, 2), "NaN"),
                        List.of(new ColumnType.Decimal(5, 2), "1000.00"),
                        List.of(new ColumnType.Decimal(5, 2), "1.001"),
                        List.of(new ColumnType.Whole(32), "2147483648"),
                        List.of(new ColumnType.Moment(true), "294276-12-31 23:59:59+00"),
                        List.of(new ColumnType.Moment(false), "2020-02-30 00:00:00"),
                        List.of(new ColumnType.Day(), "02/29/2020"),
                        List.of(new ColumnType.Uuid(), "1234"),
                        List.of(new ColumnType.Bool(), "yes"),
                        List.of(new ColumnType.Bytes(), "abc"));
        for (var pair : wrong) {
            var shape =
                    TableShape.of(
                            List.of(new TableColumn("odd", (ColumnType) pair.get(0))),
                            TableCodec.ZSTD);
            assertThatThrownBy(() -> written(shape, List.of(List.of((String) pair.get(1)))))
                    .as(pair.toString())
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                    .hasMessageStartingWith("column \"odd\": \"" + pair.get(1) + "\" has no place");
        }
    }

    @Test
    void valuesOfMegabytesStayWithinARowGroup() throws Exception {
        var rows = new ArrayList<List<String>>();
        for (int i = 0; i < 40; i++) {
            rows.add(List.of(String.valueOf(i), String.valueOf(i % 10).repeat(1 << 20)));
        }
        var file = file("large.parquet", written(small((4 << 20) + 64), rows));
        assertThat(
                        read(
                                "SELECT count(DISTINCT row_group_id) FROM parquet_metadata('"
                                        + file
                                        + "')"))
                .containsExactly(List.of("10"));
        assertThat(
                        read(
                                "SELECT count(*) FROM '"
                                        + file
                                        + "' WHERE text = repeat((id % 10)::VARCHAR, 1048576)"))
                .containsExactly(List.of("40"));
    }
}
