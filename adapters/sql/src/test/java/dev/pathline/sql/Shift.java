package dev.pathline.sql;

import java.time.Duration;

/** Lets time pass for a database whose clock cannot be set: everything that is to come comes sooner. */
final class Shift {

    private Shift() {}

    static void advance(SqlDatabase database, Duration time) {
        long micros = time.toNanos() / 1000;
        database.client().sql("update job set lease_until = lease_until - ?, start_by = start_by - ?").param(micros)
                .param(micros).update();
    }
}
