package dev.lode.cli;

import dev.lode.core.ErrorKind;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.Callable;

/// `lode` without a verb: shows the help and counts as wrong usage.
@Command(
        name = "lode",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisHeading =
                "lode moves bulk public data into PostgreSQL: exactly once, and safe to stop at any"
                        + " time.%n%nUsage: ",
        customSynopsis = "lode [OPTION]... VERB [WORD]...",
        optionListHeading = "%nOptions of all verbs:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:data: a limit was exceeded or a check failed",
            "2:usage: an option, a setting or a pack is wrong",
            "3:remote: the source or the network failed",
            "4:resource: disk, database, permissions, or held by another run",
            "5:done, with rejects within the limit or keys left NOT VALID",
            "70:a bug in Lode",
            "130, 143:interrupted; the line to go on was printed"
        })
final class RootCommand implements Callable<Integer> {
    @Mixin private final GlobalOptions options;

    @Spec private @Nullable CommandSpec spec;

    RootCommand(GlobalOptions options) {
        this.options = options;
    }

    /// What all verbs share.
    GlobalOptions options() {
        return options;
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return ErrorKind.USAGE.exitCode();
    }

    /// The version from the jar, with the Java that runs it.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"lode " + number() + " (Java " + Runtime.version() + ")"};
        }

        static String number() {
            try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
                Properties properties = new Properties();
                if (in != null) {
                    properties.load(in);
                }
                return properties.getProperty("version", "unknown");
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
