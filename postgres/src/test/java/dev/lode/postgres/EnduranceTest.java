package dev.lode.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.event.RunEvent;

import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

class EnduranceTest {
    private final List<RunEvent> notes = new ArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final Endurance alone =
            new Endurance(Optional::empty, Duration.ofMillis(500), notes::add, () -> {});
    private final Endurance endurance = alone.ofOneRun();

    private int away() throws SQLException {
        attempts.incrementAndGet();
        throw new SQLException("refused", "08001");
    }

    @Test
    void stepsOfNoRunWaitEachByItself() {
        assertThatThrownBy(() -> alone.through("one", this::away)).hasMessage("refused");
        int first = attempts.get();

        assertThatThrownBy(() -> alone.through("two", this::away)).hasMessage("refused");

        assertThat(attempts.get()).isGreaterThan(first + 1);
        assertThat(notes).hasSize(2);
    }

    @Test
    void aServerThatStaysAwayIsWaitedForOnceByTheStepsOfARun() {
        assertThatThrownBy(() -> endurance.through("one", this::away)).hasMessage("refused");
        int first = attempts.get();
        assertThat(first).isGreaterThan(1);

        assertThatThrownBy(() -> endurance.through("two", this::away)).hasMessage("refused");

        assertThat(attempts).hasValue(first + 1);
        assertThat(notes).hasSize(1);
    }

    @Test
    void aStepThatIsDoneEndsTheOutage() throws Exception {
        assertThatThrownBy(() -> endurance.through("one", this::away)).hasMessage("refused");
        assertThat(endurance.<Integer>through("two", () -> 2)).isEqualTo(2);
        attempts.set(0);

        assertThatThrownBy(() -> endurance.through("three", this::away)).hasMessage("refused");

        assertThat(attempts.get()).isGreaterThan(1);
        assertThat(notes).hasSize(2);
    }

    @Test
    void whoWasToldToStopWaitsNoLonger() {
        endurance.giveUp();

        assertThatThrownBy(() -> endurance.through("one", this::away)).hasMessage("refused");

        assertThat(attempts).hasValue(1);
    }
}
