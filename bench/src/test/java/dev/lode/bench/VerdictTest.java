package dev.lode.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class VerdictTest {
    @Test
    void theLineHoldsMedianSpreadTargetAndWhetherItHolds() {
        var verdict = measured(Target.ratio(0.35, 0.30), 0.35, 0.29, 0.31);

        assertThat(verdict.line()).isEqualTo("load value 0.31 (0.29-0.35) target <=0.35 ok");
        assertThat(verdict.exitCode()).isZero();
    }

    @Test
    void aMedianBeyondTheTargetIsAMiss() {
        var verdict = measured(Target.ratio(0.35, 0.30), 0.36, 0.34, 0.40);

        assertThat(verdict.line()).isEqualTo("load value 0.36 (0.34-0.40) target <=0.35 miss");
        assertThat(verdict.exitCode()).isEqualTo(1);
    }

    @Test
    void whatIsWrittenAsTheTargetHoldsIt() {
        assertThat(Target.ratio(0.35, 0.30).holds(0.3549)).isTrue();
        assertThat(Target.ratio(0.35, 0.30).holds(0.3551)).isFalse();
    }

    @Test
    void secondsAndMemoryCarryTheirUnits() {
        assertThat(measured(Target.seconds(1.5), 1.2).line())
                .isEqualTo("load value 1.20s (1.20s-1.20s) target <=1.50s ok");
        assertThat(measured(Target.mebibytes(900), 912.4).line())
                .isEqualTo("load value 912MiB (912MiB-912MiB) target <=900MiB miss");
    }

    @Test
    void whatIsSkippedSaysWhy() {
        var verdict = new Verdict.Skipped("load", "pgloader is not installed");

        assertThat(verdict.line()).isEqualTo("load skipped: pgloader is not installed");
        assertThat(verdict.exitCode()).isEqualTo(3);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Spread.of(4, 1, 2, 3)).isEqualTo(new Spread(2.5, 1, 4));
    }

    @Test
    void aStretchIsNotMoreThanItsTarget() {
        assertThatThrownBy(() -> Target.ratio(0.3, 0.4))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Verdict measured(Target target, double... values) {
        return new Verdict.Measured("load", Spread.of(values), target, List.of());
    }
}
