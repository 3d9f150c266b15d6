package dev.lode.demo.corpus;

import dev.lode.core.ByteSize;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Small corpora for tests, and what a simple reader finds in them.
final class Corpora {
    static final LocalDate DATE = LocalDate.of(2026, 6, 30);

    private Corpora() {}

    static CorpusSpec small() {
        return CorpusSpec.of(7, ByteSize.of(600_000), DATE).with(Packing.PLAIN);
    }

    static CorpusReport write(CorpusSpec spec, Path folder) {
        return CorpusGenerator.write(spec, folder, CorpusProgress.none());
    }

    static Parsed parse(CorpusReport report, Path folder) {
        var files = new LinkedHashMap<String, ParsedFile>();
        for (var table : report.tables()) {
            var era = Era.of(report.date());
            if (table.damage().contains(Fault.RFC4180_FILE)) {
                era = Era.DOUBLED_QUOTES;
            } else if (table.damage().contains(Fault.BACKTICK_FILE)) {
                era = Era.BACKTICK;
            }
            files.put(table.table(), ParsedFile.read(folder.resolve(table.file()), era));
        }
        return new Parsed(files);
    }

    static ParsedFile parse(CorpusReport report, Path folder, String table) {
        return ParsedFile.read(folder.resolve(report.table(table).file()), report.era());
    }

    static TableShape shape(String table) {
        return Objects.requireNonNull(TableShape.all().get(table), table);
    }

    /// The files of a corpus by table.
    record Parsed(Map<String, ParsedFile> files) {
        ParsedFile get(String table) {
            return Objects.requireNonNull(files.get(table), table);
        }
    }
}
