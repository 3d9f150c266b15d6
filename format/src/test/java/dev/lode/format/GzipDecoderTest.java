package dev.lode.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

final class GzipDecoderTest extends DecoderContract {
    @Override
    Compression compression() {
        return Compression.GZIP;
    }

    @Override
    byte[] compress(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    @Override
    boolean endIsMarked() {
        return true;
    }

    @Override
    boolean contentIsChecked() {
        return true;
    }

    private static Drained drain(byte[] stored) throws IOException {
        var source = new MemoryBytes(stored);
        return Drained.of(
                new SequentialDecoder(
                        source, new GzipUnpacker(source, StoredStream.open(source, 0)), 0),
                999);
    }

    @Test
    void readsMembersOneAfterAnother() throws IOException {
        var all = new ByteArrayOutputStream();
        for (String part : new String[] {"one,", "", "two,", "three"}) {
            all.writeBytes(compress(part.getBytes(StandardCharsets.US_ASCII)));
        }
        assertThat(drain(all.toByteArray()))
                .isEqualTo(new Drained(new Drained.Content("one,two,three"), null));
    }

    @Test
    void readsHeadersWithNameCommentAndChecksum() throws IOException {
        var parameters = new GzipParameters();
        parameters.setFileName("opinions.csv");
        parameters.setComment("a comment");
        parameters.setHeaderCRC(true);
        var out = new ByteArrayOutputStream();
        try (var gzip = new GzipCompressorOutputStream(out, parameters)) {
            gzip.write("content".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(drain(out.toByteArray()))
                .isEqualTo(new Drained(new Drained.Content("content"), null));

        byte[] changed = out.toByteArray();
        changed[12] ^= 1;
        assertThat(drain(changed).error()).hasMessageContaining("gzip header with checksum");
    }

    @Test
    void damageOfALaterMembersHeaderIsNotTakenForTheEnd() throws IOException {
        byte[] first = compress("first".getBytes(StandardCharsets.US_ASCII));
        byte[] second = compress("second".getBytes(StandardCharsets.US_ASCII));
        second[0] ^= 1;
        var all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        var drained = drain(all.toByteArray());
        assertThat(drained.content()).isEqualTo(new Drained.Content("first"));
        assertThat(drained.error())
                .hasMessage(
                        "memory.bin: damaged at byte "
                                + first.length
                                + " of "
                                + all.size()
                                + ": found bytes behind gzip member 1 that are no further member;"
                                + " stopped; the first 5 decoded bytes are verified; fetch the file"
                                + " again");
    }

    @Test
    void aWrongChecksumNamesBoth() throws IOException {
        byte[] stored = compress("content".getBytes(StandardCharsets.US_ASCII));
        stored[stored.length - 8] ^= 1;
        assertThat(drain(stored).error())
                .hasMessageContaining("found content with checksum")
                .hasMessageContaining("the first 0 decoded bytes are verified");
    }
}
