package dev.lode.demo.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

class Bzip2OneStreamTest {
    private final ExecutorService pool = Executors.newFixedThreadPool(2);

    @AfterEach
    void close() {
        pool.shutdownNow();
    }

    @Test
    void nothingIsFourteenBytes() throws IOException {
        assertThat(compressed(new byte[0], BlockCompressor.portable()))
                .isEqualTo(Decoys.PLACEHOLDER);
    }

    @Test
    void severalBlocksAreOneStreamAndComeBack() throws IOException {
        var data = noise(2_500_000);

        assertThat(first(compressed(data, BlockCompressor.portable()))).isEqualTo(data);
    }

    @Test
    void runsOfEveryLengthComeBack() throws IOException {
        var out = new ByteArrayOutputStream();
        for (int length = 1; length < 1200; length++) {
            byte[] run = new byte[length];
            Arrays.fill(run, (byte) length);
            out.write(run);
        }
        byte[] zeros = new byte[5_000_000];
        out.write(zeros);
        var fours = new byte[2_000_000];
        for (int i = 0; i < fours.length; i++) {
            fours[i] = (byte) (i / 4);
        }
        out.write(fours);

        assertThat(first(compressed(out.toByteArray(), BlockCompressor.portable())))
                .isEqualTo(out.toByteArray());
    }

    @Test
    void fastestCompressorGivesTheSameData() throws IOException {
        var data = noise(1_900_000);

        assertThat(first(compressed(data, BlockCompressor.fastest()))).isEqualTo(data);
    }

    @Test
    void nextStreamIsFoundOnlyByThoseWhoReadOn() throws IOException {
        var memory = new ByteArrayOutputStream();
        try (var out = new Bzip2OneStream(memory, BlockCompressor.portable(), pool, 2)) {
            out.write('a');
            out.nextStream();
            out.write('b');
        }

        assertThat(first(memory.toByteArray())).asString().isEqualTo("a");
        try (var in =
                new BZip2CompressorInputStream(
                        new ByteArrayInputStream(memory.toByteArray()), true)) {
            assertThat(in.readAllBytes()).asString().isEqualTo("ab");
        }
    }

    private byte[] compressed(byte[] data, BlockCompressor compressor) throws IOException {
        var memory = new ByteArrayOutputStream();
        try (var out = new Bzip2OneStream(memory, compressor, pool, 2)) {
            for (int at = 0; at < data.length; at += 70_001) {
                out.write(data, at, Math.min(70_001, data.length - at));
            }
        }
        return memory.toByteArray();
    }

    /// What the first stream holds.
    private static byte[] first(byte[] compressed) throws IOException {
        try (var in = new BZip2CompressorInputStream(new ByteArrayInputStream(compressed), false)) {
            return in.readAllBytes();
        }
    }

    private static byte[] noise(int length) {
        var draw = new Draw().from(5);
        var data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (draw.below(4) == 0 ? 'e' : draw.below(64));
        }
        return data;
    }
}
