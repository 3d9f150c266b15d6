package dev.lode.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

final class FittingNameTest {
    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void aNameThatFitsIsKept() {
        assertThat(FittingName.of("in/a.json", ".error.json")).isEqualTo("in/a.json.error.json");
        assertThat(FittingName.of("x".repeat(244), ".error.json"))
                .isEqualTo("x".repeat(244) + ".error.json");
        assertThat(FittingName.of("long/".repeat(100) + "a", "~1"))
                .isEqualTo("long/".repeat(100) + "a~1");
    }

    @Test
    void aMarkStandsBeforeTheEndings() {
        assertThat(FittingName.marked("in.d/a.json.gz", "~2")).isEqualTo("in.d/a~2.json.gz");
        assertThat(FittingName.marked("in.d/a", "~2")).isEqualTo("in.d/a~2");
        assertThat(FittingName.marked(".hidden", "~2")).isEqualTo(".hidden~2");
        assertThat(FittingName.marked("a." + "b".repeat(70), "~2"))
                .isEqualTo("a." + "b".repeat(70) + "~2");
    }

    @Test
    void aNameThatIsTooLongKeepsItsBeginningAndEndingAndStaysApart() {
        var one = FittingName.of("in/" + "x".repeat(254) + "1", ".error.json");
        var two = FittingName.of("in/" + "x".repeat(254) + "2", ".error.json");
        assertThat(one).startsWith("in/xxx").endsWith(".error.json").isNotEqualTo(two);
        assertThat(bytes(one)).isEqualTo("in/".length() + 255);
        assertThat(bytes(FittingName.marked("x".repeat(250) + ".json", "~12.3"))).isEqualTo(255);
        assertThat(FittingName.marked("x".repeat(250) + ".json", "~2")).endsWith("~2.json");
    }

    @Test
    void noCharacterIsCutInTwo() {
        for (var wide : new String[] {"é", "日", "🚧"}) {
            var name = FittingName.of("x" + wide.repeat(90), ".error.json" + "y".repeat(40));
            assertThat(bytes(name)).isLessThanOrEqualTo(255);
            assertThat(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(name);
            assertThat(name).startsWith("x" + wide).doesNotContain("?");
        }
    }
}
