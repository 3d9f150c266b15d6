package dev.lode.publish;

import dev.lode.core.event.RunListener;
import dev.lode.publish.archive.ArchiveFormat;
import dev.lode.publish.archive.TableArchiveShape;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/// A process that publishes one round of a corpus and may die on the way.
final class KilledBuild {
    static final Instant START = Instant.parse("2026-06-30T12:00:00Z");

    private KilledBuild() {}

    /// The corpus after so many rounds of changes, the same for the same seed.
    static Corpus corpus(long seed, int round) {
        var random = new Random(seed);
        var corpus = Corpus.of(6, 300, random);
        for (int i = 0; i < round; i++) {
            corpus.disturb(random, 8);
            corpus.partition("court0").put("round", 30 + i, random);
        }
        return corpus;
    }

    /// The same in the form that a format's items have.
    static Corpus corpus(long seed, int round, String format) {
        var corpus = corpus(seed, round);
        return format.equals(TableArchiveShape.PARQUET)
                ? TablePublicationTest.records(corpus)
                : corpus;
    }

    static Publication publication(String format) {
        return format.equals(TableArchiveShape.PARQUET)
                ? TablePublicationTest.publication()
                : PublicationBuilderTest.publication(ArchiveFormat.ofEnding(format));
    }

    /// Folder, seed, round, the change of the disk to die at (0 for none), format. Prints the
    /// number of changes when it lives.
    public static void main(String... args) throws Exception {
        long seed = Long.parseLong(args[1]);
        int round = Integer.parseInt(args[2]);
        var disk = new KilledDisk(Integer.parseInt(args[3]));
        var root = PublicationBuilderTest.root(Path.of(args[0]), disk);
        new PublicationBuilder(
                        root, 2, new Retention(1, Duration.ofHours(2), 3), RunListener.SILENT)
                .build(
                        publication(args[4]),
                        corpus(seed, round, args[4]).whole(),
                        START.plus(Duration.ofHours(round)));
        System.out.println(disk.changes());
    }
}
