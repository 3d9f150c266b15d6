package dev.lode.embedded;

import dev.lode.core.LodeException;

import java.nio.file.Path;

/// A process of its own that opens the server of the folder in its first argument, with programs
/// unpacked into the second. It says `open PORT PID` or `error KIND MESSAGE`, then obeys the words
/// of its input: `keep`; at its end it closes the server and says `closed`.
final class EmbeddedClient {
    private EmbeddedClient() {}

    static void main(String[] arguments) {
        var settings = EmbeddedSettings.standard().withBinariesFolder(Path.of(arguments[1]));
        try (var server = EmbeddedServer.open(Path.of(arguments[0]), settings)) {
            IO.println("open " + server.address().port() + " " + server.pid());
            for (String word = IO.readln(); word != null; word = IO.readln()) {
                if (word.equals("keep")) {
                    server.keep();
                }
                IO.println("done " + word);
            }
        } catch (LodeException e) {
            IO.println(
                    "error " + e.kind() + " " + String.valueOf(e.getMessage()).replace('\n', ' '));
            return;
        }
        IO.println("closed");
    }
}
