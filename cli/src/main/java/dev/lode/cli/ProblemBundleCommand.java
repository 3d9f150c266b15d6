package dev.lode.cli;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;
import dev.lode.core.place.KeyRules.KeyPattern;
import dev.lode.engine.intake.FailedFiles;
import dev.lode.engine.intake.ProblemBundle;
import dev.lode.postgres.TargetDatabase;
import dev.lode.postgres.intake.FailedFile;
import dev.lode.store.Disk;
import dev.lode.store.place.FolderPlace;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `lode problem-bundle`: what a bug report about a file needs.
@Command(
        name = "problem-bundle",
        description =
                "Packs a failed file, its reason, the pack and the versions of everything into one"
                        + " zip file for a bug report. Look into it before you send it: it holds"
                        + " your data.")
final class ProblemBundleCommand implements Callable<Integer> {
    private final GlobalOptions options;

    @Spec private CommandSpec spec;

    @Mixin private S3Flags s3;

    @Mixin private PlaceFlags at;

    @Parameters(index = "0", paramLabel = "FILE", description = "key that it arrived under")
    private String file;

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "DATASET",
            description = "whose file")
    private String dataset;

    @Option(
            names = "--out",
            paramLabel = "ZIP",
            description = "where to write it; problem-FILE.zip in this folder by default")
    private Optional<Path> zip = Optional.empty();

    @SuppressWarnings("NullAway.Init") // picocli fills the fields before the command runs
    ProblemBundleCommand(GlobalOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var workplace = new Workplace(options, s3.settings(at.settings()));
        var pack = workplace.pack(dataset);
        try (var places = new Intake(workplace, pack).places();
                var database = workplace.database(pack.schema())) {
            var target = new TargetDatabase(database.connections(), database.where());
            var failed =
                    new FailedFiles(target.intake(dataset), places)
                            .find(KeyPattern.of("*"), Optional.empty());
            var found =
                    failed.stream()
                            .filter(one -> one.key().equals(file) || one.target().equals(file))
                            .reduce((_, later) -> later)
                            .orElseThrow(
                                    () ->
                                            LodeException.usage(
                                                    "\""
                                                            + file
                                                            + "\": is not among the "
                                                            + failed.size()
                                                            + " failed files of "
                                                            + dataset
                                                            + " from "
                                                            + places.incoming().name()
                                                            + Suggestion.hint(
                                                                    file,
                                                                    failed.stream()
                                                                            .map(FailedFile::key)
                                                                            .toList())
                                                            + "; lode status "
                                                            + dataset
                                                            + " lists them; give the --incoming,"
                                                            + " --processed and --failed that"
                                                            + " their watch was given"));
            var path =
                    zip.orElseGet(
                                    () ->
                                            Path.of(
                                                    "problem-"
                                                            + found.key().replace('/', '_')
                                                            + ".zip"))
                            .toAbsolutePath();
            var folder = Disk.folderOf(path);
            long size =
                    new ProblemBundle(
                                    pack,
                                    places,
                                    String.valueOf(target.server().version()),
                                    RootCommand.Version.number())
                            .write(
                                    found,
                                    new FolderPlace(folder, Disk.LOCAL),
                                    String.valueOf(path.getFileName()));
            spec.commandLine().getOut().println(path + ": " + size + " bytes");
        }
        return 0;
    }
}
