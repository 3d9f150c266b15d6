package dev.lode.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The command `lode` of a checkout, as a user calls it: its time runs from exec to exit. Settings
/// of the environment (`LODE_WORKERS` and the like) reach it, so that they can be tried out.
///
/// @param home the checkout, built
/// @param packs folder of the benchmarks' own packs
/// @param folder for its data root, and its home
public record Lode(Path home, Path packs, Path folder) {
    /// A command line, with a database.
    public Program command(String databaseUrl, String... words) {
        var command = new ArrayList<>(List.of(home.resolve("lode").toString()));
        command.addAll(List.of(words));
        Map<String, String> environment = new HashMap<>();
        environment.put("LODE_BUILD", "never");
        environment.put("LODE_PACKS", packs.toString());
        environment.put("LODE_DATA_ROOT", folder.resolve("root").toString());
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put("DATABASE_URL", databaseUrl);
        return new Program(command, folder, environment);
    }

    /// Loads a snapshot that lies in a folder.
    public Program load(String databaseUrl, String dataset, Path from) {
        return command(databaseUrl, "load", dataset, "--from=" + from, "--quiet");
    }
}
