package dev.lode.core.pack.intake;

import dev.lode.core.place.KeyRules.KeyPattern;
import dev.lode.core.place.PlaceAddress;
import dev.lode.core.yaml.YamlMap;

import java.time.Duration;
import java.util.Optional;

/// Reads a pack's `intake`.
public final class IntakeReader {
    private static final long MOST_MINUTES = 60L * 24 * 366;

    private IntakeReader() {}

    public static IntakeSpec read(YamlMap map) {
        var spec =
                new IntakeSpec(
                        place(map, "incoming"),
                        place(map, "processed"),
                        place(map, "failed"),
                        map.text("queue"),
                        map.value("name-time", NameTime::parse),
                        Duration.ofMinutes(
                                map.number(
                                        "live-minutes",
                                        IntakeSpec.DEFAULT.liveWithin().toMinutes(),
                                        0,
                                        MOST_MINUTES)),
                        map.text("backload-prefix"),
                        map.texts("ignore").stream().map(KeyPattern::of).toList());
        map.finish();
        return spec;
    }

    private static Optional<String> place(YamlMap map, String key) {
        return map.value(key, text -> PlaceAddress.parse(text).toString());
    }
}
