package dev.lode.format.bzip2;

import static dev.lode.format.bzip2.Bzip2Samples.compress;
import static dev.lode.format.bzip2.Bzip2Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.format.MemoryBytes;
import dev.lode.format.ResumePoint;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;

/// Candidates are hints: whatever the scanner says, the chain of blocks is the same.
final class LookaheadTest {
    private static final BlockPool POOL = new BlockPool(2, 4);
    private static final byte[] CONTENT = text(1_500_000, 2);
    private static final byte[] STORED = compress(CONTENT, 1);

    @AfterAll
    static void closePool() {
        POOL.close();
    }

    private static long[] magics() {
        return magics(STORED);
    }

    /// Where blocks may begin.
    static long[] magics(byte[] stored) {
        return new MagicScanner(0, stored.length).scan(stored, stored.length);
    }

    private static byte[] follow(long[] candidates) throws IOException {
        var lookahead = new Lookahead(POOL, 0, 10);
        try {
            for (int at = 0; at < STORED.length; at += StoredWindow.CHUNK) {
                int from = at;
                int to = Math.min(at + StoredWindow.CHUNK, STORED.length);
                long[] here =
                        Arrays.stream(candidates)
                                .filter(b -> b >= 8L * from && b < 8L * to)
                                .toArray();
                lookahead.append(Arrays.copyOfRange(STORED, from, to), to - from, here);
            }
            lookahead.end(null);
            var source = new MemoryBytes(STORED);
            var chain =
                    new BlockChain(
                            source, lookahead, ResumePoint.START, new ResumeLog(ResumePoint.START));
            var out = new ByteArrayOutputStream();
            var expander = new RunExpander();
            for (var block = chain.next(); block != null; block = chain.next()) {
                byte[] expanded = new byte[block.length()];
                expander.begin(block.data(), 0, block.data().length);
                assertThat(expander.expand(expanded, 0, expanded.length))
                        .isEqualTo(expanded.length);
                out.writeBytes(expanded);
            }
            return out.toByteArray();
        } finally {
            lookahead.close();
        }
    }

    @Test
    void theScannerFindsEveryBlock() throws IOException {
        assertThat(magics()).hasSize(16).startsWith(32);
        assertThat(follow(magics())).isEqualTo(CONTENT);
    }

    @Test
    void missingCandidatesChangeNothing() throws IOException {
        assertThat(follow(new long[0])).isEqualTo(CONTENT);
        long[] all = magics();
        assertThat(follow(Arrays.stream(all).filter(b -> b % 2 == 0).toArray())).isEqualTo(CONTENT);
    }

    @Test
    void falseCandidatesChangeNothing() throws IOException {
        var random = new Random(6);
        for (int count : new int[] {1, 20, 300, 5000}) {
            var candidates = new TreeSet<Long>();
            Arrays.stream(magics()).forEach(candidates::add);
            for (int i = 0; i < count; i++) {
                candidates.add((long) random.nextInt(STORED.length * 8));
            }
            assertThat(follow(candidates.stream().mapToLong(Long::longValue).toArray()))
                    .as(count + " false candidates")
                    .isEqualTo(CONTENT);
        }
    }

    @Test
    void theScannerFindsMagicsAcrossChunksOfAnySize() {
        var bits = new BitWriter();
        var expected = new long[40];
        for (int i = 0; i < expected.length; i++) {
            bits.bits(0x5a5a5a5a5aL, 3 + i % 9);
            expected[i] = bits.count();
            bits.bits(Bzip2Format.BLOCK_MAGIC, 48);
        }
        byte[] bytes = bits.align().toBytes();
        for (int chunk = 1; chunk < 30; chunk++) {
            var scanner = new MagicScanner(0, chunk);
            long[] all = new long[0];
            for (int at = 0; at < bytes.length; at += chunk) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(at + chunk, bytes.length));
                long[] here = scanner.scan(piece, piece.length);
                all = Arrays.copyOf(all, all.length + here.length);
                System.arraycopy(here, 0, all, all.length - here.length, here.length);
            }
            assertThat(all).as("chunks of " + chunk).isEqualTo(expected);
        }
    }
}
