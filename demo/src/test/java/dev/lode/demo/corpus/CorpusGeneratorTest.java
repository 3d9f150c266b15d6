package dev.lode.demo.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;

class CorpusGeneratorTest {
    private static final Set<String> EMPTY_BY_DESIGN =
            Set.of("people_db_retentionevent", "search_opinioncluster_non_participating_judges");

    private final Path folder;

    CorpusGeneratorTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void sameSpecGivesTheSameBytesWhateverThreadsAndLocale() throws IOException {
        var spec = CorpusSpec.of(3, ByteSize.of(300_000), Corpora.DATE).withFaults(Fault.BAD_DATE);
        Corpora.write(spec.withThreads(1), folder.resolve("a"));
        var locale = Locale.getDefault();
        var zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
            Corpora.write(spec.withThreads(3), folder.resolve("b"));
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }

        assertThat(contents(folder.resolve("b"))).isEqualTo(contents(folder.resolve("a")));
    }

    @Test
    void otherSeedGivesOtherRowsInTheSameNumber() {
        var one = Corpora.write(Corpora.small(), folder.resolve("a"));
        var other =
                Corpora.write(
                        new CorpusSpec(
                                8,
                                one(),
                                Corpora.DATE,
                                Packing.PLAIN,
                                Set.of("search_docket"),
                                List.of(),
                                Optional.empty(),
                                false,
                                ByteSize.of(0),
                                1),
                        folder.resolve("b"));

        assertThat(other.tables()).hasSize(1);
        assertThat(other.table("search_docket").rows())
                .isEqualTo(one.table("search_docket").rows());
        assertThat(other.table("search_docket").digest())
                .isNotEqualTo(one.table("search_docket").digest());
    }

    private static ByteSize one() {
        return Corpora.small().size();
    }

    @Test
    void valuesFitTheColumnsAndAllKeysResolve() throws IOException {
        var report = Corpora.write(Corpora.small(), folder);
        var files = Corpora.parse(report, folder);
        var schema = PackSchema.read();
        var keys = new HashMap<String, Set<String>>();
        files.files().forEach((table, file) -> keys.put(table, texts(file.values("id"))));

        files.files()
                .forEach(
                        (table, file) -> {
                            var shape = Corpora.shape(table);
                            assertThat(file.header())
                                    .containsExactlyElementsOf(
                                            shape.columns().stream()
                                                    .map(ColumnShape::name)
                                                    .toList());
                            assertThat(file.records())
                                    .as(table)
                                    .allMatch(record -> record.size() == file.header().size());
                            for (var column : shape.columns()) {
                                file.values(column.name())
                                        .forEach(value -> fits(table, column, value));
                            }
                            assertThat(file.records().isEmpty())
                                    .as(table)
                                    .isEqualTo(EMPTY_BY_DESIGN.contains(table));
                        });
        for (var key : schema.foreignKeys()) {
            var present = texts(files.get(key.table()).values(key.column()));
            assertThat(keys.getOrDefault(key.parent(), Set.of()))
                    .as(key.name())
                    .containsAll(present);
        }
        schema.unique()
                .forEach(
                        (table, uniques) ->
                                uniques.forEach(
                                        columns -> {
                                            var seen = new HashSet<List<String>>();
                                            for (var record : files.get(table).records()) {
                                                var key = new ArrayList<String>();
                                                for (var column : columns) {
                                                    var value =
                                                            record.get(
                                                                    files.get(table)
                                                                            .column(column));
                                                    if (value != null) {
                                                        key.add(value);
                                                    }
                                                }
                                                assertThat(
                                                                key.size() < columns.size()
                                                                        || seen.add(key))
                                                        .as(table + columns + key)
                                                        .isTrue();
                                            }
                                        }));
    }

    private static void fits(String table, ColumnShape column, @Nullable String value) {
        var place = table + "." + column.name() + " = " + value;
        if (value == null) {
            assertThat(column.nullable()).as(place).isTrue();
            return;
        }
        switch (column.type()) {
            case INT -> Integer.parseInt(value);
            case SHORT -> Short.parseShort(value);
            case FLOAT ->
                    assertThat(Double.toString(Double.parseDouble(value)))
                            .as(place)
                            .isIn(value, value + ".0");
            case BOOL -> assertThat(value).as(place).isIn("t", "f");
            case DATE -> LocalDate.parse(value);
            case TIME ->
                    assertThat(value)
                            .as(place)
                            .matches(
                                    "\\d{4}-\\d\\d-\\d\\d"
                                            + " \\d\\d:\\d\\d:\\d\\d(\\.\\d{0,5}[1-9])?\\+00");
            case TEXT -> {
                var text =
                        new String(
                                value.getBytes(StandardCharsets.ISO_8859_1),
                                StandardCharsets.UTF_8);
                assertThat(text.contains("\uFFFD") || text.indexOf(0) >= 0).as(place).isFalse();
                if (column.maxChars() > 0) {
                    assertThat(text.codePointCount(0, text.length()))
                            .as(place)
                            .isLessThanOrEqualTo(column.maxChars());
                }
            }
        }
    }

    @Test
    void everyEraReadsBackToTheCountsOfTheReport() {
        for (var date :
                List.of(
                        "2022-08-02",
                        "2023-07-06",
                        "2024-03-11",
                        "2024-08-31",
                        "2025-01-23",
                        "2026-06-30")) {
            var spec =
                    CorpusSpec.of(7, ByteSize.of(300_000), LocalDate.parse(date))
                            .with(Packing.PLAIN);
            var report = Corpora.write(spec, folder.resolve(date));
            var files = Corpora.parse(report, folder.resolve(date));

            for (var table : report.tables()) {
                var file = files.get(table.table());
                assertThat(file.records()).as(date + table.table()).hasSize((int) table.records());
                assertThat(file.winners()).hasSize((int) table.rows());
                assertThat(digest(table.table(), file, report.era()))
                        .isEqualTo(table.digest().orElseThrow());
            }
            var dockets =
                    ParsedFile.bytes(folder.resolve(date).resolve("dockets-" + date + ".csv"));
            var line =
                    new String(dockets, StandardCharsets.UTF_8)
                            .lines()
                            .skip(1)
                            .findFirst()
                            .orElseThrow();
            assertThat(line)
                    .matches(
                            switch (Era.of(LocalDate.parse(date))) {
                                case MINIMAL_QUOTES -> "\\d+,2.*";
                                case DOUBLED_QUOTES, BACKSLASH -> "\"\\d+\",\"2.*";
                                case BACKTICK -> "`\\d+`,`2.*";
                            });
        }
    }

    /// The digest by its definition, over what was parsed.
    private static long digest(String table, ParsedFile file, Era era) {
        var shape = Corpora.shape(table);
        var row = new Row();
        var digest = new RowDigest(shape, !era.quotesAll());
        for (var record : file.winners().values()) {
            row.begin(0, false, false);
            for (int i = 0; i < record.size(); i++) {
                var value = record.get(i);
                if (value != null) {
                    row.text(value.getBytes(StandardCharsets.ISO_8859_1));
                } else if (era == Era.MINIMAL_QUOTES && !shape.columns().get(i).nullable()) {
                    row.blank();
                } else {
                    row.none();
                }
            }
            digest.add(row);
        }
        return digest.value();
    }

    @Test
    void rowsLieInHeapOrderWithGapsBetweenTheirIds() {
        var report = Corpora.write(Corpora.small().withTables(Set.of("search_docket")), folder);
        var ids =
                Corpora.parse(report, folder, "search_docket").values("id").stream()
                        .map(Integer::valueOf)
                        .toList();

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids).isNotEqualTo(ids.stream().sorted().toList());
        int highest = ids.stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertThat(highest).isBetween(ids.size() * 105 / 100, ids.size() * 110 / 100);
    }

    @Test
    void textsHoldWhatBreaksCarelessReaders() {
        var spec =
                CorpusSpec.of(7, ByteSize.of(9_000_000), Corpora.DATE)
                        .with(Packing.PLAIN)
                        .withTables(Set.of("search_parenthetical", "search_opinion"));
        var files = Corpora.parse(Corpora.write(spec, folder), folder);

        var said = files.get("search_parenthetical").values("text");
        assertThat(said)
                .contains(
                        "\\",
                        "\\\\",
                        "\\\"",
                        "ends with a backslash\\",
                        "before\n\\.\nafter",
                        "\",\"",
                        "line\r\nline");
        assertThat(files.get("search_opinion").values("plain_text"))
                .anyMatch(text -> text != null && text.length() == 128 << 10);
    }

    @Test
    void hugeFieldIsExactlyOneRecord() {
        var spec =
                Corpora.small()
                        .withTables(Set.of("search_opinion"))
                        .withHugeField(ByteSize.of(3_000_000));
        var report = Corpora.write(spec, folder);
        var opinions = Corpora.parse(report, folder, "search_opinion");

        assertThat(opinions.records()).hasSize((int) report.table("search_opinion").rows());
        assertThat(opinions.values("plain_text"))
                .filteredOn(text -> text != null && text.length() > 2_900_000)
                .hasSize(1)
                .allMatch(text -> String.valueOf(text).contains("\"124\",\"2020-01-02"));
        assertThat(digest("search_opinion", opinions, Era.BACKSLASH))
                .isEqualTo(report.table("search_opinion").digest().orElseThrow());
    }

    @Test
    void sizeIsMetFromAHundredMegabytesOn() {
        for (long megabytes : List.of(100L, 1_000L, 20_000L)) {
            var world =
                    new World(CorpusSpec.of(1, ByteSize.of(megabytes * 1_000_000), Corpora.DATE));
            var row = new Row();
            var out = new Bytes(1 << 20);
            var encoder = new CsvEncoder(Era.BACKSLASH, Bytes::clear);
            var corpus =
                    new Corpus(CorpusSpec.of(1, ByteSize.of(megabytes * 1_000_000), Corpora.DATE));
            double bytes = 0;
            for (var table : corpus.tables()) {
                int sample = (int) Math.min(600, table.rows().span(false));
                int found = 0;
                long sum = 0;
                for (int i = 0; i < sample; i++) {
                    long index = i * table.rows().span(false) / sample;
                    if (table.rows().exists(index, false)) {
                        table.fill(index, row);
                        encoder.record(
                                row,
                                HeaderOrder.of(
                                        table.shape(),
                                        CorpusSpec.of(1, ByteSize.of(300_000), Corpora.DATE)),
                                out);
                        sum += out.length();
                        out.clear();
                        found++;
                    }
                }
                bytes += found == 0 ? 0 : (double) sum / sample * table.rows().span(false);
            }
            assertThat(world.scale.bytes()).isEqualTo(megabytes * 1_000_000);
            // 600 of the heavy-tailed opinions give the mean within some 8 %.
            assertThat(bytes / 1e6).isBetween(megabytes * 0.8, megabytes * 1.2);
        }
    }

    @Test
    void impossibleSpecsAreRefused() {
        assertThatThrownBy(() -> CorpusSpec.of(1, ByteSize.of(1000), Corpora.DATE))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining("corpus size 1000 B: expected");
        assertThatThrownBy(() -> Corpora.small().withTables(Set.of("search_dockets")))
                .hasMessage(
                        "table \"search_dockets\": unknown; did you mean 'search_docket'?; nothing"
                                + " was written");
        assertThatThrownBy(() -> Corpora.small().next(Corpora.DATE, 0.1, 0.1, 0.01))
                .hasMessageContaining("must be later");
        assertThatThrownBy(() -> Corpora.small().next(Corpora.DATE.plusDays(90), 0.1, 0.1, 0.2))
                .hasMessageContaining("share \"vanished\" is 0.2: expected 0 to 0.1");
        assertThatThrownBy(() -> PlantedFault.parse("bad-dates"))
                .hasMessageContaining("did you mean 'bad-date'?");
    }

    @Test
    void folderThatCannotBeWrittenIsAnErrorAndLeavesNothing() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "in the way");

        assertThatThrownBy(() -> Corpora.write(Corpora.small(), file))
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE));
        assertThat(contents(folder)).hasSize(1);
    }

    @Test
    void failureInTheMiddleLeavesNoUnfinishedFile() throws IOException {
        CorpusProgress stop =
                (file, done, expected) -> {
                    throw new IllegalStateException("stop");
                };
        var spec = CorpusSpec.of(1, ByteSize.of(5_000_000), Corpora.DATE).with(Packing.PLAIN);

        assertThatThrownBy(() -> CorpusGenerator.write(spec, folder, stop)).hasMessage("stop");
        assertThat(contents(folder).keySet())
                .noneMatch(name -> name.endsWith(".part"))
                .isNotEmpty();
    }

    static Map<String, String> contents(Path folder) throws IOException {
        var contents = new TreeMap<String, String>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        folder.relativize(file).toString(),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static Set<String> texts(List<@Nullable String> values) {
        var texts = new HashSet<String>();
        for (var value : values) {
            if (value != null) {
                texts.add(value);
            }
        }
        return texts;
    }
}
