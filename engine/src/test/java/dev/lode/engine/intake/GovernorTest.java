package dev.lode.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;

class GovernorTest {
    private final Governor governor = new Governor(8, 4, Duration.ofMillis(10));

    private int after(int times, int millis) {
        for (int i = 0; i < times; i++) {
            governor.measured(Duration.ofMillis(millis));
        }
        return governor.allowed();
    }

    @Test
    void workersGrowWhileTheDatabaseIsQuickGiveWayWhenItIsSlowAndComeBack() {
        assertThat(governor.allowed()).isEqualTo(1);
        assertThat(after(9, 5)).isEqualTo(4);
        assertThat(after(60, 5)).isEqualTo(8);
        assertThat(after(2, 200)).isEqualTo(4);
        assertThat(after(20, 200)).isEqualTo(1);
        assertThat(after(6, 5)).isEqualTo(3);
        assertThat(after(30, 5)).isEqualTo(8);
    }

    @Test
    void oneSlowAnswerIsNotEnough() {
        after(60, 5);
        after(1, 500);
        assertThat(after(1, 5)).isEqualTo(8);
    }

    @Test
    void aWindowMayHoldMidnight() {
        var window = Window.parse("22:00-06:00", ZoneOffset.UTC);
        assertThat(window)
                .isEqualTo(new Window(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneOffset.UTC));
        assertThat(window.holds(Instant.parse("2017-11-01T23:30:00Z"))).isTrue();
        assertThat(window.holds(Instant.parse("2017-11-01T06:00:00Z"))).isFalse();
        assertThat(window.holds(Instant.parse("2017-11-01T05:59:59Z"))).isTrue();
    }
}
