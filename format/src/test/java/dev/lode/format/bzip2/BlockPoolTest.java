package dev.lode.format.bzip2;

import static dev.lode.format.bzip2.Bzip2Samples.compress;
import static dev.lode.format.bzip2.Bzip2Samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ByteSize;
import dev.lode.core.ByteSource;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.format.Drained;
import dev.lode.format.MemoryBytes;
import dev.lode.format.ResumePoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

@Timeout(60)
final class BlockPoolTest {
    private static final byte[] CONTENT = text(1_200_000, 3);
    private static final byte[] STORED = compress(CONTENT, 1);

    private static Bzip2Decoder open(ByteSource source, BlockPool pool) throws IOException {
        return Bzip2Decoder.open(source, pool, ResumePoint.START);
    }

    @Test
    void servesManyDecodersAtOnce() throws Exception {
        try (var pool = new BlockPool(2, 2);
                var readers = Executors.newFixedThreadPool(6)) {
            var results = new ArrayList<Future<Drained>>();
            for (int i = 0; i < 12; i++) {
                results.add(
                        readers.submit(
                                () -> Drained.of(open(new MemoryBytes(STORED), pool), 9_999)));
            }
            for (var result : results) {
                assertThat(result.get()).isEqualTo(new Drained(Drained.Content.of(CONTENT), null));
            }
        }
    }

    @Test
    void aDecoderThatNobodyReadsHoldsUpNoOther() throws IOException {
        try (var pool = new BlockPool(1, 1);
                var _ = open(new MemoryBytes(STORED), pool);
                var _ = open(new MemoryBytes(STORED), pool)) {
            assertThat(Drained.of(open(new MemoryBytes(STORED), pool), 50_000).content())
                    .isEqualTo(Drained.Content.of(CONTENT));
        }
    }

    @Test
    void oneDecoderMayHoldWhatOthersDoNotAndEachItsShare() throws IOException {
        var tenBlocks = ByteSize.of(10L * Bzip2Format.MAX_BLOCK);
        try (var pool = new BlockPool(1, 1, tenBlocks)) {
            assertThat(blocksAllowed(pool, 0)).isEqualTo(10);
            var first = new Lookahead(pool, 0, 10);
            var second = new Lookahead(pool, 0, 10);
            assertThat(blocksAllowed(pool, 0)).isEqualTo(10);
            pool.hold(7 * Candidate.FULL);
            assertThat(blocksAllowed(pool, 7)).as("who holds seven").isEqualTo(10);
            assertThat(blocksAllowed(pool, 0)).as("who holds none").isEqualTo(5);
            pool.release(4 * Candidate.FULL);
            assertThat(blocksAllowed(pool, 0)).as("who holds none").isEqualTo(7);
            pool.hold(7 * Candidate.FULL);
            assertThat(blocksAllowed(pool, 3)).as("who holds three").isEqualTo(5);
            second.close();
            assertThat(blocksAllowed(pool, 0)).as("the only one").isEqualTo(10);
            first.close();
        }
    }

    @Test
    void aHeadIsDecodedBlockByBlock() throws IOException {
        try (var pool = new BlockPool(2, 2, ByteSize.of(10L * Bzip2Format.MAX_BLOCK))) {
            var idle = new Lookahead(pool, 0, 10);
            var head = new Lookahead(pool, 0, 1);
            head.append(STORED, STORED.length, LookaheadTest.magics(STORED));
            head.end(null);
            assertThat(head.block(32)).isInstanceOf(Outcome.Block.class);
            assertThat(blocksAllowed(pool, 0)).as("left for another").isEqualTo(9);
            head.close();
            idle.close();
        }
    }

    private static int blocksAllowed(BlockPool pool, int held) {
        return pool.allowance(held * Candidate.FULL) / Candidate.FULL;
    }

    @Test
    void closingADecoderEndsAReadThatWaitsForItsSource() throws Exception {
        try (var pool = new BlockPool(1, 2)) {
            var source = new StallingBytes();
            var decoder = open(source, pool);
            var reader = new FutureTask<>(() -> Drained.of(decoder, 50_000));
            Thread.ofPlatform().start(reader);
            source.stalled.await();
            decoder.close();
            assertClosed(reader, "the decoder is closed");
            assertThat(Drained.of(open(new MemoryBytes(STORED), pool), 50_000).damage()).isNull();
        }
    }

    @Test
    void closingThePoolEndsItsDecoders() throws Exception {
        var pool = new BlockPool(2, 1);
        var source = new StallingBytes();
        var decoder = open(source, pool);
        var reader = new FutureTask<>(() -> Drained.of(decoder, 50_000));
        Thread.ofPlatform().start(reader);
        source.stalled.await();
        pool.close();
        pool.close();
        assertClosed(reader, "the decoder is closed");
        assertThatThrownBy(() -> open(new MemoryBytes(STORED), pool))
                .isInstanceOf(LodeException.class);
    }

