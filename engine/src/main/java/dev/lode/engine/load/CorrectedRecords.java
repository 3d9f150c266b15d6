package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.core.RejectText;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Rejects as a person corrected them: the CSV that `lode rejects export` writes, of which only the
/// columns `reject`, `encoding` and `raw` are read.
///
/// @param byReject bytes of each record, without its line's end, by the number of its reject
public record CorrectedRecords(Map<Long, byte[]> byReject) {
    private static final String REJECT = "reject";

    /// Bytes of all records together: they are kept in memory.
    private static final long MAX_BYTES = 64L << 20;

    private static final int MAX_FIELD = 64 << 20;

    /// Reads a file.
    ///
    /// @throws LodeException of kind USAGE when it is not such a file, with the line
    public static CorrectedRecords read(Path file) {
        var records = new LinkedHashMap<Long, byte[]>();
        long bytes = 0;
        try (var csv =
                CsvReader.builder()
                        .detectBomHeader(true)
                        .maxBufferSize(MAX_FIELD)
                        .ofNamedCsvRecord(file)) {
            for (var line : csv) {
                String place = file + " line " + line.getStartingLineNumber() + ": ";
                byte[] raw = raw(line, place);
                bytes += raw.length;
                if (bytes > MAX_BYTES) {
                    throw LodeException.usage(
                            place
                                    + "holds more than "
                                    + (MAX_BYTES >> 20)
                                    + " MiB of records; nothing was loaded; split it into several"
                                    + " files");
                }
                if (records.put(number(line, place), raw) != null) {
                    throw LodeException.usage(
                            place
                                    + "reject "
                                    + line.getField(REJECT)
                                    + " is there twice; nothing was loaded; keep one of them");
                }
            }
        } catch (CsvParseException | UncheckedIOException | IOException e) {
            throw LodeException.usage(
                    file
                            + ": cannot be read as CSV ("
                            + e.getMessage()
                            + "); nothing was loaded; lode rejects export writes such files");
        }
        return new CorrectedRecords(records);
    }

    private static long number(NamedCsvRecord line, String place) {
        String text = field(line, REJECT, place);
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw LodeException.usage(
                    place
                            + REJECT
                            + " is \""
                            + text
                            + "\", expected its number; nothing was loaded");
        }
    }

    private static byte[] raw(NamedCsvRecord line, String place) {
        var text =
                new RejectText(
                        field(line, RejectText.ENCODING, place),
                        field(line, RejectText.RAW, place));
        try {
            return text.bytes();
        } catch (LodeException e) {
            throw LodeException.usage(place + e.getMessage() + "; nothing was loaded");
        }
    }

    private static String field(NamedCsvRecord line, String name, String place) {
        return line.findField(name)
                .orElseThrow(
                        () ->
                                LodeException.usage(
                                        place
                                                + "column "
                                                + name
                                                + " is missing; nothing was loaded; lode rejects"
                                                + " export writes such files"));
    }
}
