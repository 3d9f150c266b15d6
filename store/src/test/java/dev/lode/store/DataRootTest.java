package dev.lode.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

class DataRootTest {
    private Path dir;

    @BeforeEach
    void open(@TempDir Path fresh) throws IOException {
        dir = fresh.toRealPath();
    }

    @Test
    void flagComesBeforeVariableBeforeSharedBeforeOwn() throws Exception {
        Path flag = Files.createDirectory(dir.resolve("flag"));
        Path variable = Files.createDirectory(dir.resolve("variable"));
        Path shared = Files.createDirectory(dir.resolve("shared"));

        assertThat(forget(choice(Optional.of(flag), Optional.of(variable), shared)))
                .isEqualTo(flag);
        assertThat(forget(choice(Optional.empty(), Optional.of(variable), shared)))
                .isEqualTo(variable);
        assertThat(forget(choice(Optional.empty(), Optional.empty(), shared))).isEqualTo(shared);
        assertThat(forget(choice(Optional.empty(), Optional.empty(), dir.resolve("none"))))
                .isEqualTo(dir.resolve("home/.local/share/lode"));
    }

    private Path forget(DataRootChoice choice) throws IOException {
        Path path = DataRoot.open(choice, Disk.LOCAL).path();
        Files.delete(choice.memory());
        return path;
    }

    @Test
    void makesItsFolders() {
        var root = DataRoot.open(own(), Disk.LOCAL);
        assertThat(root.path())
                .isDirectoryContaining("glob:**/incoming")
                .isDirectoryContaining("glob:**/raw")
                .isDirectoryContaining("glob:**/processed")
                .isDirectoryContaining("glob:**/failed")
                .isDirectoryContaining("glob:**/archive")
                .isDirectoryContaining("glob:**/reports")
                .isDirectoryContaining("glob:**/metadata")
                .isDirectoryContaining("glob:**/published")
                .isDirectoryContaining("glob:**/tmp");
        var snapshot = new SnapshotId("courtlistener", LocalDate.of(2026, 6, 30));
        assertThat(root.raw(snapshot)).isEqualTo(root.path().resolve("raw/courtlistener/20260630"));
    }

    @Test
    void linkIsResolvedOnceAndTheRealPathShown() throws Exception {
        Path real = Files.createDirectory(dir.resolve("real"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), real);
        assertThat(
                        DataRoot.open(choice(Optional.of(link), Optional.empty(), link), Disk.LOCAL)
                                .path())
                .isEqualTo(real);
    }

    @Test
    void secondRootNobodyAskedForIsRefusedWithBothWaysOut() throws Exception {
        Path first = Files.createDirectory(dir.resolve("first"));
        DataRoot.open(
                choice(Optional.of(first), Optional.empty(), dir.resolve("none")), Disk.LOCAL);
        Path second = own().ownFolder();
        assertThatThrownBy(() -> DataRoot.open(own(), Disk.LOCAL))
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
                .hasMessage(
                        "data root: would be \""
                                + second
                                + "\", but the last one used is \""
                                + first
                                + "\"; nothing was done; say --data-root "
                                + first
                                + " to go on there, or --data-root "
                                + second
                                + " to begin a second one");
        assertThat(second.resolve("raw")).doesNotExist();
    }

    @Test
    void sharedFolderThatAppearsLaterIsRefusedToo() throws Exception {
        DataRoot.open(own(), Disk.LOCAL);
        Path shared = Files.createDirectory(dir.resolve("shared"));
        assertThatThrownBy(
                        () ->
                                DataRoot.open(
                                        choice(Optional.empty(), Optional.empty(), shared),
                                        Disk.LOCAL))
                .hasMessageContaining("but the last one used is \"" + own().ownFolder());
    }

    @Test
    void rootThatTheUserNamedIsTakenAndRemembered() throws Exception {
        Path first = Files.createDirectory(dir.resolve("first"));
        Path second = Files.createDirectory(dir.resolve("second"));
        DataRoot.open(choice(Optional.of(first), Optional.empty(), first), Disk.LOCAL);
        var root = DataRoot.open(choice(Optional.of(second), Optional.empty(), first), Disk.LOCAL);
        assertThat(root.path()).isEqualTo(second);
        assertThat(dir.resolve("config/lode/data-root")).hasContent(second.toString());
        assertThat(dir.resolve("config/lode")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void throwAwayRootIsNotRemembered() throws Exception {
        Path demo = Files.createDirectory(dir.resolve("demo"));
        var choice =
                new DataRootChoice(Optional.of(demo), Map.of(), dir.resolve("home"), demo, false);
        DataRoot.open(choice, Disk.LOCAL);
        assertThat(choice.memory()).doesNotExist();
        assertThat(choice.memory()).isEqualTo(dir.resolve("home/.config/lode/data-root"));
    }

    @Test
    void missingRootAndFileInItsPlaceAreSaid() throws Exception {
        Path missing = dir.resolve("missing");
        refuses(
                missing,
                "data root \"" + missing + "\": does not exist; nothing was done; create it");
        Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), missing);
        refuses(dangling, "does not exist (a link that leads nowhere)");
        Path file = Files.createFile(dir.resolve("file"));
        refuses(file, "is a file, expected a folder");
    }

    @Test
    void diskThatRefusesIsSaid() throws Exception {
        Path full = Files.createDirectory(dir.resolve("full"));
        assertThatThrownBy(
                        () ->
                                DataRoot.open(
                                        choice(Optional.of(full), Optional.empty(), full),
                                        BrokenDisk.failingAt(1)))
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                .hasMessageContaining(
                        "\""
                                + full
                                + "\": making the folders of a data root in it: the disk is full,"
                                + " ");
    }

    /// The kernel's own folder is not writable, not even for root.
    @Test
    void readOnlyRootIsSaidWithItsOwner() {
        Path proc = Path.of("/proc");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(proc));
        assertThatThrownBy(
                        () ->
                                DataRoot.open(
                                        choice(Optional.of(proc), Optional.empty(), proc),
                                        Disk.LOCAL))
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE));
    }

    @Test
    void knowsItsSpace() {
        var space = DataRoot.open(own(), Disk.LOCAL).space();
        assertThat(space.free().bytes()).isPositive().isLessThanOrEqualTo(space.total().bytes());
    }

    private void refuses(Path root, String sentence) {
        assertThatThrownBy(
                        () ->
                                DataRoot.open(
                                        choice(Optional.of(root), Optional.empty(), root),
                                        Disk.LOCAL))
                .isInstanceOfSatisfying(
                        LodeException.class,
                        e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE))
                .hasMessageContaining(sentence);
    }

    private DataRootChoice own() {
        return choice(Optional.empty(), Optional.empty(), dir.resolve("none"));
    }

    private DataRootChoice choice(Optional<Path> flag, Optional<Path> variable, Path shared) {
        String config = dir.resolve("config").toString();
        var environment =
                variable.isPresent()
                        ? Map.of(
                                "XDG_CONFIG_HOME",
                                config,
                                "LODE_DATA_ROOT",
                                variable.get().toString())
                        : Map.of("XDG_CONFIG_HOME", config);
        return new DataRootChoice(flag, environment, dir.resolve("home"), shared, true);
    }
}
