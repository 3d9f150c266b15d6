package dev.lode.demo.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

class FaultTest {
    private final Path folder;

    FaultTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static CorpusSpec packed() {
        return CorpusSpec.of(7, ByteSize.of(300_000), Corpora.DATE);
    }

    private Path file(CorpusReport report, String table) {
        return folder.resolve(report.table(table).file());
    }

    /// The bytes of the records that the report calls bad.
    private Map<Long, String> bad(CorpusReport.Table table) {
        var bytes = ParsedFile.bytes(folder.resolve(table.file()));
        var bad = new TreeMap<Long, String>();
        for (var rejected : table.rejected()) {
            int end = (int) rejected.offset();
            while (bytes[end] != '\n') {
                end++;
            }
            bad.put(
                    rejected.record(),
                    new String(
                            Arrays.copyOfRange(bytes, (int) rejected.offset(), end),
                            StandardCharsets.ISO_8859_1));
        }
        return bad;
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"BAD_DATE", "BAD_INTEGER", "TOO_LONG", "BAD_NULL", "INVALID_UTF8", "NUL_BYTE"})
    void badValuesStandWhereTheReportSays(Fault fault) {
        var report = Corpora.write(packed().with(Packing.PLAIN).withFaults(fault), folder);
        var table = report.table(fault.table());
        var file = Corpora.parse(report, folder, fault.table());
        var shape = Corpora.shape(fault.table());

        assertThat(table.rejects()).containsExactly(Map.entry(fault, fault.count()));
        assertThat(table.rows()).isEqualTo(table.records() - fault.count());
        for (var rejected : table.rejected()) {
            var record = file.records().get((int) rejected.record() - 1);
            var column = shape.columns().get(shape.indexOf(rejected.column()).orElseThrow());
            var value = record.get(file.column(rejected.column()));
            assertThat(
                            value == null
                                    ? fault == Fault.BAD_NULL && !column.nullable()
                                    : switch (fault) {
                                        case BAD_DATE -> value.equals("2021-02-30");
                                        case BAD_INTEGER ->
                                                value.equals("12a4")
                                                        || Long.parseLong(value)
                                                                > Integer.MAX_VALUE;
                                        case TOO_LONG -> value.length() == column.maxChars() + 1;
                                        case INVALID_UTF8 ->
                                                new String(
                                                                value.getBytes(
                                                                        StandardCharsets
                                                                                .ISO_8859_1),
                                                                StandardCharsets.UTF_8)
                                                        .contains("\uFFFD");
                                        case NUL_BYTE -> value.indexOf(0) > 0;
                                        default -> false;
                                    })
                    .as(rejected + " " + value)
                    .isTrue();
            assertThat(bad(table).get(rejected.record()))
                    .startsWith("\"" + record.getFirst() + "\",");
        }
    }

    @Test
    void unterminatedQuotesCostOneRecordEach() {
        var fault = new PlantedFault(Fault.UNTERMINATED_QUOTE, "search_citation", 4);
        var clean = Corpora.write(packed().with(Packing.PLAIN), folder);
        var whole =
                new String(
                        ParsedFile.bytes(file(clean, "search_citation")), StandardCharsets.UTF_8);
        var report = Corpora.write(packed().with(Packing.PLAIN).withFaults(List.of(fault)), folder);
        var table = report.table("search_citation");

        var bad = bad(table).values();
        assertThat(bad)
                .hasSize(4)
                .allMatch(line -> line.chars().filter(c -> c == '"').count() == 15);
        assertThat(bad).filteredOn(line -> !line.endsWith("\"")).hasSize(2);
        var rest =
                new String(
                        ParsedFile.bytes(file(report, "search_citation")), StandardCharsets.UTF_8);
        for (var line : bad) {
            rest = rest.replace(line + "\n", "");
        }
        assertThat(rest).isEqualTo(whole);
        assertThat(table.digest()).isEqualTo(clean.table("search_citation").digest());
    }

    @Test
    void unterminatedQuotesAreRefusedWhereNobodyCouldCountThem() {
        var spec =
                CorpusSpec.of(1, ByteSize.of(300_000), LocalDate.of(2023, 1, 1))
                        .withFaults(Fault.UNTERMINATED_QUOTE);

        assertThatThrownBy(() -> Corpora.write(spec, folder))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("choose a later date");
    }

    @Test
    void fieldCountsAreOneTooFewAndOneTooMany() {
        var report =
                Corpora.write(packed().with(Packing.PLAIN).withFaults(Fault.FIELD_COUNT), folder);
        var file = Corpora.parse(report, folder, "search_citation");

        assertThat(report.table("search_citation").rejected())
                .extracting(rejected -> file.records().get((int) rejected.record() - 1).size())
                .containsExactly(7, 9);
    }

    @Test
    void duplicatesLoseAgainstTheRowOfACleanCorpus() {
        var clean = Corpora.write(packed().with(Packing.PLAIN), folder);
        var before = Corpora.parse(clean, folder);
        for (var place :
                List.of(
                        "search_docket",
                        "search_opinionscited",
                        "people_db_person_race",
                        "search_court")) {
            var fault = new PlantedFault(Fault.DUPLICATE_KEYS, place, 6);
            var report =
                    Corpora.write(packed().with(Packing.PLAIN).withFaults(List.of(fault)), folder);
            var table = report.table(place);
            var file = Corpora.parse(report, folder, place);

            assertThat(file.winners()).as(place).isEqualTo(before.get(place).winners());
            var duplicates = table.duplicates();
            assertThat(duplicates.exact() + duplicates.stale()).as(place).isEqualTo(6);
            assertThat(file.records()).hasSize((int) table.rows() + 6);
            var seen = new HashSet<String>();
            var twice = new HashSet<String>();
            file.values("id").stream()
                    .map(String::valueOf)
                    .filter(id -> !seen.add(id))
                    .forEach(twice::add);
            assertThat(twice).hasSize(duplicates.keys());
            assertThat(table.digest()).isEqualTo(clean.table(place).digest());
        }
    }

    @Test
    void danglingKeysAreAsManyAsTheReportSays() throws IOException {
        var report =
                Corpora.write(packed().with(Packing.PLAIN).withFaults(Fault.DANGLING_KEYS), folder);
        var files = Corpora.parse(report, folder);

        int orphans = 0;
        boolean above = false;
        boolean below = false;
        for (var key : PackSchema.read().foreignKeys()) {
            var keys = new HashSet<>(files.get(key.parent()).values("id"));
            var dangling =
                    files.get(key.table()).values(key.column()).stream()
                            .filter(value -> value != null && !keys.contains(value))
                            .map(String::valueOf)
                            .toList();
            assertThat(dangling)
                    .as(key.name())
                    .hasSize(report.table(key.table()).orphans().getOrDefault(key.column(), 0));
            orphans += dangling.size();
            above |= dangling.stream().anyMatch(id -> id.length() == 10);
            below |= dangling.stream().anyMatch(id -> id.length() < 5);
        }
        assertThat(orphans).isEqualTo(10);
        assertThat(above && below).isTrue();
        assertThat(report.table("search_opinionscited").orphans())
                .isEqualTo(Map.of("cited_opinion_id", 4, "citing_opinion_id", 4));
    }

    @Test
    void danglingKeysKeepTheUniqueKeysOfEveryTable() throws IOException {
        var schema = PackSchema.read();
        for (var key : schema.foreignKeys()) {
            if (key.table().endsWith("judges") || key.table().endsWith("retentionevent")) {
                continue;
            }
            var fault = new PlantedFault(Fault.DANGLING_KEYS, key.table(), 2);
            var spec =
                    packed().with(Packing.PLAIN)
                            .withTables(Set.of(key.table()))
                            .withFaults(List.of(fault));
            var report = Corpora.write(spec, folder.resolve(key.name()));
            var file = Corpora.parse(report, folder.resolve(key.name()), key.table());
            for (var columns : schema.unique(key.table())) {
                var seen = new HashSet<List<String>>();
                for (var record : file.records()) {
                    var values =
                            columns.stream()
                                    .map(column -> record.get(file.column(column)))
                                    .filter(Objects::nonNull)
                                    .toList();
                    assertThat(values.size() < columns.size() || seen.add(values))
                            .as(key.table() + columns + values)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void headersLackOrHaveOrOrderColumnsAsPlanted() {
        var report =
                Corpora.write(
                        packed().withFaults(
                                        Fault.MISSING_COLUMN,
                                        Fault.EXTRA_COLUMN,
                                        Fault.REORDERED_COLUMNS),
                        folder);
        var files = Corpora.parse(report, folder);

        assertThat(files.get("search_courthouse").header())
                .hasSize(10)
                .doesNotContain("country_code");
        assertThat(report.table("search_courthouse").digest()).isEmpty();
        assertThat(files.get("people_db_school").header()).hasSize(7).contains("planted_extra");
        assertThat(files.get("people_db_school").values("planted_extra")).containsOnly("planted");
        var columns =
                Corpora.shape("people_db_position").columns().stream()
                        .map(ColumnShape::name)
                        .toList();
        assertThat(files.get("people_db_position").header()).isEqualTo(columns.reversed());
        assertThat(files.get("people_db_position").values("has_inferred_values")).containsOnly("f");
        for (var file : files.files().values()) {
            assertThat(file.records()).allMatch(record -> record.size() == file.header().size());
        }
    }

    @Test
    void filesInTheWrongDialectAreWholeInTheirOwn() {
        var report =
                Corpora.write(packed().withFaults(Fault.RFC4180_FILE, Fault.BACKTICK_FILE), folder);

        var said = ParsedFile.read(file(report, "search_parenthetical"), Era.DOUBLED_QUOTES);
        assertThat(said.records()).hasSize((int) report.table("search_parenthetical").rows());
        assertThat(said.values("text")).contains("\"").contains("\\");
        var learnt = ParsedFile.read(file(report, "people_db_education"), Era.BACKTICK);
        assertThat(learnt.records()).hasSize((int) report.table("people_db_education").rows());
        assertThat(report.table("people_db_education").damage())
                .containsExactly(Fault.BACKTICK_FILE);
    }

    @Test
    void emptyFilesAreEmptyInTheirThreeWays() throws IOException {
        var report =
                Corpora.write(
                        packed().withFaults(Fault.ZERO_BYTES, Fault.PLACEHOLDER, Fault.HEADER_ONLY),
                        folder);

        assertThat(Files.size(file(report, "disclosures_debt"))).isZero();
        assertThat(Files.size(file(report, "disclosures_gift"))).isEqualTo(14);
        assertThat(ParsedFile.bytes(file(report, "disclosures_gift"))).isEmpty();
        assertThat(ParsedFile.bytes(file(report, "search_opinion_joined_by")))
                .asString()
                .isEqualTo("id,opinion_id,person_id\n");
        assertThat(report.tables())
                .filteredOn(table -> !table.damage().isEmpty())
                .hasSize(3)
                .allMatch(table -> table.records() == 0);
    }

    @Test
    void brokenFilesDoNotDecode() {
        var report = Corpora.write(packed().withFaults(Fault.TRUNCATED, Fault.BIT_FLIP), folder);

        for (var table : List.of("disclosures_investment", "search_originatingcourtinformation")) {
            assertThatThrownBy(() -> ParsedFile.bytes(file(report, table)))
                    .as(table)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(report.table(table).records()).isPositive();
        }
    }

    @Test
    void secondStreamHoldsTheRestOfTheRecords() throws IOException {
        var report = Corpora.write(packed().withFaults(Fault.MULTI_STREAM), folder);
        var stored = Files.readAllBytes(file(report, "search_court"));

        int first;
        try (var in = new BZip2CompressorInputStream(new ByteArrayInputStream(stored), false)) {
            first = in.readAllBytes().length;
        }
        assertThat(first)
                .isLessThan((int) report.table("search_court").decodedBytes())
                .isPositive();
        assertThat(Corpora.parse(report, folder, "search_court").records())
                .hasSize((int) report.table("search_court").rows());
    }

    @Test
    void foldersHoldOtherDatesAndKeysAsPlanted() throws IOException {
        var report =
                Corpora.write(
                        packed().withFaults(Fault.of(Fault.Group.SNAPSHOT).toArray(Fault[]::new)),
                        folder);
        var names = CorpusGeneratorTest.contents(folder).keySet();

        assertThat(names).hasSizeGreaterThan(1000 + 33 * 3);
        assertThat(names).contains("schema-2026-07-01.sql", "load-bulk-data-2026-07-01.sh");
        assertThat(names)
                .filteredOn(name -> name.contains("2026-07-08"))
                .hasSize(32)
                .doesNotContain("opinions-2026-07-08.csv.bz2");
        assertThat(names).filteredOn(name -> name.contains("2026-07-15")).hasSize(33);
        assertThat(Files.size(folder.resolve("citations-2026-07-15.csv.bz2"))).isEqualTo(14);
        assertThat(Files.size(folder.resolve("courts-2026-07-15.csv.bz2"))).isGreaterThan(14);
        assertThat(names)
                .filteredOn(name -> name.contains("2026-07-09"))
                .containsExactly("dockets-2026-07-09.csv.bz2");
        assertThat(names).filteredOn(name -> name.startsWith("randoms/")).hasSizeGreaterThan(300);
        assertThat(report.tables()).allMatch(table -> table.damage().isEmpty());
    }

    @Test
    void allFaultsTogetherGiveTheCountsOfTheExpectationsFile() throws IOException {
        var report = Corpora.write(packed().withFaults(PlantedFault.parse("all")), folder);
        var json = Files.readString(report.expected());

        var tables =
                map(
                        map(new Load(LoadSettings.builder().build()).loadFromString(json))
                                .get("tables"));
        assertThat(tables).hasSize(33);
        for (var table : report.tables()) {
            var expected = map(tables.get(table.table()));
            assertThat(String.valueOf(expected.get("records")))
                    .isEqualTo(Long.toString(table.records()));
            assertThat(String.valueOf(expected.get("rows"))).isEqualTo(Long.toString(table.rows()));
            assertThat(table.rows())
                    .isEqualTo(
                            table.records()
                                    - table.duplicates().exact()
                                    - table.duplicates().stale()
                                    - table.rejected().size());
            assertThat(Files.size(folder.resolve(table.file()))).isEqualTo(table.storedBytes());
        }
        assertThat(map(tables.get("search_docket")).get("rejects"))
                .isEqualTo(Map.of("bad-date", 3, "bad-integer", 2, "too-long", 2));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    @Test
    void faultsAreNamedWithTableAndCount() {
        assertThat(PlantedFault.parse("bad-date:search_opinion:9"))
                .containsExactly(new PlantedFault(Fault.BAD_DATE, "search_opinion", 9));
        assertThat(PlantedFault.parse("truncated:search_docket"))
                .containsExactly(new PlantedFault(Fault.TRUNCATED, "search_docket", 1));
        assertThat(PlantedFault.parse("headers"))
                .extracting(PlantedFault::fault)
                .containsExactly(Fault.MISSING_COLUMN, Fault.EXTRA_COLUMN, Fault.REORDERED_COLUMNS);
    }
}
