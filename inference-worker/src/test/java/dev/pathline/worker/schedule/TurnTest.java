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

    @ParameterizedTest
    @CsvSource({"1,0,1", "3,0,3", "5,0,6", "7,0,8", "9,0,12", "13,0,16", "64,0,64", "65,0,96", "0,8,8", "2,7,8"})
    void shouldFillUpToFewSizesOnCuda(int rows, int least, int size) {
        assertThat(BatchSize.BUCKETS.of(rows, least)).isEqualTo(size);
        assertThat(BatchSize.EXACT.of(rows, least)).isEqualTo(Math.max(rows, least));
    }

    private static Instant turn(Priority priority, @Nullable Long deadlineMs, long afterMs, long aloneMs) {
        var terms = new JobTerms(priority, deadlineMs, null, Precision.AUTO, false);
        return Turn.of(terms, START.plusMillis(afterMs), Duration.ofMillis(aloneMs));
    }
}
