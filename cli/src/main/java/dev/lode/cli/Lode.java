package dev.lode.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The command `lode`: finds the verb among the words, gives it the rest, and turns what goes wrong
/// into one sentence and an exit code. Use one instance for one command line.
final class Lode {
    private static final String VERBS = "verbs";

    private final List<Verb> verbs;
    private final PrintWriter out;
    private final PrintWriter err;
    private final GlobalOptions options;

    /// A command with these verbs that writes results to `out` and everything else to `err`.
    Lode(List<Verb> verbs, PrintWriter out, PrintWriter err) {
        this(verbs, out, err, new Interruption());
    }

    /// A command that stops when it is asked to.
    Lode(List<Verb> verbs, PrintWriter out, PrintWriter err, Interruption interruption) {
        this(verbs, out, err, interruption, Surroundings.ofProcess());
    }

    /// A command that finds its settings elsewhere.
    Lode(
            List<Verb> verbs,
            PrintWriter out,
            PrintWriter err,
            Interruption interruption,
            Surroundings surroundings) {
        this.verbs = List.copyOf(verbs);
        this.out = out;
        this.err = err;
        this.options = new GlobalOptions(interruption, surroundings);
    }

    /// Runs one command line and returns its exit code; never throws. `lode help VERB` is `lode
    /// VERB --help`.
    int run(List<String> given) {
        ErrorSentences errors = new ErrorSentences(err);
        List<String> words = asked(given);
        options.interruption().lastWords(() -> errors.endedAtOnce(words));
        try {
            CommandLine root = root();
            Optional<String> word = firstPlainWord(words, root.getCommandSpec());
            if (word.isPresent()) {
                Optional<Verb> verb = verb(word.get());
                if (verb.isEmpty()) {
                    return errors.unknownVerb(word.get(), verbs.stream().map(Verb::name).toList());
                }
                root.addSubcommand(
                        verb.get().name(),
                        answeringHelp(new CommandLine(verb.get().command().apply(options))));
            }
            root.setParameterExceptionHandler((wrong, _) -> errors.wrongUsage(wrong));
            root.setExecutionExceptionHandler(
                    (error, _, _) -> {
                        boolean stopped =
                                error instanceof InterruptedException
                                        || options.interruption().asked();
                        return stopped && !options.trace()
                                ? errors.interrupted(words)
                                : errors.failed(error, options.trace());
                    });
            root.setCaseInsensitiveEnumValuesAllowed(true);
            root.setOut(out);
            root.setErr(err);
            return root.execute(words.toArray(String[]::new));
        } catch (Throwable error) {
            return errors.failed(error, words.contains("--trace"));
        }
    }

    private static List<String> asked(List<String> words) {
        if (words.isEmpty() || !words.getFirst().equals("help")) {
            return words;
        }
        return Stream.concat(words.stream().skip(1), Stream.of("--help")).toList();
    }

    /// Every verb knows `--help`, and every verb of a verb, whether its command says so or not.
    private static CommandLine answeringHelp(CommandLine command) {
        command.getSubcommands().values().forEach(Lode::answeringHelp);
        if (command.getCommandSpec().findOption("--help") == null) {
            command.getCommandSpec()
                    .addOption(
                            OptionSpec.builder("-h", "--help")
                                    .usageHelp(true)
                                    .description("show this help and end")
                                    .build());
        }
        return command;
    }

    private CommandLine root() {
        CommandLine root = new CommandLine(new RootCommand(options));
        root.setHelpSectionKeys(helpSections(root.getHelpSectionKeys()));
        root.getHelpSectionMap().put(VERBS, this::verbTable);
        return root;
    }

    /// The first word that is neither an option nor the value of one; nothing behind an unknown
    /// option, which is to be reported first.
    private static Optional<String> firstPlainWord(List<String> words, CommandSpec root) {
        boolean value = false;
        for (String word : words) {
            if (value) {
                value = false;
            } else if (!word.startsWith("-")) {
                return Optional.of(word);
            } else {
                int equals = word.indexOf('=');
                OptionSpec option = root.findOption(equals < 0 ? word : word.substring(0, equals));
                if (option == null && word.startsWith("--")) {
                    return Optional.empty();
                }
                value = option != null && equals < 0 && option.arity().max() > 0;
            }
        }
        return Optional.empty();
    }

    private Optional<Verb> verb(String name) {
        return verbs.stream().filter(verb -> verb.name().equals(name)).findFirst();
    }

    /// The verbs stand where picocli would list subcommands, which are not there yet.
    private static List<String> helpSections(List<String> sections) {
        return sections.stream()
                .flatMap(
                        section ->
                                section.equals(
                                                CommandLine.Model.UsageMessageSpec
                                                        .SECTION_KEY_COMMAND_LIST_HEADING)
                                        ? Stream.of(VERBS, section)
                                        : Stream.of(section))
                .toList();
    }

    private String verbTable(Help help) {
        if (!help.commandSpec().root().equals(help.commandSpec())) {
            return "";
        }
        int width = verbs.stream().mapToInt(verb -> verb.name().length()).max().orElse(0);
        StringBuilder table = new StringBuilder("\nVerbs (lode VERB --help tells more):\n");
        for (Verb verb : verbs) {
            table.append("  ").append(verb.name());
            table.repeat(' ', width - verb.name().length() + 2).append(verb.summary()).append('\n');
        }
        return table.toString();
    }
}
