package dev.lode.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

class LocalVersionTest {
    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("a.csv"), text);
    }

    /// After the file has settled, by its own times.
    private static Instant later(Path file) throws IOException {
        var changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        return changed.toInstant().plus(LocalVersion.SETTLED_AFTER).plusSeconds(1);
    }

    @Test
    void aSettledFileIsTheSameVersionEachTime() throws IOException {
        var file = file("a\n1\n");
        var version = LocalVersion.of(file, later(file));
        assertThat(version).isPresent().isEqualTo(LocalVersion.of(file, later(file)));
    }

    @Test
    void aFileThatChangedAMomentAgoHasNoVersion() throws IOException {
        var file = file("a\n1\n");
        var now = later(file).minusSeconds(2);
        assertThat(LocalVersion.of(file, now)).isEmpty();
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(LocalVersion.of(file, now)).isEmpty();
    }

    @Test
    void aFileOfTheFutureHasNoVersion() throws IOException {
        var file = file("a\n1\n");
        Files.setLastModifiedTime(file, FileTime.from(later(file).plusSeconds(9)));
        assertThat(LocalVersion.of(file, later(file))).isEmpty();
    }

    @Test
    void otherBytesOfTheSameSizeUnderTheOldDateAreAnotherVersion() throws IOException {
        var file = file("a\n1\n");
        var before = LocalVersion.of(file, later(file));
        var date = Files.getLastModifiedTime(file);
        Files.writeString(file, "a\n2\n");
        Files.setLastModifiedTime(file, date);
        assertThat(LocalVersion.of(file, later(file))).isPresent().isNotEqualTo(before);
    }

    @Test
    void anotherFilePutInItsPlaceIsAnotherVersion() throws IOException {
        var file = file("a\n1\n");
        var before = LocalVersion.of(file, later(file));
        var other = Files.writeString(folder.resolve("b.csv"), "a\n1\n");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(LocalVersion.of(file, later(file))).isPresent().isNotEqualTo(before);
    }
}
