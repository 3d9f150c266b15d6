package dev.lode.house;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The folder that this build was started in: its root and the files that belong to the project.
final class Checkout {
    private Checkout() {}

    /// The folder that holds the launcher.
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("lode"))
                || !Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no folder above holds lode and mvnw");
            }
        }
        return folder;
    }

    /// What git keeps, and what it would keep once added. Outside of a git checkout the calling
    /// test is left out.
    static List<Path> files() {
        Path root = root();
        Assumptions.assumeTrue(Files.exists(root.resolve(".git")), "not a git checkout");
        try {
            Process git =
                    new ProcessBuilder(
                                    "git",
                                    "ls-files",
                                    "-z",
                                    "--cached",
                                    "--others",
                                    "--exclude-standard")
                            .directory(root.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Assumptions.assumeTrue(git.waitFor() == 0, "git does not know this checkout");
            return Stream.of(names.split("\0"))
                    .map(root::resolve)
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /// Those of [#files] whose name ends so.
    static List<Path> filesEndingIn(String ending) {
        return files().stream().filter(file -> file.toString().endsWith(ending)).toList();
    }

    /// The path as people write it, from the root.
    static String name(Path file) {
        return root().relativize(file).toString();
    }

    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
