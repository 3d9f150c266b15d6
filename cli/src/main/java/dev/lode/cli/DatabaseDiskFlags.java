package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The room that a load may take on the database's disk.
final class DatabaseDiskFlags {
    @Option(
            names = "--db-space",
            paramLabel = "SIZE",
            description = "what the database may grow by; the run pauses there (LODE_DB_SPACE)")
    private Optional<String> space = Optional.empty();

    @Option(
            names = "--db-reserve",
            paramLabel = "SIZE",
            description =
                    "room left free on the database's disk; the run pauses there"
                            + " (LODE_DB_RESERVE)")
    private Optional<String> reserve = Optional.empty();

    @Option(
            names = "--db-wait",
            paramLabel = "SECONDS",
            description = "how long a paused run waits for room (LODE_DB_WAIT)")
    private Optional<String> patience = Optional.empty();

    Map<Setting, String> settings() {
        var given = new EnumMap<Setting, String>(Setting.class);
        space.ifPresent(text -> given.put(Setting.DB_SPACE, text));
        reserve.ifPresent(text -> given.put(Setting.DB_RESERVE, text));
        patience.ifPresent(text -> given.put(Setting.DB_WAIT, text));
        return given;
    }
}
