package dev.lode.cli;

import dev.lode.core.place.PlaceAddress;
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
                        + " of all. Of s3://bucket/prefix it lists the objects, which proves that"
                        + " the credentials do.")
final class LsCommand implements Callable<Integer> {
    private static final int PAGE = 1000;

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Mixin private S3Flags s3;

    @Parameters(
            paramLabel = "DATASET",
            description = "whose source; or s3://bucket/prefix, or a folder with a / in its name")
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

    /// Page by page, so that the first lines come at once.
    private int place(Workplace workplace) throws InterruptedException {
        var retry = Retry.of(workplace.retryPolicy(), new Random());
        var address = PlaceAddress.parse(dataset);
        try (var place = new Sources(workplace.settings()).place(address, Path.of(""))) {
            var sink = output.format(options).sink(spec.commandLine().getOut());
            sink.columns(List.of("key", "bytes", "modified", "version"));
            long limit = output.limit(0);
            long shown = 0;
            long bytes = 0;
            String after = "";
            while (limit == 0 || shown < limit) {
                String last = after;
                int most = (int) (limit == 0 ? PAGE : Math.min(PAGE, limit - shown));
                var page = retry.call(() -> place.list(last, most));
                for (var file : page) {
                    sink.row(
                            List.of(
                                    file.key(),
                                    String.valueOf(file.size()),
                                    file.modified().toString(),
                                    file.version()));
                    bytes += file.size();
                }
                shown += page.size();
                if (page.size() < most) {
                    break;
                }
                after = page.getLast().key();
            }
            sink.finish();
            spec.commandLine()
                    .getErr()
                    .println(place.name() + ": " + shown + " files, " + bytes + " bytes");
        }
        return 0;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options, s3.settings());
        if (dataset.contains("/")) {
            return place(workplace);
        }
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
