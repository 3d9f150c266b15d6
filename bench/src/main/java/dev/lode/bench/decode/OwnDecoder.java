package dev.lode.bench.decode;

import dev.lode.bench.Program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The decoder alone, as a process of its own with the heap and the collector of the launcher.
public final class OwnDecoder {
    private OwnDecoder() {}

    /// Decodes the files to `/dev/null`, in a fresh JVM without any cache.
    public static Program of(List<Path> files, Path folder) {
        var words =
                new ArrayList<>(
                        List.of(
                                "'" + Path.of(System.getProperty("java.home"), "bin/java") + "'",
                                "-Xmx704m",
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "-XX:-UsePerfData",
                                // Without them in the kernel this does nothing.
                                "-XX:+UseTransparentHugePages",
                                "-cp",
                                "'" + System.getProperty("java.class.path") + "'",
                                Bz2Cat.class.getName()));
        files.forEach(file -> words.add("'" + file + "'"));
        return Program.script(String.join(" ", words) + " >/dev/null", folder, Map.of());
    }
}
