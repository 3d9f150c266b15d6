package dev.lode.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class DocumentedTest {
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile(
                    "public ((abstract|final|sealed|non-sealed|static)"
                            + " )*(class|record|interface|@interface|enum) .*");

    @Test
    void everyPublicTypeSaysWhatItIs() {
        assertThat(
                        Checkout.filesEndingIn(".java").stream()
                                .filter(file -> Checkout.name(file).contains("/src/main/java/"))
                                .flatMap(
                                        file ->
                                                undocumented(Checkout.text(file).lines().toList())
                                                        .map(
                                                                type ->
                                                                        Checkout.name(file)
                                                                                + ": "
                                                                                + type)))
                .isEmpty();
    }

    @Test
    void aSilentTypeIsNamed() {
        assertThat(
                        undocumented(
                                """
                                import x.Y;

                                @Fast
                                public final class Silent {}
                                """
                                        .lines()
                                        .toList()))
                .containsExactly("public final class Silent {}");
        assertThat(
                        undocumented(
                                List.of(
                                        "/// Says it.",
                                        "@Fast",
                                        "@Slow(",
                                        "    1)",
                                        "public record A() {}")))
                .isEmpty();
    }

    /// The public types of a source above whose annotations there is no `///`.
    private static Stream<String> undocumented(List<String> lines) {
        return IntStream.range(0, lines.size())
                .filter(number -> PUBLIC_TYPE.matcher(lines.get(number).strip()).matches())
                .filter(number -> !isDocumented(lines, number))
                .mapToObj(number -> lines.get(number).strip());
    }

    private static boolean isDocumented(List<String> lines, int type) {
        for (int above = type - 1; above >= 0; above--) {
            String line = lines.get(above).strip();
            if (line.startsWith("///") || line.endsWith("*/")) {
                return true;
            }
            if (line.isEmpty() || line.endsWith(";") || line.endsWith("}")) {
                return false;
            }
        }
        return false;
    }
}
