package dev.lode.cli;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Turns what went wrong into one sentence for a person and an exit code for a program.
final class ErrorSentences {
    /// What no shell reads anything into.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private final PrintWriter err;

    ErrorSentences(PrintWriter err) {
        this.err = err;
    }

    /// A word that is no verb.
    int unknownVerb(String word, Collection<String> verbs) {
        say("'" + word + "' is not a verb" + hint(word, verbs) + " lode --help lists all");
        return ErrorKind.USAGE.exitCode();
    }

    /// Words that the verb does not understand.
    int wrongUsage(ParameterException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        say(
                sentence(wrong, command)
                        + " "
                        + command.qualifiedName()
                        + " --help lists what it takes");
        return ErrorKind.USAGE.exitCode();
    }

    /// A command that was stopped: what to do to go on.
    int interrupted(List<String> words) {
        say("interrupted; what was committed is safe; go on with: lode " + line(words));
        return 130;
    }

    /// A command that was stopped twice, and had no time to put its state in order.
    void endedAtOnce(List<String> words) {
        say(
                "ended at once; what was committed is safe; what was suspended or stopped comes"
                        + " back with: lode "
                        + line(words));
    }

    /// As a shell takes it.
    private static String line(List<String> words) {
        return words.stream()
                .map(
                        word ->
                                PLAIN.matcher(word).matches()
                                        ? word
                                        : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /// A command that ended with an error. The stack trace is for those who ask for it.
    int failed(Throwable error, boolean trace) {
        ErrorKind kind =
                switch (error) {
                    case LodeException known -> {
                        say(known.getMessage());
                        yield known.kind();
                    }
                    case OutOfMemoryError full -> {
                        say(
                                "memory: the heap of "
                                        + Runtime.getRuntime().maxMemory() / (1 << 20)
                                        + " MiB is full ("
                                        + full.getMessage()
                                        + "); stopped, and what was committed stays; give more with"
                                        + " LODE_HEAP=1g");
                        yield ErrorKind.RESOURCE;
                    }
                    default -> {
                        say(
                                "bug: "
                                        + error
                                        + "; stopped, and what was committed stays; run again with"
                                        + " --trace and report what it prints");
                        yield ErrorKind.BUG;
                    }
                };
        if (trace) {
            error.printStackTrace(err);
        }
        return kind.exitCode();
    }

    private static String sentence(ParameterException wrong, CommandSpec command) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            return word.startsWith("-")
                    ? "unknown option '" + word + "'" + hint(word, optionNames(command))
                    : "unexpected word '" + word + "'" + hint(word, command.subcommands().keySet());
        }
        String message = String.valueOf(wrong.getMessage());
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1) + ";";
    }

    /// The suggestion, or what else leads on to the remedy.
    private static String hint(String word, Collection<String> known) {
        return Suggestion.nearest(word, known)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse(";");
    }

    private static List<String> optionNames(CommandSpec command) {
        List<String> names = new ArrayList<>();
        command.options().forEach(option -> names.addAll(List.of(option.names())));
        return names;
    }

    private void say(@Nullable String sentence) {
        err.println("lode: " + sentence);
        err.flush();
    }
}
