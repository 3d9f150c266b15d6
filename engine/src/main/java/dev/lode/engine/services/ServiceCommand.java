package dev.lode.engine.services;

import dev.lode.core.LodeException;
import dev.lode.core.process.Program;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Runs the commands that handle services. They see the environment of Lode without its secrets:
/// what stops a web server has no business with the password of the database or the keys of a
/// bucket.
///
/// @param folder where they run
/// @param kept environment variables they see nevertheless
/// @param limit of one command
record ServiceCommand(Path folder, List<String> kept, Duration limit) {
    private static final int SHOWN = 400;

    /// @throws LodeException of kind RESOURCE when it cannot be run or does not end in time
    Program.Result run(List<String> words) throws InterruptedException {
        var builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> isOurs(name) && !kept.contains(name));
        return Program.run(builder, limit);
    }

    /// @throws LodeException of kind RESOURCE also when it ends with anything but 0
    Program.Result succeed(List<String> words) throws InterruptedException {
        var result = run(words);
        if (!result.succeeded()) {
            throw failed(words, result);
        }
        return result;
    }

    LodeException failed(List<String> words, Program.Result result) {
        return LodeException.resource(
                "\"" + shell(words) + "\": ended with " + result.exit() + ": " + said(result));
    }

    /// What it said, on one line.
    static String said(Program.Result result) {
        String text = result.errors().isEmpty() ? result.output() : result.errors();
        String line = text.replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
        return line.isEmpty()
                ? "it said nothing"
                : line.length() <= SHOWN ? line : "..." + line.substring(line.length() - SHOWN);
    }

    /// A command as a person types it.
    static String shell(List<String> words) {
        return words.stream()
                .map(
                        word ->
                                word.matches("[A-Za-z0-9_@%+=:,./-]+")
                                        ? word
                                        : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    private static boolean isOurs(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return List.of("LODE_", "PG", "AWS_", "KAGGLE_").stream().anyMatch(upper::startsWith)
                || upper.equals("DATABASE_URL")
                || upper.equals("OPENSTATES_API_KEY");
    }
}
