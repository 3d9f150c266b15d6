package dev.lode.cli;

import java.util.List;
import java.util.function.Function;

/// One word after `lode`: its name, the line that the help shows, and the way to its command.
///
/// The command is a picocli object (a class annotated with `@Command` that is a `Callable<Integer>`
/// returning the exit code). It is made only when its verb is called, so that the start of one verb
/// does not pay for all others.
///
/// @param name the word, in lower case
/// @param summary one line without a full stop
/// @param command makes the command from the options that all verbs share; these have their values
///   by the time the command runs
record Verb(String name, String summary, Function<GlobalOptions, Object> command) {

    /// All verbs, in the order in which the help shows them.
    static List<Verb> all() {
        return List.of();
    }
}
