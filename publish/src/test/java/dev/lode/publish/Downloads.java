package dev.lode.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Somebody who downloads a generation and checks it.
final class Downloads {
    private Downloads() {}

    /// Every file that the manifest and the sums name is there and is what they say.
    static void check(Path folder, Manifest manifest) throws IOException {
        Path generation = folder.resolve(Pointer.folderOf(manifest.generation()));
        var sums = Files.readAllLines(generation.resolve("SHA256SUMS"));
        assertThat(sums).hasSize(manifest.files().size());
        for (String line : sums) {
            Path file = generation.resolve(line.substring(66)).normalize();
            assertThat(Manifest.sha256(Files.readAllBytes(file)))
                    .as(file.toString())
                    .isEqualTo(line.substring(0, 64));
        }
        for (PublishedFeed feed : manifest.feeds()) {
            assertThat(Manifest.sha256(Files.readAllBytes(folder.resolve(feed.path()))))
                    .isEqualTo(feed.sha256());
        }
    }
}
