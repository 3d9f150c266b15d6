package dev.lode.publish.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.publish.Change;
import dev.lode.publish.Item;
import dev.lode.publish.Items;
import dev.lode.publish.KeyOrder;
import dev.lode.store.Disk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

class ArchiveBuildTest {
    private static final long SEED = Long.getLong("lode.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("lode.rounds", 20);

    @TempDir private Path folder;
    private int files;

    static ArchiveShape shape(ArchiveFormat format, int itemsPerSegment) {
        return new ArchiveShape(
                format,
                format == ArchiveFormat.TAR_GZ ? ".json" : "",
                format == ArchiveFormat.CSV_GZ ? "id,text" : "",
                format == ArchiveFormat.JSONL_ZST ? CodecSpec.ZSTD : CodecSpec.DEFLATE,
                new Segmentation(itemsPerSegment, itemsPerSegment * 3, 40_000));
    }

    private static ArchiveBuild build(ArchiveShape shape) {
        return new ArchiveBuild(shape, Disk.LOCAL, 1 << 20);
    }

    private ArchiveFiles next() {
        files++;
        return new ArchiveFiles(folder.resolve("a" + files), folder.resolve("i" + files));
    }

    @ParameterizedTest
    @EnumSource(ArchiveFormat.class)
    void whatChangesMakeIsWhatABuildFromNothingMakes(ArchiveFormat format) throws Exception {
        var random = new Random(SEED);
        var build = build(shape(format, 12));
        var items = new Items();
        items.disturb(random, 900, 900);
        var before = next();
        build.whole(items.whole(), Optional.empty(), before, StepListener.SILENT);

        for (int round = 0; round < ROUNDS; round++) {
            var old = new TreeMap<String, byte[]>(items.map());
            switch (round) {
                case 3 -> items.map().clear();
                case 4 -> items.disturb(random, 300, 900);
                case 9 -> items.map().headMap("5000").clear();
                case 12 -> items.map().tailMap("5000").clear();
                default -> items.disturb(random, 1 + random.nextInt(40), 900);
            }
            var after = next();
            var outcome =
                    round % 2 == 0
                            ? build.changed(
                                    items.since(old, random), before, after, StepListener.SILENT)
                            : build.whole(
                                    items.whole(), Optional.of(before), after, StepListener.SILENT);
            if (outcome.built().isEmpty()) {
                after = before;
            }
            var full = next();
            var whole = build.whole(items.whole(), Optional.empty(), full, StepListener.SILENT);

            var as = "seed " + SEED + " round " + round;
            assertThat(Files.mismatch(after.archive(), full.archive())).as(as).isEqualTo(-1);
            assertThat(Files.mismatch(after.index(), full.index())).as(as).isEqualTo(-1);
            if (outcome.built().isPresent()) {
                var one = outcome.built().get();
                var other = whole.built().orElseThrow();
                assertThat(one.sha256()).as(as).isEqualTo(other.sha256());
                assertThat(one.content()).as(as).isEqualTo(other.content());
                assertThat(one.body()).as(as).isEqualTo(other.body());
                assertThat(one.items()).as(as).isEqualTo(items.map().size());
                assertThat(one.copied() + one.pressed()).isEqualTo(one.body().stored());
            }
            before = after;
        }
    }

    @Test
    void aSmallChangeCopiesNearlyAll() throws Exception {
        var random = new Random(SEED);
        var build = build(shape(ArchiveFormat.TAR_GZ, 12));
        var items = new Items();
        for (int i = 0; i < 3000; i++) {
            items.put(Integer.toString(i), 600, random);
        }
        var before = next();
        build.whole(items.whole(), Optional.empty(), before, StepListener.SILENT);
        var after = next();

        var facts =
                build.changed(
                                Items.reader(
                                        List.of(
                                                new Change.Put(
                                                        new Item(
                                                                "1500",
                                                                Items.json("1500", 700, random))))),
                                before,
                                after,
                                StepListener.SILENT)
                        .built()
                        .orElseThrow();

        assertThat(facts.pressed()).isLessThan(facts.body().stored() / 10);
        assertThat(facts.copied()).isGreaterThan(facts.body().stored() * 9 / 10);
    }

    @Test
    void whatIsNoNewsWritesNothing() throws Exception {
        var random = new Random(SEED);
        var build = build(shape(ArchiveFormat.TAR_GZ, 12));
        var items = new Items();
        items.disturb(random, 500, 500);
        var before = next();
        build.whole(items.whole(), Optional.empty(), before, StepListener.SILENT);
        var after = next();

        var again = build.whole(items.whole(), Optional.of(before), after, StepListener.SILENT);
        var some =
                build.changed(items.since(items.map(), random), before, after, StepListener.SILENT);

        assertThat(again.built()).isEmpty();
        assertThat(again.tally()).isEqualTo(new Tally(0, 0, 0, items.map().size()));
        assertThat(some.built()).isEmpty();
        assertThat(some.tally().changes()).isZero();
        assertThat(after.archive()).doesNotExist();
        assertThat(after.index()).doesNotExist();
    }

    @Test
    void anotherShapeIsWrittenWholeAndItsNewsIsStillKnown() throws Exception {
        var random = new Random(SEED);
        var items = new Items();
        items.disturb(random, 300, 500);
        var before = next();
        build(shape(ArchiveFormat.TAR_GZ, 12))
                .whole(items.whole(), Optional.empty(), before, StepListener.SILENT);
        String gone = items.map().firstKey();
        items.map().remove(gone);
        var other = build(shape(ArchiveFormat.TAR_GZ, 20));
        var after = next();
        var full = next();

        var outcome = other.whole(items.whole(), Optional.of(before), after, StepListener.SILENT);
        other.whole(items.whole(), Optional.empty(), full, StepListener.SILENT);

        assertThat(outcome.tally()).isEqualTo(new Tally(0, 0, 1, items.map().size()));
        assertThat(Files.mismatch(after.archive(), full.archive())).isEqualTo(-1);
        assertThatThrownBy(() -> other.changed(items.whole(), before, next(), StepListener.SILENT))
                .isInstanceOf(DamagedArchiveException.class);
    }

    /// Every byte of the index, and bytes all over the archive.
    @Test
    void aFlippedByteIsFoundBeforeItIsTakenOver() throws Exception {
        var random = new Random(SEED);
        var build = build(shape(ArchiveFormat.TAR_GZ, 5));
        var items = new Items();
        for (int i = 0; i < 60; i++) {
            items.put(Integer.toString(i), 200, random);
        }
        var before = next();
        build.whole(items.whole(), Optional.empty(), before, StepListener.SILENT);
        var old = new TreeMap<String, byte[]>(items.map());
        items.put("30", 300, random);
        var full = next();
        build.whole(items.whole(), Optional.empty(), full, StepListener.SILENT);

        int found = 0;
        for (Path damaged : List.of(before.index(), before.archive())) {
            long size = Files.size(damaged);
            for (long at = 0; at < size; at += 1 + random.nextInt(20)) {
                flip(damaged, at);
                var after = next();
                try {
                    build.changed(items.since(old, random), before, after, StepListener.SILENT);
                    assertThat(Files.mismatch(after.archive(), full.archive()))
                            .as("seed %d, byte %d of %s", SEED, at, damaged.getFileName())
                            .isEqualTo(-1);
                } catch (DamagedArchiveException _) {
                    found++;
                }
                flip(damaged, at);
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    private static void flip(Path file, long at) throws IOException {
        try (var channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
            channel.write(one, at);
        }
    }

    @Test
    void itemsOutOfOrderAreRefused() {
        var reader =
                Items.reader(
                        List.of(
                                new Change.Put(new Item("10", new byte[0])),
                                new Change.Put(new Item("9", new byte[0]))));

        assertThatThrownBy(
                        () ->
                                build(shape(ArchiveFormat.TAR_GZ, 5))
                                        .whole(
                                                reader,
                                                Optional.empty(),
                                                next(),
                                                StepListener.SILENT))
                .hasMessageContaining("key \"9\" comes behind \"10\"");
    }

    @Test
    void keysAreOrderedAsNumbersAndAsBytes() {
        var keys = new TreeMap<String, Integer>(KeyOrder.INSTANCE);
        for (String key :
                List.of("10", "9", "b", "a", "é", "zz", "100", "\uFFFD", "\uD83D\uDE00")) {
            keys.put(key, 0);
        }

        assertThat(keys.keySet())
                .containsExactly("9", "a", "b", "10", "zz", "é", "100", "\uFFFD", "\uD83D\uDE00");
    }

    @Test
    void checksumsCombine() {
        var random = new Random(SEED);
        for (int length : new int[] {0, 1, 7, 255, 4096, 100_000}) {
            var one = new byte[random.nextInt(1000)];
            var other = new byte[length];
            random.nextBytes(one);
            random.nextBytes(other);
            var both = new java.util.zip.CRC32();
            both.update(one);
            int first = (int) both.getValue();
            both.update(other);
            var second = new java.util.zip.CRC32();
            second.update(other);

            assertThat(Crc32Combination.of(first, (int) second.getValue(), length))
                    .isEqualTo((int) both.getValue());
        }
    }
}
