package dev.lode.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSource;
import dev.lode.core.ErrorKind;
import dev.lode.format.bzip2.BlockPool;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;

/// What every decoder must do; a subclass answers how its format is written.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DecoderContract {
    private static final int SIZE = 300_000;

    private final BlockPool pool = new BlockPool(2, 2);
    private final Decoders decoders = new Decoders(pool);
    private byte[] content = new byte[0];
    private byte[] stored = new byte[0];

    abstract Compression compression();

    abstract byte[] compress(byte[] content) throws IOException;

    /// Whether a file that was cut short can be told from a whole one.
    abstract boolean endIsMarked();

    /// Whether every changed bit of the content is found.
    abstract boolean contentIsChecked();

    @BeforeAll
    void compressContent() throws IOException {
        content = text(SIZE, 5);
        stored = compress(content);
    }

    @AfterAll
    void closePool() {
        pool.close();
    }

    private Drained drain(byte[] bytes, ResumePoint from) throws IOException {
        return Drained.of(decoders.open(new MemoryBytes(bytes), compression(), from), 10_007);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        assertThat(drain(stored, ResumePoint.START)).isEqualTo(whole(content, 0));
    }

    @Test
    void whoWantsTheBeginningMayReadAll() throws IOException {
        var decoder = decoders.openHead(new MemoryBytes(stored), compression());
        assertThat(Drained.of(decoder, 10_007)).isEqualTo(whole(content, 0));
    }

    @Test
    void readsEmptyContent() throws IOException {
        assertThat(drain(compress(new byte[0]), ResumePoint.START))
                .isEqualTo(whole(new byte[0], 0));
    }

    @Test
    void readsOneByteAtATime() throws IOException {
        var decoder =
                decoders.open(
                        new MemoryBytes(compress(text(3000, 1))), compression(), ResumePoint.START);
        assertThat(Drained.of(decoder, 1)).isEqualTo(whole(text(3000, 1), 0));
    }

    @Test
    void resumesAtAnyOffsetWhileReading() throws IOException {
        var random = new Random(3);
        byte[] buffer = new byte[40_000];
        try (var decoder =
                decoders.open(new MemoryBytes(stored), compression(), ResumePoint.START)) {
            long asked = 0;
            for (int n = 0;
                    n >= 0;
                    n = decoder.read(buffer, 0, 1 + random.nextInt(buffer.length))) {
                asked += (long) (random.nextDouble() * (decoder.position() - asked + 1));
                var point = ResumePoint.parse(decoder.resumeAt(asked).text());
                assertThat(point.decodedOffset()).isEqualTo(asked);
                assertThat(drain(stored, point)).isEqualTo(whole(content, (int) asked));
            }
            assertThat(drain(stored, decoder.resumeAt(SIZE))).isEqualTo(whole(content, SIZE));
        }
    }

    @Test
    void positionCountsFromTheBeginningOfTheContentAlsoAfterAResume() throws IOException {
        ResumePoint middle;
        byte[] buffer = new byte[SIZE];
        try (var decoder =
                decoders.open(new MemoryBytes(stored), compression(), ResumePoint.START)) {
            readFully(decoder, buffer, 120_000);
            assertThat(decoder.position()).isEqualTo(120_000);
            middle = decoder.resumeAt(100_000);
        }
        try (var decoder = decoders.open(new MemoryBytes(stored), compression(), middle)) {
            assertThat(decoder.position()).isEqualTo(100_000);
            readFully(decoder, buffer, 5);
            assertThat(decoder.position()).isEqualTo(100_005);
            assertThat(Arrays.copyOf(buffer, 5))
                    .isEqualTo(Arrays.copyOfRange(content, 100_000, 100_005));
        }
    }

    @Test
    void storedPositionGrowsToTheStoredSize() throws IOException {
        byte[] buffer = new byte[30_000];
        try (var decoder =
                decoders.open(new MemoryBytes(stored), compression(), ResumePoint.START)) {
            long before = 0;
            while (decoder.read(buffer, 0, buffer.length) >= 0) {
                assertThat(decoder.storedPosition()).isBetween(before, (long) stored.length);
                before = decoder.storedPosition();
            }
            assertThat(decoder.storedPosition()).isEqualTo(stored.length);
            assertThat(decoder.read(buffer, 0, 1)).isEqualTo(-1);
        }
    }

    @Test
    void aFileCutShortIsDamagedWhereverItIsCut() throws IOException {
        if (!endIsMarked()) {
            return;
        }
        byte[] small = text(400, 8);
        byte[] whole = compress(small);
        for (int length = 0; length < whole.length; length++) {
            var drained = drain(Arrays.copyOf(whole, length), ResumePoint.START);
            assertDamage(drained, small, "cut to " + length);
        }
    }

    @Test
    void aChangedBitIsDamageOrChangesNothing() throws IOException {
        if (!contentIsChecked()) {
            return;
        }
        byte[] small = text(60, 8);
        byte[] whole = compress(small);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] changed = whole.clone();
            changed[bit >>> 3] ^= (byte) (128 >>> (bit & 7));
            var drained = drain(changed, ResumePoint.START);
            if (drained.damage() == null) {
                assertThat(drained).as("bit " + bit).isEqualTo(whole(small, 0));
            } else {
                assertThat(drained.error().kind()).as("bit " + bit).isEqualTo(ErrorKind.DATA);
            }
        }
    }

    @Test
    void randomBytesAreDamage() throws IOException {
        if (!endIsMarked()) {
            return;
        }
        var random = new Random(11);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertDamage(drain(noise, ResumePoint.START), new byte[0], "noise " + i);
        }
    }

    @Test
    void bytesBehindTheEndAreDamage() throws IOException {
        if (!endIsMarked()) {
            return;
        }
        var drained = drain(Arrays.copyOf(stored, stored.length + 1), ResumePoint.START);
        assertThat(drained.content()).isEqualTo(Drained.Content.of(content));
        assertThat(drained.error().kind()).isEqualTo(ErrorKind.DATA);
    }

    @Test
    void aResumePointBehindTheEndIsAnotherFile() throws IOException {
        var point = new ResumePoint(8L * stored.length * 100, 0, 8L * SIZE * 100, 0, 9, 0);
        assertThatThrownBy(
                        () -> {
                            try (var decoder =
                                    decoders.open(new MemoryBytes(stored), compression(), point)) {
                                decoder.read(new byte[1], 0, 1);
                            }
                        })
                .hasMessageContaining("not the file that was read before")
                .extracting("kind")
                .isEqualTo(ErrorKind.DATA);
    }

    @Test
    void aLostConnectionIsNoDamage() throws IOException {
        for (int after : new int[] {0, 1, stored.length / 2, stored.length - 1}) {
            var source = new FailingBytes(stored, after, false);
            assertThatThrownBy(
                            () ->
                                    Drained.of(
                                            decoders.open(source, compression(), ResumePoint.START),
                                            1000))
                    .as("after " + after)
                    .isInstanceOf(IOException.class)
                    .hasMessage("connection lost");
        }
    }

    @Test
    void aStreamThatEndsBeforeTheSourcesSizeIsNoDamage() {
        var source = new FailingBytes(stored, stored.length / 2, true);
        assertThatThrownBy(
                        () ->
                                Drained.of(
                                        decoders.open(source, compression(), ResumePoint.START),
                                        1000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "the stream ended after "
                                + stored.length / 2
                                + " of "
                                + stored.length
                                + " bytes");
    }

    @Test
    void closingClosesTheSourceAndMayBeRepeated() throws IOException {
        var source = new FailingBytes(stored, stored.length, false);
        var decoder = decoders.open(source, compression(), ResumePoint.START);
        assertThat(decoder.read(new byte[10], 0, 10)).isPositive();
        decoder.close();
        decoder.close();
        assertThat(source.closed).isTrue();
    }

    @Test
    void theStreamViewReadsTheSame() throws IOException {
        try (var in =
                new DecoderInputStream(
                        decoders.open(new MemoryBytes(stored), compression(), ResumePoint.START))) {
            assertThat(in.read()).isEqualTo(content[0] & 255);
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1, SIZE));
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private void assertDamage(Drained drained, byte[] of, String what) {
        assertThat(drained.error().kind()).as(what).isEqualTo(ErrorKind.DATA);
        assertThat(drained.error())
                .as(what)
                .hasMessageContaining("memory.bin: ")
                .hasMessageContaining("byte");
        assertThat(drained.content())
                .as(what)
                .isEqualTo(
                        Drained.Content.of(Arrays.copyOf(of, drained.content().latin1().length())));
    }

    private static Drained whole(byte[] content, int from) {
        return new Drained(
                Drained.Content.of(Arrays.copyOfRange(content, from, content.length)), null);
    }

    private static void readFully(Decoder decoder, byte[] into, int length) throws IOException {
        for (int done = 0; done < length; ) {
            done += decoder.read(into, done, length - done);
        }
    }

    static byte[] text(int size, long seed) {
        var random = new Random(seed);
        byte[] text = new byte[size];
        for (int i = 0; i < size; i++) {
            text[i] =
                    (byte)
                            (i > 40 && random.nextInt(3) > 0
                                    ? text[i - 1 - random.nextInt(40)]
                                    : 32 + random.nextInt(90));
        }
        return text;
    }

    /// Bytes whose stream fails, or just ends, after `after` of them.
    private static final class FailingBytes implements ByteSource {
        private final byte[] bytes;
        private final int after;
        private final boolean quietly;
        private volatile boolean closed;

        FailingBytes(byte[] bytes, int after, boolean quietly) {
            this.bytes = bytes;
            this.after = after;
            this.quietly = quietly;
        }

        @Override
        public String name() {
            return "failing.bin";
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open(long offset) {
            var in = new ByteArrayInputStream(bytes, (int) offset, after - (int) offset);
            return new InputStream() {
                @Override
                public int read() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public int read(byte[] into, int at, int length) throws IOException {
                    int count = in.read(into, at, length);
                    if (count < 0 && !quietly && after < bytes.length) {
                        throw new IOException("connection lost");
                    }
                    return count;
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }
}
