package dev.lode.bench.jmh;

import dev.lode.demo.corpus.Packing;
import dev.lode.format.csv.BinaryRowEncoder;
import dev.lode.format.csv.CopyBuffer;
import dev.lode.format.csv.EncodeResult;
import dev.lode.format.csv.RecordBatch;
import dev.lode.format.csv.RowEncoder;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.csv.TextRowEncoder;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Turning the records of a file into COPY data: citations (four integers), dockets (54 columns of
/// all sorts), opinions (long texts).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncoderBenchmark {
    @Param({"citations", "dockets", "opinions"})
    public String rows = "";

    private List<RecordBatch> batches = List.of();
    private List<TargetColumn> columns = List.of();

    @Setup
    public void generate() throws IOException {
        byte[] file =
                switch (rows) {
                    case "citations" ->
                            Sample.file(
                                    "search_opinionscited", "citation-map", "200MB", Packing.PLAIN);
                    case "dockets" ->
                            Sample.file("search_docket", "dockets", "400MB", Packing.PLAIN);
                    default -> Sample.file("search_opinion", "opinions", "25MB", Packing.PLAIN);
                };
        batches = Sample.batches(file);
        columns = columns(kinds(KINDS.getOrDefault(rows, "")));
    }

    /// By the pack's schema, a letter for each column.
    private static final Map<String, String> KINDS =
            Map.of(
                    "citations",
                    "iiii",
                    "dockets",
                    "izzsxxxxzdddddddd" + "xxxxxxxxxxxxxxxxx" + "sbzidb" + "xixiiixxxxsixs",
                    "opinions",
                    "izzxbxxxi" + "x".repeat(10) + "bii");

    private static List<TargetColumn.Kind> kinds(String letters) {
        return letters.chars()
                .mapToObj(
                        letter ->
                                switch (letter) {
                                    case 'i' -> TargetColumn.Kind.INT4;
                                    case 's' -> TargetColumn.Kind.INT2;
                                    case 'z' -> TargetColumn.Kind.TIMESTAMPTZ;
                                    case 'd' -> TargetColumn.Kind.DATE;
                                    case 'b' -> TargetColumn.Kind.BOOLEAN;
                                    default -> TargetColumn.Kind.TEXT;
                                })
                .toList();
    }

    private static List<TargetColumn> columns(List<TargetColumn.Kind> kinds) {
        var columns = new ArrayList<TargetColumn>();
        for (var kind : kinds) {
            int field = columns.size();
            columns.add(new TargetColumn("c" + field, field, kind, 0, false, null, false));
        }
        return columns;
    }

    @Benchmark
    public long binary() {
        return encode(new BinaryRowEncoder(columns));
    }

    @Benchmark
    public long text() {
        return encode(new TextRowEncoder(columns));
    }

    /// Bytes written.
    private long encode(RowEncoder encoder) {
        var out = new CopyBuffer((_, _, _) -> {});
        encoder.begin(out);
        for (var batch : batches) {
            for (int record = 0; record < batch.count(); record++) {
                if (!(encoder.encode(batch, record, out) instanceof EncodeResult.Encoded)) {
                    throw new IllegalStateException("record " + record + " is not encoded");
                }
            }
        }
        encoder.end(out);
        out.flush();
        return out.written();
    }
}
