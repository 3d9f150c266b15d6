package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.pack.Pack;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode services status|stop|start`: what a load does with services, by hand.
@Command(
        name = "services",
        description = {
            "Handles the services that a load of a dataset stops, as its pack or lode.yaml declares"
                    + " them.",
            "status: shows each and whether it runs. stop: stops those that run, until lode"
                    + " services start.",
            "start: starts again what was stopped by hand, or by a run that died."
        })
final class ServicesCommand implements Callable<Integer> {
    private static final List<String> ACTIONS = List.of("status", "stop", "start");

    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private TableOutput output;

    @Parameters(index = "0", paramLabel = "status|stop|start", description = "what to do")
    private String action;

    @Parameters(index = "1", paramLabel = "DATASET", description = "whose services")
    private String dataset;

    @Option(
            names = "--compose-folder",
            paramLabel = "DIR",
            description = "where their docker compose file is (LODE_COMPOSE_FOLDER)")
    private Optional<String> composeFolder = Optional.empty();

    @Option(names = "--dry-run", description = "show what would be stopped or started")
    private boolean dryRun;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    ServicesCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!ACTIONS.contains(action)) {
            throw LodeException.usage(
                    "lode services: \""
                            + action
                            + "\" is unknown: expected status, stop or start"
                            + Suggestion.hint(action, ACTIONS));
        }
        var flags = new EnumMap<Setting, String>(Setting.class);
        composeFolder.ifPresent(text -> flags.put(Setting.COMPOSE_FOLDER, text));
        var workplace = new Workplace(options, flags);
        var pack = workplace.pack(dataset);
        if (action.equals("status") || dryRun) {
            return status(workplace, pack);
        }
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try (var progress = workplace.progress(out, err)) {
            var services = workplace.servicesByHand(pack, progress.listener());
            if (action.equals("stop")) {
                var stopped = services.stop();
                err.println(
                        stopped.isEmpty()
                                ? "none of them runs; nothing was stopped"
                                : "stopped "
                                        + String.join(", ", stopped)
                                        + "; lode services start "
                                        + dataset
                                        + " starts them again");
                return 0;
            }
            var failures = services.start();
            return failures.isEmpty() ? 0 : ErrorKind.RESOURCE.exitCode();
        }
    }

    private int status(Workplace workplace, Pack pack) throws InterruptedException {
        var lines = workplace.servicesByHand(pack, event -> {}).status();
        var sink = output.format(options).sink(spec.commandLine().getOut());
        sink.columns(List.of("group", "service", "state", "journal"));
        lines.forEach(
                line ->
                        sink.row(
                                List.of(
                                        line.group(),
                                        line.service(),
                                        line.state(),
                                        line.journal())));
        sink.finish();
        return 0;
    }
}
