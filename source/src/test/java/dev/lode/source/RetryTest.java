package dev.lode.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

class RetryTest {
    private final List<Duration> waits = new ArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void triesAgainUntilItSucceeds() throws Exception {
        assertThat(
                        retry(4).call(
                                        () -> {
                                            if (attempts.incrementAndGet() < 4) {
                                                throw LodeException.remote("cut");
                                            }
                                            return "done";
                                        }))
                .isEqualTo("done");
        assertThat(attempts).hasValue(4);
    }

    @Test
    void waitsDoubleWithinTheirJitterUpToTheLongest() {
        fail(retry(7), LodeException.remote("cut"));
        long[] planned = {100, 200, 400, 800, 1_000, 1_000};
        assertThat(waits).hasSize(planned.length);
        for (int i = 0; i < planned.length; i++) {
            assertThat(waits.get(i).toMillis()).isBetween(planned[i] / 2, planned[i]);
        }
    }

    @Test
    void givesUpWithTheLastFailureAndTheCount() {
        assertThatThrownBy(() -> retry(3).call(this::cut))
                .hasMessage("cut; tried 3 times")
                .hasRootCauseMessage("cut");
        assertThat(attempts).hasValue(3);
    }

    @Test
    void passesOtherKindsThroughAtOnce() {
        for (var error :
                List.of(
                        LodeException.usage("u"),
                        LodeException.data("d"),
                        LodeException.resource("r"))) {
            assertThatThrownBy(() -> fail(retry(3), error)).isSameAs(error);
        }
        assertThat(waits).isEmpty();
    }

    @Test
    void comesBackNoSoonerThanAsked() {
        var asked = new RetryAfterException(Duration.ofMillis(900), new IOException("503"));
        fail(retry(2), LodeException.remote("busy", asked));
        assertThat(waits).containsExactly(Duration.ofMillis(900));
    }

    @Test
    void comesBackNoLaterThanTheLongestWait() {
        var asked = new RetryAfterException(Duration.ofHours(9), new IOException("503"));
        fail(retry(2), LodeException.remote("busy", asked));
        assertThat(waits).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void progressBeginsTheCountAgain() throws Exception {
        var series = retry(3).begin();
        for (int i = 0; i < 10; i++) {
            series.failed(LodeException.remote("cut"));
            series.failed(LodeException.remote("cut"));
            series.progressed();
        }
        series.failed(LodeException.remote("cut"));
        series.failed(LodeException.remote("cut"));
        assertThatThrownBy(() -> series.failed(LodeException.remote("cut")))
                .hasMessage("cut; tried 3 times");
    }

    @Test
    void interruptDuringAWaitEndsIt() {
        var interrupted =
                new Retry(
                        policy(3),
                        _ -> {
                            throw new InterruptedException();
                        },
                        new Random(1));
        assertThatThrownBy(() -> interrupted.call(this::cut))
                .isInstanceOf(InterruptedException.class);
        assertThat(attempts).hasValue(1);
    }

    private String cut() {
        attempts.incrementAndGet();
        throw LodeException.remote("cut");
    }

    private static void fail(Retry retry, LodeException error) {
        assertThatThrownBy(
                        () ->
                                retry.call(
                                        () -> {
                                            throw error;
                                        }))
                .isInstanceOf(LodeException.class);
        if (error.kind() != dev.lode.core.ErrorKind.REMOTE) {
            throw error;
        }
    }

    private Retry retry(int times) {
        return new Retry(policy(times), waits::add, new Random(1));
    }

    private static RetryPolicy policy(int times) {
        return new RetryPolicy(times, Duration.ofMillis(100), Duration.ofSeconds(1));
    }
}
