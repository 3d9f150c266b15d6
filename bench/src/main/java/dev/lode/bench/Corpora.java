package dev.lode.bench;

import dev.lode.core.ByteSize;
import dev.lode.demo.corpus.CorpusGenerator;
import dev.lode.demo.corpus.CorpusSpec;
import dev.lode.demo.corpus.Packing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Set;
import java.util.function.Consumer;

/// The data of the benchmarks: made once, the same bytes everywhere (but for those of `bzip2`
/// itself), kept under a name that says what it is. A folder carries its name only when it is
/// whole.
public final class Corpora {
    /// Of every snapshot that has no other.
    public static final LocalDate DATE = LocalDate.of(2026, 6, 30);

    private static final long SEED = 1;
    private static final double OPINIONS_SHARE = 0.88;
    private static final String PREFIX = "data-";

    private final Path folder;
    private final Consumer<String> says;

    Corpora(Path folder, Consumer<String> says) {
        this.folder = folder;
        this.says = says;
    }

    /// Writes something into a folder.
    @FunctionalInterface
    public interface Maker {
        void write(Path into) throws IOException, InterruptedException;
    }

    /// The folder of that name, made when it is missing.
    public Path made(String name, Maker maker) throws IOException, InterruptedException {
        Path ready = folder.resolve(PREFIX + name);
        if (Files.isDirectory(ready)) {
            return ready;
        }
        Path part = folder.resolve(PREFIX + name + ".part");
        remove(part);
        Files.createDirectories(part);
        says.accept("making " + name);
        maker.write(part);
        Files.move(part, ready, StandardCopyOption.ATOMIC_MOVE);
        return ready;
    }

    /// One table of a CourtListener-shaped snapshot, whose file is `<item>-2026-06-30.csv` or
    /// `.csv.bz2`.
    ///
    /// @param megabytes of the whole snapshot that the table is cut from
    public Path table(String table, long megabytes, boolean compressed)
            throws IOException, InterruptedException {
        return made(
                table + "-" + megabytes + (compressed ? "-bz2" : ""),
                into ->
                        generate(
                                spec(megabytes)
                                        .with(compressed ? Packing.BZIP2_FAST : Packing.PLAIN)
                                        .withTables(Set.of(table)),
                                into));
    }

    /// Opinions of about so many megabytes.
    public Path opinions(long megabytes, boolean compressed)
            throws IOException, InterruptedException {
        return table("search_opinion", Math.round(megabytes / OPINIONS_SHARE), compressed);
    }

    /// A whole snapshot, compressed.
    public Path snapshot(long megabytes) throws IOException, InterruptedException {
        return made(
                "snapshot-" + megabytes,
                into -> generate(spec(megabytes).with(Packing.BZIP2_FAST), into));
    }

    /// The snapshot that follows: 1 % changed, 0.5 % new, 0.1 % vanished.
    public Path next(long megabytes) throws IOException, InterruptedException {
        return made(
                "next-" + megabytes,
                into ->
                        generate(
                                spec(megabytes)
                                        .with(Packing.BZIP2_FAST)
                                        .next(DATE.plusMonths(3), 0.01, 0.005, 0.001),
                                into));
    }

    /// Rows of four integers, without keys that are missing elsewhere: `citations-2026-06-30.csv`
    /// with `id, depth, cited_opinion_id, citing_opinion_id`, both between 1 and `opinions`.
    public Path pairs(long rows, long opinions) throws IOException, InterruptedException {
        return made(
                "pairs-" + rows + "-" + opinions,
                into -> {
                    try (var out = file(into, "citations")) {
                        writePairs(rows, opinions, out);
                    }
                });
    }

    /// `opinions-2026-06-30.csv` with one column `id`, from 1 on.
    public Path ids(long opinions) throws IOException, InterruptedException {
        return made(
                "ids-" + opinions,
                into -> {
                    try (var out = file(into, "opinions")) {
                        out.write("id\n".getBytes(StandardCharsets.US_ASCII));
                        for (long id = 1; id <= opinions; id++) {
                            out.write(("\"" + id + "\"\n").getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                });
    }

    private static void writePairs(long rows, long opinions, OutputStream out) throws IOException {
        out.write(
                "id,depth,cited_opinion_id,citing_opinion_id\n"
                        .getBytes(StandardCharsets.US_ASCII));
        long state = SEED;
        var line = new StringBuilder();
        for (long id = 1; id <= rows; id++) {
            state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            long cited = 1 + Math.floorMod(state >>> 24, opinions);
            long depth = 1 + (state >>> 60);
            // Those that cite come in their order, as in the real table.
            long citing = 1 + id * (opinions - 1) / rows;
            line.setLength(0);
            line.append('"').append(id).append("\",\"").append(depth).append("\",\"");
            line.append(cited).append("\",\"").append(citing).append("\"\n");
            out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static OutputStream file(Path into, String item) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(into.resolve(item + "-" + DATE + ".csv")), 1 << 18);
    }

    private static CorpusSpec spec(long megabytes) {
        return CorpusSpec.of(SEED, ByteSize.parse(megabytes + "MB"), DATE).withDecoys(false);
    }

    private static void generate(CorpusSpec spec, Path into) {
        CorpusGenerator.write(spec, into, (_, _, _) -> {});
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
