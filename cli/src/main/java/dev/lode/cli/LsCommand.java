package dev.lode.cli;

import dev.lode.engine.plan.Listed;
import dev.lode.engine.plan.SnapshotChooser;
import dev.lode.source.Retry;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/// `lode ls`: what the source has.
@Command(
        name = "ls",
        description =
                "Lists the snapshots of a dataset's source, newest first; --files lists the files"
                        + " of all.")
final class LsCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Mixin private S3Flags s3;

    @Parameters(paramLabel = "DATASET", description = "whose source")
    private String dataset;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "a folder instead of the pack's source")
    private Optional<Path> from = Optional.empty();

    @Option(names = "--files", description = "every key with size, date and version")
    private boolean files;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    LsCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options, s3.settings());
        var pack = workplace.pack(dataset);
        try (var source = new Sources(workplace.settings()).open(pack, from)) {
            var items = Retry.of(workplace.retryPolicy(), new Random()).call(source::list);
            var sink = output.format(options).sink(spec.commandLine().getOut());
            long limit = output.limit(0);
            long shown = 0;
            if (files) {
                sink.columns(List.of("name", "bytes", "modified", "version"));
                for (var item : items) {
                    if (limit > 0 && shown++ == limit) {
                        break;
                    }
                    sink.row(
                            List.of(
                                    item.name(),
                                    String.valueOf(item.size()),
                                    item.lastModified().toString(),
                                    item.versionTag()));
                }
            } else {
                sink.columns(List.of("snapshot", "tables", "of", "bytes"));
                var listed =
                        items.stream().map(item -> new Listed(item.name(), item.size())).toList();
                for (var date : new SnapshotChooser(pack).dates(listed)) {
                    if (limit > 0 && shown++ == limit) {
                        break;
                    }
                    sink.row(
                            List.of(
                                    date.date().toString(),
                                    String.valueOf(date.tables()),
                                    String.valueOf(pack.tables().size()),
                                    String.valueOf(date.size())));
                }
            }
            sink.finish();
            spec.commandLine().getErr().println(source.name() + ": " + items.size() + " keys");
        }
        return 0;
    }
}
