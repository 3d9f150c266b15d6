package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.cli.settings.Settings;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.Orphans;
import dev.lode.engine.load.SuspendSettings;
import dev.lode.postgres.suspend.Writers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the settings say of suspending.
final class SuspendChoices {
    private static final int LEAST_WORKERS = 2;

    /// Unless somebody says so: the server may have fewer processors than this machine.
    private static final int MOST_WORKERS = 8;

    private final Settings settings;

    SuspendChoices(Settings settings) {
        this.settings = settings;
    }

    SuspendSettings load() {
        return new SuspendSettings(
                word("suspend", settings.text(Setting.SUSPEND), SuspendSettings.When.class)
                        .orElse(SuspendSettings.When.AUTO),
                exclusive() ? new Writers.Fenced("") : new Writers.Live(),
                orphans(),
                workers());
    }

    Optional<Orphans> orphans() {
        return word("orphans", settings.text(Setting.ORPHANS), Orphans.class);
    }

    int workers() {
        int workers = settings.number(Setting.RESTORE_WORKERS, 0, 64);
        return workers == 0
                ? Math.clamp(
                        Runtime.getRuntime().availableProcessors(), LEAST_WORKERS, MOST_WORKERS)
                : workers;
    }

    private boolean exclusive() {
        var text = settings.text(Setting.EXCLUSIVE).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw LodeException.usage(
                    "exclusive: \"" + text + "\" is unknown: expected true or false");
        }
        return text.equals("true");
    }

    private static <E extends Enum<E>> Optional<E> word(
            String setting, Optional<String> text, Class<E> type) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<String> known =
                Arrays.stream(type.getEnumConstants())
                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                        .toList();
        if (!known.contains(text.get())) {
            throw LodeException.usage(
                    setting
                            + ": \""
                            + text.get()
                            + "\" is unknown: expected "
                            + String.join(", ", known)
                            + Suggestion.hint(text.get(), known));
        }
        return Optional.of(Enum.valueOf(type, text.get().toUpperCase(Locale.ROOT)));
    }
}
