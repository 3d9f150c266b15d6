package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class DocumentsTest {
    private static final Pattern LINK =
            Pattern.compile("(?<!!)\\[[^\\]]*]\\(([^)#\\s]+)(#[^)]*)?\\)");

    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9-]+");

    private static final Pattern LODE_VERB =
            Pattern.compile("(?:\\./)?lode ([a-z]+(?:-[a-z]+)*)\\b.*");

    @Test
    void everyLinkInsideTheProjectLeadsSomewhere() {
        assertThat(Checkout.filesEndingIn(".md").stream().flatMap(DocumentsTest::deadLinks))
                .isEmpty();
    }

    @Test
    void aDeadLinkIsSeen() {
        assertThat(
                        deadLinks(
                                Path.of("README.md").toAbsolutePath(),
                                "see [it](no/such.md) and [that](https://a.org)"))
                .hasSize(1);
    }

    /// What a newcomer types first is what is run for every change. The list says where.
    @Test
    void everyCommandOfTheReadmeIsRunForEveryChange() {
        Map<String, Proof> proofs = Proof.all();

        assertThat(commands(Checkout.text(Checkout.root().resolve("README.md"))))
                .contains("./lode demo", "./mvnw verify")
                .filteredOn(DocumentsTest::isThere)
                .allSatisfy(command -> assertThat(proofs).containsKey(command));
    }

    /// A verb counts from the moment when the command line knows it.
    private static boolean isThere(String command) {
        Matcher lode = LODE_VERB.matcher(command);
        String verbs =
                Checkout.text(Checkout.root().resolve("cli/src/main/java/dev/lode/cli/Verb.java"));
        return !lode.matches() || verbs.contains("\"" + lode.group(1) + "\"");
    }

    @Test
    void everyLodeLineInTheDocumentsIsOneThatTheReferenceKnows() {
        String reference = Checkout.text(Checkout.root().resolve("docs/reference/cli.md"));

        assertThat(
                        Checkout.filesEndingIn(".md").stream()
                                .flatMap(
                                        file ->
                                                unknownTo(reference, Checkout.text(file))
                                                        .map(
                                                                line ->
                                                                        Checkout.name(file)
                                                                                + ": "
                                                                                + line)))
                .isEmpty();
    }

    @Test
    void aLineWithAnUnknownVerbOrOptionIsSeen() {
        String reference = "## lode sync\n--tables=TABLE\n## lode ls\n--files\n## Settings\n";

        assertThat(
                        unknownTo(
                                reference,
                                "```sh\n"
                                        + "./lode sync x --tables a\n"
                                        + "lode sync x --files\n"
                                        + "lode sink x\n"
                                        + "```\n"))
                .containsExactly("lode sync x --files", "lode sink x");
    }

    /// The command lines whose verb or options the reference does not show.
    private static Stream<String> unknownTo(String reference, String markdown) {
        return commands(markdown).stream()
                .filter(
                        command -> {
                            Matcher lode = LODE_VERB.matcher(command);
                            if (!lode.matches()) {
                                return false;
                            }
                            String section = section(reference, lode.group(1));
                            return section.isEmpty()
                                    || OPTION.matcher(command)
                                            .results()
                                            .anyMatch(option -> !section.contains(option.group()));
                        });
    }

    /// What the reference says of a verb; empty for an unknown one.
    private static String section(String reference, String verb) {
        int start = reference.indexOf("## lode " + verb + "\n");
        int end = reference.indexOf("\n## ", start + 1);
        return start < 0 ? "" : reference.substring(start, end < 0 ? reference.length() : end);
    }

    @Test
    void everyProofHoldsWhatItProves() {
        assertThat(Proof.all().values())
                .allSatisfy(
                        proof -> assertThat(Checkout.text(proof.file())).contains(proof.text()));
    }

    @Test
    void commandsAreTheLinesOfShellBlocksWithoutCommentsAndSettings() {
        assertThat(
                        commands(
                                """
                                ```sh
                                export A=b
                                ./lode demo      # a comment
                                # another

                                ./mvnw verify
                                ```
                                ```yaml
                                a: b
                                ```
                                """))
                .containsExactly("./lode demo", "./mvnw verify");
    }

    /// Where a command of the README is run: the file, and the text in it that runs the command.
    private record Proof(Path file, String text) {
        static Map<String, Proof> all() {
            return Checkout.text(
                            Checkout.root().resolve("house/src/test/resources/readme-commands.txt"))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", 3))
                    .collect(
                            Collectors.toMap(
                                    parts -> parts[0].strip(),
                                    parts ->
                                            new Proof(
                                                    Checkout.root().resolve(parts[1].strip()),
                                                    parts[2].strip())));
        }
    }

    private static List<String> commands(String markdown) {
        List<String> commands = new ArrayList<>();
        boolean shell = false;
        for (String line : markdown.lines().toList()) {
            if (line.startsWith("```")) {
                shell = line.equals("```sh");
            } else if (shell) {
                String command = line.replaceFirst("(^|\\s+)#.*", "").strip();
                if (!command.isEmpty() && !command.startsWith("export ")) {
                    commands.add(command);
                }
            }
        }
        return commands;
    }

    private static Stream<String> deadLinks(Path file) {
        return deadLinks(file, Checkout.text(file));
    }

    private static Stream<String> deadLinks(Path file, String markdown) {
        return LINK.matcher(markdown)
                .results()
                .map(found -> found.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .filter(target -> !Files.exists(file.resolveSibling(target)))
                .map(target -> file.getFileName() + ": " + target);
    }
}
