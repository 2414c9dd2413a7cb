package dev.pathline.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/** Clients of a server. */
public final class Load {

    private Load() {}

    /**
     * So many clients that each send their next request when the last is answered. What is answered in the first part of the
     * time, while the server warms up and fills, is not counted.
     *
     * @param probe is read when the counted time begins and ends
     */
    public static Outcome closed(Server server, Mix mix, int clients, Duration warmUp, Duration time,
            DoubleSupplier probe) throws InterruptedException {
        var answers = new ConcurrentLinkedQueue<Server.Answer>();
        long begin = System.nanoTime() + warmUp.toNanos();
        long end = begin + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        Server.Answer answer = server.generate(mix.next());
                        long now = System.nanoTime();
                        if (now >= begin && now < end) {
                            answers.add(answer);
                        }
                    }
                }));
            }
            TimeUnit.NANOSECONDS.sleep(begin - System.nanoTime());
            double before = probe.getAsDouble();
            TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
            double probed = probe.getAsDouble() - before;
            await(running);
            return new Outcome(List.copyOf(answers), time.toNanos() / 1e9, probed);
        }
    }

    /**
     * Requests that come at random, so many a second on average (Poisson arrivals), whether the server keeps up or not.
     *
     * @param share the share of the first mix
     */
    public static Arrivals open(Server server, Mix first, Mix second, double share, double perSecond, Duration time)
            throws InterruptedException {
        var firsts = new ConcurrentLinkedQueue<Server.Answer>();
        var seconds = new ConcurrentLinkedQueue<Server.Answer>();
        var random = new SplittableRandom(11);
        long end = System.nanoTime() + time.toNanos();
        long next = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            while (next < end) {
                LockSupport.parkNanos(next - System.nanoTime());
                boolean one = random.nextDouble() < share;
                String body = (one ? first : second).next();
                running.add(threads.submit(() -> (one ? firsts : seconds).add(server.generate(body))));
                next += Math.round(-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
            }
            await(running);
        }
        return new Arrivals(new Outcome(List.copyOf(firsts), time.toNanos() / 1e9, 0),
                new Outcome(List.copyOf(seconds), time.toNanos() / 1e9, 0));
    }

    /** What became of both mixes. */
    public record Arrivals(Outcome first, Outcome second) {}

    private static void await(List<Future<?>> running) throws InterruptedException {
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
