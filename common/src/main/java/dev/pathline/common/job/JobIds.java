package dev.pathline.common.job;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes job ids: 26 characters of Crockford's base 32, 48 bits of milliseconds and 80 random bits, so that ids sort by
 * creation (which makes them cursors) and cannot be guessed (where there are no keys, an id is all that a client needs to see a job).
 */
public final class JobIds {

    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 26;
    private static final int TIME_DIGITS = 10;

    private final Clock clock;
    private final RandomGenerator random;

    /** Ids from a clock and the system's secure random numbers. */
    public JobIds(Clock clock) {
        this(clock, new SecureRandom());
    }

    /** Ids from a clock and a given source, for tests. */
    public JobIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** Whether a text has the form of an id, and so of a cursor. */
    public static boolean isId(String text) {
        return text.length() == LENGTH && text.chars().allMatch(digit -> DIGITS.indexOf(digit) >= 0);
    }

    /** Returns what is not after any id of a time and after all of those before it, to the millisecond. */
    public static String firstOf(Instant time) {
        return new String(digits(Math.max(0, time.toEpochMilli()))) + "0".repeat(LENGTH - TIME_DIGITS);
    }

    private static char[] digits(long millis) {
        var digits = new char[TIME_DIGITS];
        long time = millis;
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (time & 31));
            time >>>= 5;
        }
        return digits;
    }

    /** Returns a new id. Safe for use by many threads if the random source is. */
    public String next() {
        char[] id = Arrays.copyOf(digits(clock.millis()), LENGTH);
        for (int i = TIME_DIGITS; i < LENGTH; i++) {
            id[i] = DIGITS.charAt(random.nextInt(32));
        }
        return new String(id);
    }
}
