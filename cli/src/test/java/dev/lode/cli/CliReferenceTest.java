package dev.lode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lode.cli.settings.Setting;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The reference of the command is what the command itself says. To write it anew after a change:
/// `./mvnw -pl cli -am test -Dtest=CliReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
/// -Dlode.write-docs=true`.
class CliReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/cli.md");

    @Test
    void referencePageIsWhatTheCommandSays() throws IOException {
        var page = page();
        if (Boolean.getBoolean("lode.write-docs")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        var page = new StringBuilder("# The command\n\n");
        page.append("Written by `CliReferenceTest` from what `lode VERB --help` says.\n\n");
        page.append("```text\n").append(help(List.of("--help"))).append("```\n");
        for (var verb : Verb.all()) {
            page.append("\n## lode ").append(verb.name()).append("\n\n```text\n");
            String help = help(List.of(verb.name(), "--help"));
            page.append(help).append("```\n");
            for (var sub : commands(help)) {
                page.append("\n### lode ").append(verb.name()).append(' ').append(sub);
                page.append("\n\n```text\n");
                page.append(help(List.of(verb.name(), sub, "--help"))).append("```\n");
            }
        }
        page.append("\n## Settings\n\n");
        page.append("Flag, then environment, then `.env`, then `lode.yaml`, then the default.");
        page.append(" `lode check --settings` shows where each value came from.\n\n");
        page.append("| setting | environment | default | meaning |\n|---|---|---|---|\n");
        for (var setting : Setting.values()) {
            page.append("| `").append(setting.key()).append("` | `");
            page.append(String.join("`, `", setting.environment())).append("` | ");
            page.append(setting.absent()).append(" | ").append(setting.meaning()).append(" |\n");
        }
        return page.toString();
    }

    /// The verbs that a verb has of its own.
    private static List<String> commands(String help) {
        int start = help.indexOf("\nCommands:\n");
        return start < 0
                ? List.of()
                : Pattern.compile("(?m)^  ([a-z][a-z-]*)  ")
                        .matcher(help.substring(start))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
    }

    private static String help(List<String> words) {
        // Not the width of whatever terminal the build runs in.
        System.setProperty("picocli.usage.width", "80");
        var out = new StringWriter();
        var writer = new PrintWriter(out);
        new Lode(Verb.all(), writer, writer).run(words);
        writer.flush();
        return out.toString().replace("\r\n", "\n").replaceAll("(?m) +$", "");
    }
}
