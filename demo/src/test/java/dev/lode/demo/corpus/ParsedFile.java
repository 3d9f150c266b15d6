package dev.lode.demo.corpus;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A file of a corpus as a simple reader of its own sees it, which knows nothing of the generator's
/// encoder. Values are Latin-1 strings, one character a byte; null is NULL.
record ParsedFile(List<String> header, List<List<@Nullable String>> records) {
    static ParsedFile read(Path file, Era era) {
        var all = parse(bytes(file), era.quote(), era.escape());
        return new ParsedFile(
                all.getFirst().stream().map(String::valueOf).toList(), all.subList(1, all.size()));
    }

    /// The file as stored, or what is packed in it.
    static byte[] bytes(Path file) {
        try {
            if (!file.toString().endsWith(".bz2")) {
                return Files.readAllBytes(file);
            }
            try (var in = new BZip2CompressorInputStream(Files.newInputStream(file), true)) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<List<@Nullable String>> parse(byte[] bytes, char quote, char escape) {
        var records = new ArrayList<List<@Nullable String>>();
        var record = new ArrayList<@Nullable String>();
        int i = 0;
        while (i < bytes.length) {
            boolean quoted = bytes[i] == quote;
            var value = new ByteArrayOutputStream();
            if (quoted) {
                for (i++;
                        bytes[i] != quote
                                || (escape == quote
                                        && i + 1 < bytes.length
                                        && bytes[i + 1] == quote);
                        i++) {
                    if (bytes[i] == escape) {
                        i++;
                    }
                    value.write(bytes[i]);
                }
                i++;
            } else {
                for (; bytes[i] != ',' && bytes[i] != '\n'; i++) {
                    value.write(bytes[i]);
                }
            }
            var text = value.toString(StandardCharsets.ISO_8859_1);
            record.add(quoted || !text.isEmpty() ? text : null);
            if (bytes[i] == '\n') {
                records.add(record);
                record = new ArrayList<>();
            } else if (bytes[i] != ',') {
                throw new IllegalStateException(
                        "byte " + i + ": a value ends with " + (char) bytes[i]);
            }
            i++;
        }
        if (!record.isEmpty()) {
            throw new IllegalStateException("the last record has no end");
        }
        return records;
    }

    int column(String name) {
        return header.indexOf(name);
    }

    List<@Nullable String> values(String column) {
        int index = column(column);
        var values = new ArrayList<@Nullable String>();
        for (var record : records) {
            values.add(record.get(index));
        }
        return values;
    }

    /// The records by key, the one that wins where a key comes twice: the highest version, then the
    /// last.
    Map<String, List<@Nullable String>> winners() {
        int version = column("date_modified");
        var winners = new TreeMap<String, List<@Nullable String>>();
        for (var record : records) {
            winners.merge(
                    String.valueOf(record.getFirst()),
                    record,
                    (a, b) -> {
                        if (version < 0) {
                            return b;
                        }
                        return String.valueOf(a.get(version))
                                                .compareTo(String.valueOf(b.get(version)))
                                        > 0
                                ? a
                                : b;
                    });
        }
        return winners;
    }
}
