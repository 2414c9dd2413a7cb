package dev.pathline.benchmarks.services;

import dev.pathline.benchmarks.services.Backends.Counts;
import dev.pathline.benchmarks.services.Backends.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** As many jobs as one database and one broker carry, of ten steps each, which take no time; and what a job costs there. */
public final class Throughput {

    private static final int EVALUATIONS = 10;
    private static final int CALLERS = 16;
    private static final int WORKERS = 4;
    /** Jobs that are under way at most. */
    private static final int OUTSTANDING = 256;

    private Throughput() {}

    /** Measures after a warm-up, and prints a table. */
    public static void run(Duration time) throws Exception {
        try (Backends backends = Backends.start(); Ports api = backends.connect(CALLERS)) {
            var ended = new LongAdder();
            var events = new LongAdder();
            var room = new Semaphore(OUTSTANDING);
            var stopped = new AtomicBoolean();
            List<Ports> connected = new ArrayList<>();
            List<SleepingWorker> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                connected.add(backends.connect(8));
                workers.add(new SleepingWorker("w" + i, connected.getLast(), 64, Duration.ZERO, ended, events));
            }
            var submissions = new Submissions(api, EVALUATIONS);
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CALLERS; i++) {
                    var unusedCaller = callers.submit(() -> {
                        while (!stopped.get()) {
                            room.acquire();
                            submissions.submit();
                            events.increment();
                        }
                        return null;
                    });
                }
                var unusedRoom = callers.submit(() -> {
                    long released = 0;
                    while (!stopped.get()) {
                        long now = ended.sum();
                        room.release((int) (now - released));
                        released = now;
                        Thread.sleep(1);
                    }
                    room.release(CALLERS);
                    return null;
                });
                Thread.sleep(time.dividedBy(2));
                Counts before = backends.counts();
                long jobs = ended.sum();
                long told = events.sum();
                long start = System.nanoTime();
                Thread.sleep(time);
                double seconds = (System.nanoTime() - start) / 1e9;
                jobs = ended.sum() - jobs;
                told = events.sum() - told;
                Counts cost = backends.counts().minus(before);
                stopped.set(true);
                System.out.printf(Locale.ROOT,
                        "%s%n| jobs/s | events/s | transactions a job | messages a job | bytes a job |%n"
                                + "|---|---|---|---|---|%n| %.0f | %.0f | %.1f | %.1f | %.0f |%n",
                        backends.version(),
                        jobs / seconds, told / seconds, (double) cost.commits() / jobs,
                        (double) cost.messages() / jobs, (double) cost.bytes() / jobs);
            }
            for (SleepingWorker worker : workers) {
                worker.close();
            }
            connected.forEach(Ports::close);
        }
    }
}
