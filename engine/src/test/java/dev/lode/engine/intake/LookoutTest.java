package dev.lode.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.core.pack.intake.IntakeSpec;
import dev.lode.core.pack.intake.NameTime;
import dev.lode.postgres.intake.Lane;
import dev.lode.postgres.intake.Wanted;
import dev.lode.store.Disk;
import dev.lode.store.place.FolderPlace;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is passed on by a look, and when.
class LookoutTest {
    private static final Instant NOON = Instant.parse("2017-11-01T12:00:00Z");

    @TempDir Path folder;

    private Instant now = NOON;
    private final IntakeSpec spec =
            new IntakeSpec(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(NameTime.parse("data_{yyyy_MM_dd_HH_mm}")),
                    Duration.ofHours(1),
                    Optional.of("old/"),
                    List.of());
    private final Intray intray = new Intray(3, () -> now);

    private Lookout lookout(Duration settle, Duration sweep) {
        return new Lookout(
                new FolderPlace(folder, Disk.LOCAL),
                spec,
                new Lanes(spec, () -> now),
                intray,
                settle,
                sweep,
                () -> now);
    }

    private List<String> taken(Lane lane) throws InterruptedException {
        var group = intray.take(lane, 100, 1 << 20, Duration.ZERO);
        intray.done(group);
        return group.stream().map(one -> one.file().key()).toList();
    }

    @Test
    void aFileIsPassedOnWhenItHasStayedAsItIs() throws Exception {
        var lookout = lookout(Duration.ofSeconds(2), Duration.ZERO);
        var file = Files.writeString(folder.resolve("data_2017_11_01_11_58.json"), "{\"al");
        assertThat(lookout.look()).isFalse();
        now = now.plusSeconds(3);
        Files.writeString(file, "{\"alerts\":[]}");
        assertThat(lookout.look()).isFalse();
        assertThat(taken(Lane.LIVE)).isEmpty();
        now = now.plusSeconds(1);
        assertThat(lookout.look()).isFalse();
        now = now.plusSeconds(1);
        assertThat(lookout.look()).isTrue();
        assertThat(taken(Lane.LIVE)).containsExactly("data_2017_11_01_11_58.json");
    }

    /// A file that is dealt with lies there until it is moved.
    @Test
    void aFileThatWasDealtWithAMomentAgoDoesNotWaitForRoom() throws Exception {
        Files.createDirectory(folder.resolve("old"));
        var lookout = lookout(Duration.ZERO, Duration.ZERO);
        for (int i = 1; i <= 3; i++) {
            Files.writeString(folder.resolve("old/data_2017_11_01_01_0" + i + ".json"), "{}");
        }
        lookout.look();
        assertThat(taken(Lane.BACKLOAD)).hasSize(3);
        for (int i = 4; i <= 6; i++) {
            Files.writeString(folder.resolve("old/data_2017_11_01_01_0" + i + ".json"), "{}");
        }
        lookout.look();
        assertThat(intray.waiting(Lane.BACKLOAD)).isEqualTo(3);

        assertThat(lookout.look()).as("everything there is known").isTrue();

        assertThat(lookout.beyond()).hasValue(0);
    }

    @Test
    void unfinishedFilesAreKnownByTheirNames() throws Exception {
        for (var name :
                List.of(".a.json", "a.json.tmp", "a.part", "a.json~", "a.json.error.json")) {
            Files.writeString(folder.resolve(name), "{}");
        }
        assertThat(lookout(Duration.ZERO, Duration.ZERO).look()).isTrue();
        assertThat(taken(Lane.LIVE)).isEmpty();
        assertThat(taken(Lane.BACKLOAD)).isEmpty();
    }

    @Test
    void liveFilesAreFoundBehindMoreOldOnesThanThereIsRoomFor() throws Exception {
        for (int i = 0; i < 9; i++) {
            Files.writeString(folder.resolve("data_2017_10_01_00_0" + i + ".json"), "{}");
        }
        Files.createDirectory(folder.resolve("old"));
        Files.writeString(folder.resolve("old/data_2017_11_01_12_00.json"), "{}");
        Files.writeString(folder.resolve("data_2017_11_01_11_30.json"), "{}");
        var lookout = lookout(Duration.ZERO, Duration.ofMinutes(1));

        assertThat(lookout.look()).isFalse();

        assertThat(taken(Lane.LIVE)).containsExactly("data_2017_11_01_11_30.json");
        // Six old ones of the folder, one that lies deeper, and the live one.
        assertThat(lookout.beyond()).hasValue(8);
        assertThat(taken(Lane.BACKLOAD)).hasSize(3);
        lookout.look();
        assertThat(lookout.beyond()).hasValue(5);
        assertThat(taken(Lane.BACKLOAD)).hasSize(3);
        lookout.look();
        assertThat(taken(Lane.BACKLOAD)).hasSize(3);
        lookout.look();
        assertThat(taken(Lane.BACKLOAD)).containsExactly("old/data_2017_11_01_12_00.json");
    }

    @Test
    void inAFolderTheyAreFoundWithTheSameLookAndWithoutATail() throws Exception {
        for (int i = 0; i < 9; i++) {
            Files.writeString(folder.resolve("data_2017_10_01_00_0" + i + ".json"), "{}");
        }
        Files.writeString(folder.resolve("data_2017_11_01_11_30.json"), "{}");
        var lookout = lookout(Duration.ofSeconds(1), Duration.ZERO);

        assertThat(lookout.look()).isFalse();
        now = now.plusSeconds(1);
        assertThat(lookout.look()).isFalse();

        assertThat(taken(Lane.LIVE)).containsExactly("data_2017_11_01_11_30.json");
        assertThat(taken(Lane.BACKLOAD)).hasSize(3);
    }

    @Test
    void aKeyIsGivenOutOnceUntilItIsDone() throws Exception {
        Files.writeString(folder.resolve("a.json"), "{}");
        var lookout = lookout(Duration.ZERO, Duration.ZERO);
        now = Instant.now();
        lookout.look();
        List<Wanted> group = intray.take(Lane.LIVE, 1, 1, Duration.ZERO);
        lookout.look();
        assertThat(taken(Lane.LIVE)).isEmpty();
        intray.done(group);
        // A listing may be older than the end of its files.
        lookout.look();
        assertThat(taken(Lane.LIVE)).isEmpty();
        now = now.plusSeconds(60);
        lookout.look();
        assertThat(taken(Lane.LIVE)).containsExactly("a.json");
    }
}
