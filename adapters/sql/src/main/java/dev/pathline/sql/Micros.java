package dev.pathline.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as tables have them: microseconds, of a moment those since 1970. */
final class Micros {

    private Micros() {}

    /** Returns a moment; the first of all is before every other. */
    static long of(Instant time) {
        return time.equals(Instant.MIN) ? Long.MIN_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** Returns how long something takes. */
    static long of(Duration time) {
        return time.toNanos() / 1000;
    }

    /** Returns the moment of a number. */
    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
