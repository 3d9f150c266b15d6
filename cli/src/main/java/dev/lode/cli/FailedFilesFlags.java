package dev.lode.cli;

import picocli.CommandLine.Option;

import java.util.Optional;

/// Which failed files are meant.
final class FailedFilesFlags {
    @Option(
            names = "--files",
            paramLabel = "PATTERN",
            description =
                    "failed files whose keys match: * stands for any characters; they go back to"
                            + " where they arrived, and a watcher takes them")
    private Optional<String> files = Optional.empty();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "with --files: only those whose reason holds this text")
    private Optional<String> reason = Optional.empty();

    Optional<String> files() {
        return files;
    }

    Optional<String> reason() {
        return reason;
    }
}