    @Test
    void closingWhileOthersDecodeDisturbsNone() throws Exception {
        try (var pool = new BlockPool(2, 2);
                var readers = Executors.newFixedThreadPool(2)) {
            var whole =
                    readers.submit(
                            () -> {
                                var all = new ArrayList<Drained>();
                                for (int i = 0; i < 5; i++) {
                                    all.add(Drained.of(open(new MemoryBytes(STORED), pool), 9_999));
                                }
                                return all;
                            });
            byte[] buffer = new byte[70_000];
            for (int i = 0; i < 60; i++) {
                try (var decoder = open(new MemoryBytes(STORED), pool)) {
                    for (int reads = 0; reads < i % 4; reads++) {
                        assertThat(decoder.read(buffer, 0, buffer.length)).isPositive();
                    }
                }
            }
            assertThat(whole.get())
                    .hasSize(5)
                    .allMatch(new Drained(Drained.Content.of(CONTENT), null)::equals);
        }
    }

    @Test
    void interruptingTheReaderEndsItsReadAndKeepsTheInterrupt() throws Exception {
        try (var pool = new BlockPool(1, 1)) {
            var source = new StallingBytes();
            try (var decoder = open(source, pool)) {
                var outcome =
                        new FutureTask<>(
                                () -> {
                                    assertThatThrownBy(() -> Drained.of(decoder, 50_000))
                                            .isInstanceOf(InterruptedIOException.class);
                                    return Thread.interrupted();
                                });
                var thread = Thread.ofPlatform().start(outcome);
                source.stalled.await();
                thread.interrupt();
                assertThat(outcome.get()).isTrue();
            }
        }
    }

    @Test
    void closingStopsTheReadingThread() throws Exception {
        try (var pool = new BlockPool(1, 1)) {
            var source = new StallingBytes();
            var decoder = open(source, pool);
            source.stalled.await();
            var reading = source.thread;
            decoder.close();
            assertThat(reading).isNotNull();
            assertThat(reading.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void takesAsManyLanesAsFitIntoTheMemory() {
        assertThat(shape(BlockPool.within(2, ByteSize.mebibytes(340))))
                .isEqualTo("2 threads, 16 lanes, 315.9 MiB");
        assertThat(shape(BlockPool.within(2, ByteSize.mebibytes(140))))
                .isEqualTo("2 threads, 6 lanes, 127.0 MiB");
        assertThat(shape(BlockPool.within(4, ByteSize.mebibytes(100))))
                .isEqualTo("4 threads, 2 lanes, 99.6 MiB");
        assertThat(shape(BlockPool.within(4, ByteSize.mebibytes(32))))
                .isEqualTo("1 threads, 2 lanes, 27.5 MiB");
        assertThat(shape(BlockPool.within(0, ByteSize.of(0))))
                .isEqualTo("1 threads, 1 lanes, 17.2 MiB");
    }

    private static String shape(BlockPool pool) {
        return pool.threads() + " threads, " + pool.lanes() + " lanes, " + pool.memory();
    }

    @Test
    void aShapeThatCannotBeIsAUsageError() {
        for (int lanes : new int[] {-1, 0, BlockPool.MAX_LANES + 1}) {
            assertThatThrownBy(() -> new BlockPool(1, lanes))
                    .extracting("kind")
                    .isEqualTo(ErrorKind.USAGE);
        }
        assertThatThrownBy(() -> new BlockPool(0, 1)).extracting("kind").isEqualTo(ErrorKind.USAGE);
    }

    private static void assertClosed(Future<Drained> reader, String message) {
        assertThatThrownBy(() -> reader.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    /// The first half of the stored bytes, then nothing until the stream is closed.
    private static final class StallingBytes implements ByteSource {
        private final CountDownLatch stalled = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile Thread thread = Thread.currentThread();

        @Override
        public String name() {
            return "stalling.bz2";
        }

        @Override
        public long size() {
            return STORED.length;
        }

        @Override
        public InputStream open(long offset) {
            var stall =
                    new InputStream() {
                        @Override
                        public int read() throws IOException {
                            return read(new byte[1], 0, 1);
                        }

                        @Override
                        public int read(byte[] into, int at, int length) throws IOException {
                            thread = Thread.currentThread();
                            stalled.countDown();
                            while (true) {
                                try {
                                    closed.await();
                                    throw new IOException("stream closed");
                                } catch (InterruptedException e) {
                                    // As a socket does: an interrupt alone changes nothing.
                                }
                            }
                        }

                        @Override
                        public void close() {
                            closed.countDown();
                        }
                    };
            return new SequenceInputStream(
                    new ByteArrayInputStream(STORED, 0, STORED.length / 2), stall) {
                @Override
                public void close() {
                    stall.close();
                }
            };
        }
    }
}
