package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Main;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class FormattingTest {
    @Test
    void everySourceIsFormatted() throws Exception {
        assertThat(unformatted(Checkout.filesEndingIn(".java")))
                .as(
                        "not formatted as google-java-format does in AOSP style; house/format"
                                + " rewrites them")
                .isEmpty();
    }

    @Test
    void anUntidySourceIsNamed(@TempDir Path folder) throws Exception {
        Path untidy =
                Files.writeString(folder.resolve("Untidy.java"), "class Untidy { int  x; }\n");
        Path tidy = Files.writeString(folder.resolve("Tidy.java"), "class Tidy {}\n");

        assertThat(unformatted(List.of(untidy, tidy))).containsExactly(untidy.toString());
    }

    private static List<String> unformatted(List<Path> files) throws Exception {
        StringWriter names = new StringWriter();
        StringWriter errors = new StringWriter();
        Main formatter =
                new Main(
                        new PrintWriter(names, true),
                        new PrintWriter(errors, true),
                        new ByteArrayInputStream(new byte[0]));
        formatter.format(
                Stream.concat(Stream.of("--aosp", "--dry-run"), files.stream().map(Path::toString))
                        .toArray(String[]::new));
        return Stream.concat(names.toString().lines(), errors.toString().lines()).toList();
    }
}
