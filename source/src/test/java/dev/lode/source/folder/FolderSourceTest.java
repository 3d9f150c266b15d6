package dev.lode.source.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.source.Item;
import dev.lode.source.Source;
import dev.lode.source.SourceContract;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

class FolderSourceTest extends SourceContract {
    private Path folder;

    @BeforeEach
    void open(@TempDir Path fresh) {
        folder = fresh;
    }

    @Override
    protected Source source() {
        return FolderSource.of(folder);
    }

    @Override
    protected void put(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        // As careful producers write: another file, then a rename. The inode tells two versions of
        // one instant apart.
        Path beside = Files.write(file.resolveSibling(".new"), content);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    protected void remove(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    @Test
    void leavesOutHiddenFilesAndTakesLinkedOnes() throws Exception {
        put(".hidden", bytes("x"));
        put(".folder/file", bytes("x"));
        put("real", bytes("x"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        assertThat(source().list()).extracting(Item::name).containsExactly("link", "real");
    }

    @Test
    void readingAFileThatIsWrittenToMeanwhileIsAnError() throws Exception {
        put("a", bytes("0123456789"));
        try (var in = stream(source().open(only(), 0, 10))) {
            assertThat(in.readNBytes(4)).isEqualTo(bytes("0123"));
            Files.write(folder.resolve("a"), bytes("abcdefghij"));
            Files.setLastModifiedTime(folder.resolve("a"), FileTime.from(Instant.EPOCH));
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("changed while it was read");
        }
    }

    @Test
    void missingFolderIsTheUsersToFix() {
        try (var source = FolderSource.of(folder.resolve("gone"))) {
            assertThatThrownBy(source::list)
                    .isInstanceOfSatisfying(
                            LodeException.class,
                            e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
                    .hasMessageContaining("not there, or not a folder");
        }
    }

    @Test
    void countOfFilesHasABound() throws Exception {
        put("a", bytes("x"));
        put("b", bytes("x"));
        try (var source = new FolderSource(folder, 1)) {
            assertThatThrownBy(source::list).hasMessageContaining("more than 1 files");
        }
    }
}
