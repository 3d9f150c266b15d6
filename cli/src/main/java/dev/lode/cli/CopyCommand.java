package dev.lode.cli;

import dev.lode.cli.progress.Words;
import dev.lode.cli.settings.Setting;
import dev.lode.core.LodeException;
import dev.lode.core.place.KeyRules;
import dev.lode.core.place.PlaceAddress;
import dev.lode.engine.copy.CopyReport;
import dev.lode.engine.copy.Copying;
import dev.lode.source.Retry;
import dev.lode.store.place.FolderPlace;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Stack;
import java.util.concurrent.Callable;

/// `lode copy`: files between folders and buckets.
@Command(
        name = "copy",
        description = {
            "Copies the files of a folder or bucket to another, with all that is below. What is"
                    + " there already with the same bytes is left out: run it again to finish a"
                    + " copy that was broken off.",
            "--exclude and --include are rules on keys below SRC, in their order: the last that"
                    + " matches decides. * stands for any characters, / too."
        })
final class CopyCommand implements Callable<Integer> {
    private final GlobalOptions options;
    private final List<KeyRules.Rule> rules = new ArrayList<>();

    @Spec private CommandSpec spec;

    @Mixin private S3Flags s3;

    @Parameters(index = "0", paramLabel = "SRC", description = "folder or s3://bucket/prefix")
    private String from;

    @Parameters(index = "1", paramLabel = "DST", description = "folder or s3://bucket/prefix")
    private String to;

    @Option(
            names = "--include",
            paramLabel = "PATTERN",
            parameterConsumer = InOrder.class,
            description = "keys that are copied, where an earlier rule excluded them")
    @SuppressWarnings("UnusedVariable") // InOrder keeps them, with those of --exclude
    private @Nullable List<String> include;

    @Option(
            names = "--exclude",
            paramLabel = "PATTERN",
            parameterConsumer = InOrder.class,
            description = "keys that are not copied")
    @SuppressWarnings("UnusedVariable") // InOrder keeps them, with those of --include
    private @Nullable List<String> exclude;

    @Option(
            names = "--files-at-once",
            paramLabel = "N",
            description = "files copied at the same time (LODE_COPY_FILES)")
    private Optional<String> atOnce = Optional.empty();

    @Option(
            names = "--dry-run",
            description = "show how many files and bytes would be copied; write nothing")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    CopyCommand(GlobalOptions options) {
        this.options = options;
    }

    /// Keeps rules of both kinds in the order in which they were given.
    static final class InOrder implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            if (words.isEmpty()) {
                throw new picocli.CommandLine.ParameterException(
                        command.commandLine(),
                        "Missing required parameter for option " + option.paramLabel());
            }
            boolean includes =
                    ((picocli.CommandLine.Model.OptionSpec) option)
                            .longestName()
                            .equals("--include");
            ((CopyCommand) command.userObject())
                    .rules.add(new KeyRules.Rule(includes, KeyRules.KeyPattern.of(words.pop())));
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        var given = new java.util.EnumMap<Setting, String>(Setting.class);
        atOnce.ifPresent(text -> given.put(Setting.COPY_FILES, text));
        var workplace = new Workplace(options, s3.settings(given));
        var sources = new Sources(workplace.settings());
        var source = PlaceAddress.parse(from);
        var target = PlaceAddress.parse(to);
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try (var here = sources.place(source, Path.of(""));
                var there = sources.place(target, Path.of(""));
                var progress = workplace.progress(out, err)) {
            if (here.name().equals(there.name())) {
                throw LodeException.usage(
                        "\"" + here.name() + "\": is source and destination; nothing was copied");
            }
            if (there instanceof FolderPlace folder && !dryRun) {
                folder.made();
            }
            var report =
                    new Copying(
                                    here,
                                    there,
                                    new KeyRules(rules),
                                    workplace.settings().number(Setting.COPY_FILES, 1, 64),
                                    Retry.of(workplace.retryPolicy(), new Random()),
                                    progress.listener(),
                                    dryRun)
                            .run();
            report.reasons().forEach(err::println);
            progress.json().ifPresent(json -> json.summary(report.summary()));
            if (progress.json().isEmpty() && !options.quiet()) {
                out.println(sentence(report, here.name(), there.name()));
            }
            return report.exitCode();
        }
    }

    private String sentence(CopyReport report, String here, String there) {
        return here
                + " -> "
                + there
                + ": "
                + Words.count(report.copied())
                + (dryRun ? " files would be copied (" : " files copied (")
                + Words.size(report.copiedBytes())
                + (report.inStore() > 0
                        ? ", " + Words.count(report.inStore()) + " inside the store"
                        : "")
                + "), "
                + Words.count(report.skipped())
                + " were there ("
                + Words.size(report.skippedBytes())
                + "), "
                + Words.count(report.listed())
                + " looked at"
                + (report.gone() > 0 ? ", " + Words.count(report.gone()) + " gone meanwhile" : "")
                + (report.failed() > 0
                        ? ", "
                                + Words.count(report.failed())
                                + " failed; the same command tries these again"
                        : "");
    }
}
