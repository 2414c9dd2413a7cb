package dev.pathline.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Priority;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TurnTest {

    private static final Instant START = Instant.EPOCH;

    @Test
    void shouldLetAShortJobPassLongOnesThatCameLittleBefore() {
        Instant longJob = turn(Priority.NORMAL, null, 0, 2000);

        assertThat(turn(Priority.NORMAL, null, 1900, 20)).isBefore(longJob);
        assertThat(turn(Priority.NORMAL, null, 1990, 20)).isAfter(longJob);
    }

    @Test
    void shouldLetTheUrgentPassWithinTheOthersPatience() {
        Instant normal = turn(Priority.NORMAL, null, 0, 0);
        long patience = Priority.NORMAL.patience().toMillis();

        assertThat(turn(Priority.INTERACTIVE, null, patience - 1, 0)).isBefore(normal);
        assertThat(turn(Priority.INTERACTIVE, null, patience + 1, 0)).isAfter(normal);
    }

    @Test
    void shouldBeEarlyEnoughForADeadline() {
        assertThat(turn(Priority.BATCH, 3000L, 0, 1000)).isEqualTo(START.plusMillis(2000));
        assertThat(turn(Priority.INTERACTIVE, 90_000L, 0, 1000)).isEqualTo(START.plusMillis(1000));
    }

    @Test
    void shouldLetAPairGoTogetherAndKeepItsDeadline() {
        var terms = new JobTerms(Priority.NORMAL, null, null, Precision.AUTO, false);
        assertThat(Turn.together(terms, START, Duration.ofMillis(1000)))
                .isEqualTo(Turn.together(terms, START, Duration.ofMillis(10)));
        var soon = new JobTerms(Priority.BATCH, 3000L, null, Precision.AUTO, false);
        assertThat(Turn.together(soon, START, Duration.ofMillis(1000))).isEqualTo(START.plusMillis(2000));
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "1,1,1", "2,2,2", "3,3,3", "4,4,4", "5,6,4", "7,8,6", "9,12,8", "13,16,12", "64,64,64",
        "65,96,64", "100,128,96"})
    void shouldFillUpToFewSizesOnCuda(int rows, int size, int fitting) {
        assertThat(BatchSize.BUCKETS.of(rows)).isEqualTo(size);
        assertThat(BatchSize.BUCKETS.fitting(rows)).isEqualTo(fitting);
        assertThat(BatchSize.EXACT.of(rows)).isEqualTo(rows);
        assertThat(BatchSize.EXACT.fitting(rows)).isEqualTo(rows);
    }

    private static Instant turn(Priority priority, @Nullable Long deadlineMs, long afterMs, long aloneMs) {
        var terms = new JobTerms(priority, deadlineMs, null, Precision.AUTO, false);
        return Turn.of(terms, START.plusMillis(afterMs), Duration.ofMillis(aloneMs));
    }
}
