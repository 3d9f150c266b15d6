package dev.lode.cli;

import dev.lode.cli.settings.Setting;

import picocli.CommandLine.Option;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The room that a sync may take in the store.
final class DiskBudgetFlag {
    @Option(
            names = "--disk-budget",
            paramLabel = "SIZE",
            description =
                    "room for files in the store; 0 streams everything; by default what its disk"
                            + " has free (LODE_DISK_BUDGET)")
    private Optional<String> diskBudget = Optional.empty();

    Map<Setting, String> settings() {
        var given = new EnumMap<Setting, String>(Setting.class);
        diskBudget.ifPresent(text -> given.put(Setting.DISK_BUDGET, text));
        return given;
    }
}
