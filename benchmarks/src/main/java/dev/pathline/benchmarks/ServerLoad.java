package dev.pathline.benchmarks;

import dev.pathline.benchmarks.load.Independence;
import dev.pathline.benchmarks.load.Load;
import dev.pathline.benchmarks.load.Mix;
import dev.pathline.benchmarks.load.OneStep;
import dev.pathline.benchmarks.load.Outcome;
import dev.pathline.benchmarks.load.Server;
import dev.pathline.benchmarks.load.ServerSoak;
import dev.pathline.benchmarks.measure.Median;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Loads a running server, and prints what it did as Markdown.
 *
 * <p>Usage: {@code ServerLoad URL SCENARIO [SECONDS [MODEL [STUDENT]]]}; see {@code benchmarks/load}.
 */
public final class ServerLoad {

    private static final int CLIENTS = 64;
    private static final int TURNS = 7;
    private static final Duration PERCENTILES_FORGET = Duration.ofMinutes(2);
    private static final String TICK = "pathline_worker_tick_seconds";

    private final Server server;
    private final Duration time;
    private final String model;

    private ServerLoad(Server server, Duration time, String model) {
        this.server = server;
        this.time = time;
        this.model = model;
    }

    /** Runs a scenario. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length < 2) {
            System.err.println(
                    "usage: ServerLoad URL table|rows|mix|strict|short|cancel|common|soak|independence|one-step"
                            + " [SECONDS [MODEL [STUDENT]]]");
            System.exit(2);
        }
        long number = args.length > 2 ? Long.parseLong(args[2]) : usual(args[1]);
        var load = new ServerLoad(new Server(URI.create(args[0])), Duration.ofSeconds(number),
                args.length > 3 ? args[3] : "fashion-flow");
        switch (args[1]) {
            case "table" -> load.table();
            case "rows" -> System.out.printf(Locale.ROOT, "%.0f rows/s%n",
                    load.rowsPerSecond(Mix.Kind.MIXED, CLIENTS));
            case "mix" -> load.mix();
            case "strict" -> load.strict();
            case "soak" -> exit(ServerSoak.run(load.server, load.model, load.time,
                    Long.parseLong(System.getenv("SERVER_PID")), Path.of("docs/images/soak.png")));
            case "independence" -> exit(Independence.check(load.server, load.model, Math.toIntExact(number)));
            case "short" -> load.shortAmongLong();
            case "cancel" -> load.cancel();
            case "one-step" -> OneStep.compare(load.server, load.time, load.model,
                    args.length > 4 ? args[4] : "fashion-onestep");
            case "common" -> System.out.println(load.closed(Mix.Kind.COMMON, CLIENTS).row(args[0]));
            default -> throw new IllegalArgumentException("no scenario " + args[1]);
        }
    }

    /** Seconds; of the last scenario the requests. */
    private static long usual(String scenario) {
        return switch (scenario) {
            case "soak" -> 3600;
            case "independence" -> 1000;
            case "one-step" -> 120;
            default -> 30;
        };
    }

    private static void exit(boolean good) {
        System.exit(good ? 0 : 1);
    }

    private Outcome closed(Mix.Kind kind, int clients) throws InterruptedException {
        return closed(kind, clients, () -> 0);
    }

    private Outcome closed(Mix.Kind kind, int clients, DoubleSupplier probe) throws InterruptedException {
        return Load.closed(server, new Mix(model, kind, 1), clients, time.dividedBy(4), time, probe);
    }

    /** Rows evaluated, by the server's own count: those of requests that are not done yet belong to the time, too. */
    private double rowsPerSecond(Mix.Kind kind, int clients) throws InterruptedException {
        Outcome outcome = closed(kind, clients, () -> server.meter("pathline_worker_tick_rows_sum"));
        return outcome.probed() / outcome.seconds();
    }

    /** Throughput and latency by the number of clients. */
    private void table() throws InterruptedException {
        System.out.println("| clients | images/s | rows/s | median ms | 95th percentile ms |\n|---|---|---|---|---|");
        for (int clients : new int[]{1, 4, 16, CLIENTS}) {
            System.out.println(closed(Mix.Kind.EQUAL, clients).row(clients + ", equal"));
            System.out.println(closed(Mix.Kind.MIXED, clients).row(clients + ", mixed"));
        }
    }

