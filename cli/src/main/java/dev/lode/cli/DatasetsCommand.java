package dev.lode.cli;

import dev.lode.core.pack.Pack;
import dev.lode.core.pack.document.DocumentSpec;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/// `lode datasets`: the packs, or the tables of one.
@Command(
        name = "datasets",
        description = "Lists the datasets that can be loaded, or the tables of one.")
final class DatasetsCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Parameters(paramLabel = "DATASET", arity = "0..1", description = "shows its tables")
    private @Nullable String dataset;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    DatasetsCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var packs = new Workplace(options).packs();
        var sink = output.format(options).sink(spec.commandLine().getOut());
        if (dataset == null) {
            sink.columns(List.of("dataset", "title", "tables", "schema", "licence"));
            for (var pack : packs.all()) {
                sink.row(
                        List.of(
                                pack.dataset(),
                                pack.title(),
                                String.valueOf(pack.tables().size() + documentTables(pack).size()),
                                pack.schema(),
                                pack.licence()));
            }
        } else {
            sink.columns(List.of("table", "item", "mode", "key", "version"));
            for (var table : packs.pack(dataset).tables()) {
                sink.row(
                        List.of(
                                table.table(),
                                table.item(),
                                table.mode().name().toLowerCase(java.util.Locale.ROOT),
                                String.join(", ", table.key()),
                                table.version().orElse("")));
            }
            for (var table : documentTables(packs.pack(dataset))) {
                sink.row(List.of(table, "JSON files", "once", "", ""));
            }
        }
        sink.finish();
        return 0;
    }

    private static List<String> documentTables(Pack pack) {
        return pack.documents().map(DocumentSpec::tables).orElse(List.of());
    }
}
