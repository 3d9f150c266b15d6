package dev.lode.engine.load;

import dev.lode.postgres.load.CopyWay;

/// How rows travel in the tests of this module: `-Dlode.copy=binary|text|csv` and
/// `-Dlode.streams=N` force a way, so that every test can be run in each.
public final class CopyUnderTest {
    private CopyUnderTest() {}

    /// The settings with the forced way.
    public static LoadSettings forced(LoadSettings settings) {
        if (!settings.copy().equals(CopySettings.STANDARD)) {
            return settings;
        }
        return settings.with(
                new CopySettings(
                        CopyWay.wish(System.getProperty("lode.copy", "auto")),
                        Integer.getInteger("lode.streams", 0)));
    }
}