    /** Mixed against equal requests, turn by turn, and where the time goes. */
    private void mix() throws InterruptedException {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < TURNS; i++) {
            double equal = rowsPerSecond(Mix.Kind.EQUAL, CLIENTS);
            double tick = server.meter(TICK + "_sum");
            double between = server.meter("pathline_worker_between_seconds_sum");
            double mixed = rowsPerSecond(Mix.Kind.MIXED, CLIENTS);
            tick = server.meter(TICK + "_sum") - tick;
            between = server.meter("pathline_worker_between_seconds_sum") - between;
            ratios.add(mixed / equal);
            System.out.printf(Locale.ROOT,
                    "equal %.0f rows/s, mixed %.0f rows/s: %.3f; between ticks %.2f %% of the time%n", equal, mixed,
                    mixed / equal, 100 * between / (between + tick));
        }
        System.out.printf(Locale.ROOT, "median of mixed over equal: %.3f%n",
                Median.of(ratios));
        System.out.printf(Locale.ROOT, "median relative error of the first ETA: %.3f%n",
                server.meter("pathline_worker_eta_error", "quantile=\"0.5\""));
    }

    /** What the same bits cost: equal requests without and with strict, turn by turn. */
    private void strict() throws InterruptedException {
        // The sizes are tried out with the first strict job, once on a machine.
        rowsPerSecond(Mix.Kind.STRICT, 1);
        for (int clients : new int[]{1, CLIENTS}) {
            var ratios = new ArrayList<Double>();
            for (int i = 0; i < TURNS; i++) {
                double plain = rowsPerSecond(Mix.Kind.EQUAL, clients);
                double strict = rowsPerSecond(Mix.Kind.STRICT, clients);
                ratios.add(strict / plain);
                System.out.printf(Locale.ROOT, "%d clients: %.0f rows/s, strict %.0f: %.3f%n", clients, plain, strict,
                        strict / plain);
            }
            System.out.printf(Locale.ROOT, "%d clients: strict costs %.1f %% (median)%n", clients,
                    100 * (1 - Median.of(ratios)));
        }
    }

    /** One-step requests among those of fifty steps, at 70 % of what the server can do. */
    private void shortAmongLong() throws InterruptedException {
        double rows = rowsPerSecond(Mix.Kind.LONG, CLIENTS);
        // As many short as long ones: 1 and 100 rows.
        double perSecond = 0.7 * rows / 50.5;
        Load.Arrivals both = Load.open(server, new Mix(model, Mix.Kind.SHORT, 2), new Mix(model, Mix.Kind.LONG, 3), 0.5,
                perSecond, time.multipliedBy(2));
        double total = both.first().percentile(95, answer -> answer.job().path("timings").path("totalMs").asDouble());
        double tick = 1000 * server.meter(TICK, "quantile=\"0.95\"");
        System.out.printf(Locale.ROOT,
                "saturated %.0f rows/s; %.2f requests/s; short ones: %d, 95th percentile %.0f ms by the server's timings;"
                        + " 95th percentile tick %.0f ms, bound 3 ticks + 20 ms = %.0f ms%n",
                rows, perSecond, both.first().answers().size(), total, tick, 3 * tick + 20);
    }

    /** One of the jobs of a full server is cancelled at a random moment, and another one comes, again and again. */
    private void cancel() throws InterruptedException {
        var mix = new Mix(model, Mix.Kind.LONG, 4);
        var random = new SplittableRandom(4);
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            jobs.add(server.start(mix.next()));
        }
        // Percentiles are of the last minutes: those before this scenario must be past.
        long end = System.nanoTime() + Math.max(time.toNanos(), PERCENTILES_FORGET.toNanos());
        while (System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
            int which = random.nextInt(CLIENTS);
            server.cancel(jobs.get(which));
            jobs.set(which, server.start(mix.next()));
        }
        System.out.printf(Locale.ROOT, "cancel: 99th percentile %.0f ms, 99th percentile tick %.0f ms%n",
                1000 * server.meter("pathline_worker_cancel_seconds", "quantile=\"0.99\""),
                1000 * server.meter(TICK, "quantile=\"0.99\""));
        jobs.forEach(server::cancel);
    }
}
