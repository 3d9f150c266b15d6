package dev.lode.cli.settings;

import dev.lode.core.ByteSize;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.ServicesReader;
import dev.lode.core.pack.ServicesSpec;
import dev.lode.core.yaml.Mistakes;
import dev.lode.core.yaml.YamlMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Every setting with its value and where that came from. Immutable.
public final class Settings {
    /// A value and its origin: `flag --workers`, `environment MAX_WORKERS`, `.env line 3`,
    /// `lode.yaml line 7`, `default`.
    public record Value(String text, String origin) {}

    private final Map<Setting, Value> values;
    private final Optional<ServicesSpec> services;

    private Settings(Map<Setting, Value> values, Optional<ServicesSpec> services) {
        this.values = values;
        this.services = services;
    }

    /// The services that `lode.yaml` declares in place of the pack's.
    public Optional<ServicesSpec> services() {
        return services;
    }

    /// Reads all sources.
    ///
    /// @param flags given on the command line, by setting
    /// @param folder where `.env` and `lode.yaml` are looked for
    /// @throws LodeException of kind USAGE that names every unknown key
    public static Settings read(
            Map<Setting, String> flags, Map<String, String> environment, Path folder) {
        var values = new EnumMap<Setting, Value>(Setting.class);
        for (var setting : Setting.values()) {
            if (!setting.absent().isEmpty()) {
                values.put(setting, new Value(setting.absent(), "default"));
            }
        }
        var services = yaml(folder.resolve("lode.yaml"), values);
        var dotenv = dotenv(folder.resolve(".env"));
        for (var setting : Setting.values()) {
            for (var name : setting.environment().reversed()) {
                var line = dotenv.get(name);
                if (line != null) {
                    values.put(setting, new Value(line, ".env " + name));
                }
            }
        }
        for (var setting : Setting.values()) {
            for (var name : setting.environment().reversed()) {
                var value = environment.get(name);
                if (value != null && !value.isEmpty()) {
                    values.put(setting, new Value(value, "environment " + name));
                }
            }
        }
        flags.forEach((setting, text) -> values.put(setting, new Value(text, "command line")));
        refuseUnknown(environment);
        return new Settings(values, services);
    }

    public Optional<Value> value(Setting setting) {
        return Optional.ofNullable(values.get(setting));
    }

    public Optional<String> text(Setting setting) {
        return value(setting).map(Value::text).filter(text -> !text.isEmpty());
    }

    /// A whole number within bounds.
    public int number(Setting setting, int min, int max) {
        var value = value(setting).orElseThrow();
        try {
            int number = Integer.parseInt(value.text().strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(setting, value, "is not a whole number");
        }
        throw wrong(setting, value, "is out of bounds: expected " + min + " to " + max);
    }

    public ByteSize size(Setting setting) {
        var value = value(setting).orElseThrow();
        try {
            return ByteSize.parse(value.text());
        } catch (LodeException e) {
            throw wrong(
                    setting, value, "is not a size: expected a number and a unit, such as 16MiB");
        }
    }

    public Optional<Boolean> flag(Setting setting) {
        return value(setting)
                .map(
                        value ->
                                switch (value.text()) {
                                    case "true", "yes", "on", "1" -> true;
                                    case "false", "no", "off", "0" -> false;
                                    default -> throw wrong(setting, value, "is not true or false");
                                });
    }

    private static LodeException wrong(Setting setting, Value value, String what) {
        return LodeException.usage(
                setting.key()
                        + " ("
                        + value.origin()
                        + "): \""
                        + (setting.secret() ? "***" : value.text())
                        + "\" "
                        + what);
    }

    private static Optional<ServicesSpec> yaml(Path file, Map<Setting, Value> values) {
        var text = read(file);
        if (text.isEmpty() || text.get().isBlank()) {
            return Optional.empty();
        }
        var mistakes = new Mistakes("lode.yaml");
        var map = YamlMap.parse(text.get(), mistakes);
        // One key for both: a word switches them off, keys and values declare them.
        var services =
                map.isMap(Setting.SERVICES.key())
                        ? map.map(Setting.SERVICES.key()).map(ServicesReader::read)
                        : Optional.<ServicesSpec>empty();
        for (var setting : Setting.values()) {
            boolean declared = setting == Setting.SERVICES && services.isPresent();
            if (setting == Setting.DB_PASSWORD || declared) {
                continue;
            }
            if (map.has(setting.key())) {
                map.text(setting.key())
                        .ifPresent(
                                value ->
                                        values.put(
                                                setting,
                                                new Value(
                                                        value,
                                                        "lode.yaml line "
                                                                + map.line(setting.key()))));
            }
        }
        map.finish(Arrays.stream(Setting.values()).map(Setting::key).toList());
        mistakes.throwIfAny();
        return services;
    }

    private static Map<String, String> dotenv(Path file) {
        var values = new LinkedHashMap<String, String>();
        var text = read(file);
        if (text.isPresent()) {
            int number = 0;
            for (var line : text.get().lines().toList()) {
                number++;
                var trimmed = line.strip().replaceFirst("^export\\s+", "");
                if (trimmed.isEmpty() || trimmed.startsWith("#")) {
                    continue;
                }
                int equals = trimmed.indexOf('=');
                if (equals < 1) {
                    throw LodeException.usage(".env line " + number + ": expected NAME=value");
                }
                values.put(
                        trimmed.substring(0, equals).strip(),
                        unquote(trimmed.substring(equals + 1).strip()));
            }
        }
        refuseUnknown(values);
        return values;
    }

    private static String unquote(String text) {
        boolean quoted =
                text.length() >= 2
                        && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                        && text.charAt(text.length() - 1) == text.charAt(0);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /// Names that the launcher reads, not this program.
    private static boolean launcher(String name) {
        return java.util.Set.of(
                        "LODE_AOT", "LODE_BUILD", "LODE_HEAP", "LODE_HOME", "LODE_JAVA_OPTS")
                .contains(name);
    }

    private static void refuseUnknown(Map<String, String> environment) {
        var known =
                Arrays.stream(Setting.values())
                        .flatMap(setting -> setting.environment().stream())
                        .toList();
        for (var name : environment.keySet()) {
            if (name.startsWith("LODE_") && !known.contains(name) && !launcher(name)) {
                throw LodeException.usage(
                        "environment "
                                + name
                                + ": unknown setting"
                                + Suggestion.hint(name, known)
                                + "; lode check --settings lists them");
            }
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw LodeException.usage(
                    file.getFileName() + ": cannot be read (" + e.getMessage() + ")");
        }
    }
}
