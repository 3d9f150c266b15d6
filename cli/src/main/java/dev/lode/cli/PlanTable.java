package dev.lode.cli;

import dev.lode.cli.output.TableFormat;
import dev.lode.cli.progress.Words;
import dev.lode.store.Snapshot;

import picocli.CommandLine.Model.CommandSpec;

import java.util.List;

/// What a fetch and a load would do, as a table.
final class PlanTable {
    private final Workplace workplace;
    private final GlobalOptions options;
    private final CommandSpec spec;

    PlanTable(Workplace workplace, GlobalOptions options, CommandSpec spec) {
        this.workplace = workplace;
        this.options = options;
        this.spec = spec;
    }

    void print(RemoteSnapshot remote) {
        var root = workplace.dataRoot();
        var manifest = new Snapshot(root, remote.id()).manifest();
        var out = spec.commandLine().getOut();
        var sink = (options.json() ? TableFormat.JSON : TableFormat.TABLE).sink(out);
        sink.columns(List.of("table", "file", "bytes", "mode", "state"));
        long toFetch = 0;
        var items = remote.items();
        for (int i = 0; i < items.size(); i++) {
            var item = items.get(i);
            var part = remote.chosen().parts().get(i);
            boolean there =
                    manifest.entry(item.name())
                            .filter(
                                    entry ->
                                            entry.size() == item.size()
                                                    && entry.versionTag().equals(item.versionTag()))
                            .isPresent();
            toFetch += there ? 0 : item.size();
            sink.row(
                    List.of(
                            part.table().table(),
                            item.name(),
                            String.valueOf(item.size()),
                            part.table().mode().name().toLowerCase(java.util.Locale.ROOT),
                            there ? "fetched" : "to fetch"));
        }
        sink.finish();
        if (!options.json()) {
            remote.chosen().skipped().forEach(out::println);
            out.println(
                    "snapshot "
                            + remote.chosen().date()
                            + ": "
                            + items.size()
                            + " files, "
                            + Words.size(remote.chosen().size())
                            + ", of which "
                            + Words.size(toFetch)
                            + " to fetch into "
                            + root.path()
                            + " ("
                            + root.space()
                            + "); nothing was written");
        }
    }
}
