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

    private static final Pattern LODE_VERB = Pattern.compile("(?:\\./)?lode ([a-z]+)\\b.*");

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
