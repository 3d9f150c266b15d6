package dev.lode.publish;

import dev.lode.core.event.RunListener;
import dev.lode.publish.archive.ArchiveFormat;

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

    /// Folder, seed, round, the change of the disk to die at (0 for none). Prints the number of
    /// changes when it lives.
    public static void main(String... args) throws Exception {
        long seed = Long.parseLong(args[1]);
        int round = Integer.parseInt(args[2]);
        var disk = new KilledDisk(Integer.parseInt(args[3]));
        var root = PublicationBuilderTest.root(Path.of(args[0]), disk);
        new PublicationBuilder(
                        root, 2, new Retention(1, Duration.ofHours(2), 3), RunListener.SILENT)
                .build(
                        PublicationBuilderTest.publication(ArchiveFormat.TAR_GZ),
                        corpus(seed, round).whole(),
                        START.plus(Duration.ofHours(round)));
        System.out.println(disk.changes());
    }
}
