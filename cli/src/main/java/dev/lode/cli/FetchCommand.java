package dev.lode.cli;

import dev.lode.cli.progress.Words;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode fetch`: the files alone.
@Command(
        name = "fetch",
        description =
                "Fetches the newest complete snapshot of a dataset into the data root; goes on"
                        + " where it stopped.")
final class FetchCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private Selection selection;

    @Mixin private S3Flags s3;

    @Parameters(paramLabel = "DATASET", description = "what to fetch")
    private String dataset;

    @Option(
            names = "--rehash",
            description = "read files that are there again, and fetch those whose content changed")
    private boolean rehash;

    @Option(names = "--dry-run", description = "show what would be fetched")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    FetchCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options, s3.settings());
        var pack = workplace.pack(dataset);
        var out = spec.commandLine().getOut();
        try (var source = new Sources(workplace.settings()).open(pack, Optional.empty())) {
            var remote =
                    RemoteSnapshot.choose(
                            workplace, source, pack, selection.tables(pack), selection.date());
            if (dryRun) {
                new PlanTable(workplace, options, spec).print(remote);
                return 0;
            }
            try (var progress = workplace.progress(out, spec.commandLine().getErr())) {
                var report = remote.fetch(progress.listener(), rehash).orThrow();
                progress.json()
                        .ifPresent(
                                json ->
                                        json.summary(
                                                Map.of(
                                                        "dataset", dataset,
                                                        "snapshot",
                                                                remote.chosen().date().toString(),
                                                        "files", report.entries().size(),
                                                        "transferred", report.transferred())));
                if (!options.json()) {
                    out.println(
                            report.entries().size()
                                    + " files of "
                                    + remote.id()
                                    + " are in "
                                    + workplace.dataRoot().raw(remote.id())
                                    + ", "
                                    + Words.size(report.transferred())
                                    + " transferred");
                }
            }
        }
        return 0;
    }
}
