package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Flags of loading that are settings too.
final class LoadFlags {
    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "items loaded at the same time (LODE_WORKERS, MAX_WORKERS)")
    private Optional<String> workers = Optional.empty();

    @Option(
            names = "--split-size",
            paramLabel = "SIZE",
            description = "decoded bytes of one transaction (LODE_SPLIT_SIZE)")
    private Optional<String> splitSize = Optional.empty();

    @Option(
            names = "--max-record",
            paramLabel = "SIZE",
            description = "longest record (LODE_MAX_RECORD)")
    private Optional<String> maxRecord = Optional.empty();

    @Option(
            names = "--decode-threads",
            paramLabel = "N",
            description = "threads that decode bzip2 (LODE_DECODE_THREADS)")
    private Optional<String> decodeThreads = Optional.empty();

    @Option(
            names = "--accept-vanished",
            description =
                    "the snapshot is right: let more rows vanish than the pack's limit allows"
                            + " (LODE_ACCEPT_VANISHED)")
    private boolean acceptVanished;

    Map<Setting, String> settings() {
        var given = new EnumMap<Setting, String>(Setting.class);
        workers.ifPresent(text -> given.put(Setting.WORKERS, text));
        splitSize.ifPresent(text -> given.put(Setting.SPLIT_SIZE, text));
        maxRecord.ifPresent(text -> given.put(Setting.MAX_RECORD, text));
        decodeThreads.ifPresent(text -> given.put(Setting.DECODE_THREADS, text));
        if (acceptVanished) {
            given.put(Setting.ACCEPT_VANISHED, "true");
        }
        return given;
    }
}
