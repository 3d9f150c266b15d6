package dev.lode.bench.jmh;

import dev.lode.demo.corpus.Packing;

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
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Cutting a file of about 20 MB (dockets: 6 MB) into batches of records, without parsing fields.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class CutterBenchmark {
    @Param({"search_opinion opinions 25MB", "search_docket dockets 90MB"})
    public String table = "";

    private byte[] file = new byte[0];

    @Setup
    public void generate() throws IOException {
        String[] words = table.split(" ", -1);
        file = Sample.file(words[0], words[1], words[2], Packing.PLAIN);
    }

    /// The number of records, so that nothing is left out.
    @Benchmark
    public long cut() throws IOException {
        var cutter = Sample.cutter(file);
        cutter.readHeader();
        long records = 0;
        for (var batch = cutter.next(); batch.isPresent(); batch = cutter.next()) {
            try (var open = batch.get()) {
                records += open.count();
            }
        }
        return records;
    }
}
