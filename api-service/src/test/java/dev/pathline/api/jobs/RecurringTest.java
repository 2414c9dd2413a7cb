package dev.pathline.api.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class RecurringTest {

    private static final Duration OFTEN = Duration.ofMillis(2);

    private final AtomicInteger times = new AtomicInteger();

    private void awaitTimes(int count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> times.get() >= count);
    }

    @Test
    void shouldGoOnAfterATimeThatFailedAndTellARowOfFailuresOnce(CapturedOutput output) {
        // Times 1, 2 and 3 fail, 4 works, and from 5 on they fail again.
        var recurring = new Recurring("count the beans", () -> {
            if (times.incrementAndGet() != 4) {
                throw new IllegalStateException("no beans");
            }
        }, Duration.ZERO, OFTEN);
        awaitTimes(12);
        recurring.destroy();

        assertThat(output.toString().split("could not count the beans", -1)).hasSize(3);
        assertThat(output).contains("no beans").doesNotContain("\tat ");
    }

    @Test
    void shouldBeginAtOnceWhereThatIsWanted() {
        var recurring = new Recurring("wait", times::incrementAndGet, Duration.ZERO, Duration.ofDays(1));
        awaitTimes(1);
        recurring.destroy();
    }
}
