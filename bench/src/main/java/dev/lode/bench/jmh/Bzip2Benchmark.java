package dev.lode.bench.jmh;

import dev.lode.demo.corpus.Packing;
import dev.lode.format.ResumePoint;
import dev.lode.format.bzip2.BlockPool;
import dev.lode.format.bzip2.Bzip2Decoder;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Decoding about 45 MB of opinions, warm, by threads and lanes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 4)
@Measurement(iterations = 3, time = 4)
public class Bzip2Benchmark {
    @Param({"1", "2"})
    public int threads = 1;

    @Param({"1", "4", "8"})
    public int lanes = 1;

    private byte[] file = new byte[0];
    private BlockPool pool = new BlockPool(1, 1);
    private final byte[] piece = new byte[1 << 18];

    @Setup
    public void generate() throws IOException {
        file = Sample.file("search_opinion", "opinions", "50MB", Packing.BZIP2);
        pool = new BlockPool(threads, lanes);
    }

    @TearDown
    public void close() {
        pool.close();
    }

    /// Bytes decoded.
    @Benchmark
    public long decode() throws IOException {
        try (var decoder = Bzip2Decoder.open(new MemoryBytes(file), pool, ResumePoint.START)) {
            long bytes = 0;
            for (int count = decoder.read(piece, 0, piece.length);
                    count > 0;
                    count = decoder.read(piece, 0, piece.length)) {
                bytes += count;
            }
            return bytes;
        }
    }
}
