package dev.lode.format.csv;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

/// The doubled dialect against another reader.
class RecordCutterFastCsvTest {
    private static final int FIELDS = 5;

    @Test
    void randomRecordsReadAsFastCsvReadsThem() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var record : RandomRecords.of(random, 30, FIELDS)) {
                // FastCSV 4.1.0 takes the LF that ends a record for half of a CRLF after a lone CR
                // inside quotes.
                record.replaceAll(value -> value.replaceAll("\r(?!\n)", ""));
                String line = Csv.line(Csv.DOUBLED, record);
                text.append(random.nextBoolean() ? line.replaceFirst("\n$", "\r\n") : line);
            }
            String input = random.nextBoolean() ? text.toString() : text.toString().stripTrailing();
            var expected =
                    CsvReader.builder().ofCsvRecord(input).stream()
                            .map(CsvRecord::getFields)
                            .toList();
            var batches =
                    Csv.cut(
                            input.getBytes(UTF_8),
                            Csv.DOUBLED,
                            Csv.settings(200, 100_000, 1000, 100),
                            FIELDS);
            assertThat(Csv.values(batches)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void unquotedFieldsReadAsFastCsvReadsThem() {
        var pieces =
                List.of(
                        "a",
                        "bc",
                        " ",
                        "\\",
                        "'",
                        "é",
                        "`",
                        "long enough to fill more than eight bytes",
                        "");
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                for (int f = 0; f < FIELDS; f++) {
                    text.append(f == 0 ? "" : ",");
                    text.append(pieces.get(random.nextInt(pieces.size())));
                    text.append(pieces.get(random.nextInt(pieces.size())));
                }
                text.append(random.nextBoolean() ? "\r\n" : "\n");
            }
            var expected =
                    CsvReader.builder().ofCsvRecord(text.toString()).stream()
                            .map(CsvRecord::getFields)
                            .toList();
            assertThat(
                            Csv.values(
                                    Csv.cut(
                                            text.toString().getBytes(UTF_8),
                                            Csv.DOUBLED,
                                            CutSettings.DEFAULT,
                                            FIELDS)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }
}
