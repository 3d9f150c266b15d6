package dev.lode.embedded;

import java.nio.file.Path;

/// A process of its own that uses the server of the folder in its first argument: says `open PORT PID MILLIS`, then closes
/// it when its input ends, or obeys the words there.
final class EmbeddedClient {
    private EmbeddedClient() {}

    static void main(String[] arguments) {
        long start = System.nanoTime();
        var settings = EmbeddedSettings.standard().withBinariesFolder(Path.of(arguments[1]));
        try (var server = EmbeddedServer.open(Path.of(arguments[0]), settings)) {
            long millis = (System.nanoTime() - start) / 1_000_000;
            IO.println("open " + server.address().port() + " " + server.pid() + " " + millis);
            while (IO.readln() != null) {
                server.keep();
                IO.println("kept");
            }
        }
        IO.println("closed");
    }
}
