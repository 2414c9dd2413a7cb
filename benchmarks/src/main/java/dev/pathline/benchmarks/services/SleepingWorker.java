package dev.pathline.benchmarks.services;

import dev.pathline.benchmarks.services.Backends.Ports;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Claimed;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.wire.JobEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjIntConsumer;
import reactor.core.Disposable;

/**
 * A worker whose network sleeps: it claims, batches, tells of steps and ends jobs as a real one does, and computes nothing.
 */
final class SleepingWorker implements AutoCloseable {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final String name;
    private final Ports ports;
    private final int places;
    private final Duration evaluation;
    private final LongAdder ended;
    private final LongAdder events;
    private final Semaphore doorbell = new Semaphore(0);
    private final ExecutorService tellers = Executors.newVirtualThreadPerTaskExecutor();
    private final Disposable signals;
    private final Thread thread;
    private final ObjIntConsumer<String> telling;
    private volatile boolean stopped;

    /** A job that runs: what is told of it comes one after the other. */
    private static final class Run {

        private final JobRecord job;
        private final Claim claim;
        private int step;
        private CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

        Run(Claimed claimed) {
            this.job = claimed.job();
            this.claim = claimed.claim();
        }

        void tell(Runnable what, ExecutorService tellers) {
            told = told.thenRunAsync(what, tellers);
        }
    }

    /**
     * Starts a worker.
     *
     * @param places jobs in one evaluation
     * @param evaluation how long one takes
     * @param ended counts the jobs that it has ended
     * @param events counts what it has told
     */
    SleepingWorker(String name, Ports ports, int places, Duration evaluation, LongAdder ended, LongAdder events) {
        this(name, ports, places, evaluation, ended, events, (job, step) -> {
        });
    }

    /**
     * Starts a worker.
     *
     * @param telling hears of each step before anybody else does
     */
    SleepingWorker(String name, Ports ports, int places, Duration evaluation, LongAdder ended, LongAdder events,
            ObjIntConsumer<String> telling) {
        this.telling = telling;
        this.name = name;
        this.ports = ports;
        this.places = places;
        this.evaluation = evaluation;
        this.ended = ended;
        this.events = events;
        this.signals = ports.signals().waiting().subscribe(model -> doorbell.release());
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::work);
    }

    private void work() {
        var runs = new ArrayList<Run>();
        try {
            while (!stopped) {
                claim(runs);
                if (runs.isEmpty()) {
                    doorbell.tryAcquire(1, TimeUnit.SECONDS);
                    doorbell.drainPermits();
                    continue;
                }
                Thread.sleep(evaluation);
                advance(runs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void claim(List<Run> runs) {
        while (runs.size() < places) {
            Optional<Claimed> claimed = ports.store().claim(name, ServedModels.ALL, LEASE);
            if (claimed.isEmpty()) {
                return;
            }
            var run = new Run(claimed.get());
            run.tell(() -> {
                ports.lifecycle().begin(run.claim, "sleep");
                events.increment();
            }, tellers);
            runs.add(run);
        }
    }

    private void advance(List<Run> runs) {
        for (Iterator<Run> each = runs.iterator(); each.hasNext();) {
            Run run = each.next();
            int step = ++run.step;
            int steps = run.job.request().evaluations();
            run.tell(() -> {
                telling.accept(run.claim.jobId(), step);
                ports.lifecycle().advance(run.claim, new JobEvent.Step(step, steps, step, 1.0, 0.0, null, List.of()));
                events.increment();
            }, tellers);
            if (step == steps) {
                run.tell(() -> {
                    ports.lifecycle().apply(run.claim.jobId(), new JobCommand.Succeed(run.claim.attempt(),
                            new JobResult(List.of(), steps)));
                    events.increment();
                    ended.increment();
                }, tellers);
                each.remove();
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        signals.dispose();
        doorbell.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tellers.close();
    }
}
