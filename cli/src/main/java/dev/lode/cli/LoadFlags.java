package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.time.LocalDate;
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
            names = "--copy",
            paramLabel = "WAY",
            description = "how rows travel: auto, binary, text or csv (LODE_COPY)")
    private Optional<String> copy = Optional.empty();

    @Option(
            names = "--streams",
            paramLabel = "N",
            description =
                    "COPY streams of one item at the same time; 0 for as many as pay"
                            + " (LODE_STREAMS)")
    private Optional<String> streams = Optional.empty();

    @Option(
            names = "--suspend",
            paramLabel = "WHEN",
            description =
                    "indexes and keys of your own tables while rows come in: auto (where it pays),"
                            + " never, always (LODE_SUSPEND)")
    private Optional<String> suspend = Optional.empty();

    @Option(
            names = "--exclusive",
            description =
                    "nobody else needs to write the tables meanwhile: they are fenced, and foreign"
                            + " keys may be suspended too (LODE_EXCLUSIVE)")
    private boolean exclusive;

    @Option(
            names = "--orphans",
            paramLabel = "WHAT",
            description =
                    "rows that suspended keys miss: keep, reject or fail; the pack's word by"
                            + " default (LODE_ORPHANS)")
    private Optional<String> orphans = Optional.empty();

    @Option(
            names = "--restore-workers",
            paramLabel = "N",
            description = "indexes and keys made at the same time (LODE_RESTORE_WORKERS)")
    private Optional<String> restoreWorkers = Optional.empty();

    @Option(
            names = "--services",
            paramLabel = "declared|none",
            description = "services stopped while loading (LODE_SERVICES)")
    private Optional<String> services = Optional.empty();

    @Option(
            names = "--compose-folder",
            paramLabel = "DIR",
            description = "where their docker compose file is (LODE_COMPOSE_FOLDER)")
    private Optional<String> composeFolder = Optional.empty();

    @Option(
            names = "--accept-vanished",
            description =
                    "the snapshot is right: let more rows vanish than the pack's limit allows"
                            + " (LODE_ACCEPT_VANISHED)")
    private boolean acceptVanished;

    @Option(
            names = "--accept-older",
            description =
                    "let the snapshot take back a newer one that the tables hold; --date says so"
                            + " too (LODE_ACCEPT_OLDER)")
    private boolean acceptOlder;

    /// @param date the snapshot that was asked for by its date, and is wanted though it be older
    Map<Setting, String> settings(Optional<LocalDate> date) {
        var given = new EnumMap<Setting, String>(Setting.class);
        workers.ifPresent(text -> given.put(Setting.WORKERS, text));
        splitSize.ifPresent(text -> given.put(Setting.SPLIT_SIZE, text));
        maxRecord.ifPresent(text -> given.put(Setting.MAX_RECORD, text));
        decodeThreads.ifPresent(text -> given.put(Setting.DECODE_THREADS, text));
        copy.ifPresent(text -> given.put(Setting.COPY, text));
        streams.ifPresent(text -> given.put(Setting.STREAMS, text));
        suspend.ifPresent(text -> given.put(Setting.SUSPEND, text));
        orphans.ifPresent(text -> given.put(Setting.ORPHANS, text));
        restoreWorkers.ifPresent(text -> given.put(Setting.RESTORE_WORKERS, text));
        if (exclusive) {
            given.put(Setting.EXCLUSIVE, "true");
        }
        services.ifPresent(text -> given.put(Setting.SERVICES, text));
        composeFolder.ifPresent(text -> given.put(Setting.COMPOSE_FOLDER, text));
        if (acceptVanished) {
            given.put(Setting.ACCEPT_VANISHED, "true");
        }
        if (acceptOlder || date.isPresent()) {
            given.put(Setting.ACCEPT_OLDER, "true");
        }
        return given;
    }
}
