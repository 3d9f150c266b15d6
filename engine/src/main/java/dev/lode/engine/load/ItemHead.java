package dev.lode.engine.load;

import dev.lode.core.LodeException;
import dev.lode.format.Decoder;
import dev.lode.format.Decoders;
import dev.lode.format.csv.CutSettings;
import dev.lode.format.csv.Dialect;
import dev.lode.format.csv.DialectSniffer;
import dev.lode.format.csv.RecordCutter;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The beginning of an item, read before anything is loaded.
///
/// @param header names of the columns; empty when the item cannot be loaded
/// @param records whether at least one record follows the header
/// @param trouble what is wrong with the item, as a whole sentence without its name
record ItemHead(List<String> header, boolean records, Optional<String> trouble) {
    private static final int HEAD_BYTES = 256 << 10;

    /// Reads the header and the first records.
    ///
    /// @param eras every dialect of the pack, to name the one that fits better
    static ItemHead read(LocalItem item, Dialect dialect, List<Dialect> eras, Decoders decoders) {
        try {
            return readOrThrow(item, dialect, eras, decoders);
        } catch (LodeException e) {
            return new ItemHead(List.of(), false, Optional.of(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return new ItemHead(
                    List.of(), false, Optional.of("cannot be read (" + e.getMessage() + ")"));
        }
    }

    private static ItemHead readOrThrow(
            LocalItem item, Dialect dialect, List<Dialect> eras, Decoders decoders)
            throws IOException {
        try (var decoder = decoders.openHead(item.bytes(), item.compression())) {
            byte[] head = beginning(decoder);
            if (head.length == 0) {
                return new ItemHead(List.of(), false, Optional.of(nothing(item)));
            }
            var again = new ReadAgain(head, decoder);
            var header = RecordCutter.withHeader(again, dialect, CutSettings.DEFAULT).readHeader();
            return new ItemHead(header, lines(head) > 1, contradiction(head, dialect, eras));
        }
    }

    private static byte[] beginning(Decoder decoder) throws IOException {
        byte[] head = new byte[HEAD_BYTES];
        int length = 0;
        while (length < head.length) {
            int count = decoder.read(head, length, head.length - length);
            if (count < 0) {
                break;
            }
            length += count;
        }
        return Arrays.copyOf(head, length);
    }

    private static String nothing(LocalItem item) {
        return "holds nothing, not even a header ("
                + item.bytes().size()
                + " bytes stored): the publisher's export failed; take another date, or leave its"
                + " table out with --exclude "
                + item.spec().table();
    }

    private static Optional<String> contradiction(
            byte[] head, Dialect dialect, List<Dialect> eras) {
        var own = DialectSniffer.judge(head, List.of(dialect)).getFirst();
        if (own.fits()) {
            return Optional.empty();
        }
        var better =
                DialectSniffer.judge(head, eras).stream()
                        .filter(DialectSniffer.Judgement::fits)
                        .map(judgement -> judgement.dialect().toString())
                        .distinct()
                        .collect(Collectors.joining(" or "));
        // Damage in a record is for the rejects; only another dialect that reads it all speaks
        // against this one.
        return better.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "by the snapshot's date it is written with "
                                + dialect
                                + ", but "
                                + own.why()
                                + "; the file reads with "
                                + better
                                + "; nothing was loaded; correct the dates under dialects in the"
                                + " pack, or ask the publisher");
    }

    private static int lines(byte[] head) {
        int lines = head[head.length - 1] == '\n' ? 0 : 1;
        for (byte b : head) {
            if (b == '\n') {
                lines++;
            }
        }
        return lines;
    }
}
