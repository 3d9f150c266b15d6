package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.engine.load.DatasetLoad;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/// `lode check`: packs and settings, without touching anything.
@Command(
        name = "check",
        description = "Checks packs for mistakes, or shows the settings and where each came from.")
final class CheckCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Option(names = "--settings", description = "shows every setting, its value and its origin")
    private boolean settings;

    @Parameters(paramLabel = "DATASET", arity = "0..1", description = "all packs by default")
    private @Nullable String dataset;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    CheckCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var workplace = new Workplace(options);
        if (settings) {
            var sink = output.format(options).sink(spec.commandLine().getOut());
            sink.columns(List.of("setting", "value", "from", "meaning"));
            for (var setting : Setting.values()) {
                var value = workplace.settings().value(setting);
                sink.row(
                        List.of(
                                setting.key(),
                                value.map(v -> setting.secret() ? "***" : v.text()).orElse(""),
                                value.map(v -> v.origin()).orElse(""),
                                setting.meaning()));
            }
            sink.finish();
            return 0;
        }
        var packs = dataset == null ? workplace.packs().all() : List.of(workplace.pack(dataset));
        for (var pack : packs) {
            var script = DatasetLoad.script(pack);
            spec.commandLine()
                    .getOut()
                    .println(
                            pack.dataset()
                                    + ": "
                                    + pack.tables().size()
                                    + " tables, "
                                    + pack.documents()
                                            .map(
                                                    documents ->
                                                            documents.tables().size()
                                                                    + " of JSON files, ")
                                            .orElse("")
                                    + script.late().size()
                                    + " indexes and foreign keys, no mistake found");
        }
        return 0;
    }
}
