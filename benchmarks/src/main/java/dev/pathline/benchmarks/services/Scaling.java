package dev.pathline.benchmarks.services;

import dev.pathline.benchmarks.services.Backends.Ports;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** How many jobs a second more workers make, each with a network that sleeps a fixed time for an evaluation. */
public final class Scaling {

    private static final List<Integer> WORKERS = List.of(1, 2, 4, 8, 16);
    private static final Duration EVALUATION = Duration.ofMillis(50);
    private static final int EVALUATIONS = 20;
    private static final int PLACES = 16;

    private Scaling() {}

    /**
     * Measures, prints a table and draws it.
     *
     * @param plot the picture's file, a PNG, or null for none
     */
    public static void run(Duration time, @Nullable Path plot) throws Exception {
        System.out.println("| workers | jobs/s | of linear |\n|---|---|---|");
        List<Double> speeds = new ArrayList<>();
        for (int count : WORKERS) {
            double speed = measure(count, time);
            speeds.add(speed);
            System.out.printf(Locale.ROOT, "| %d | %.1f | %.3f |%n", count, speed, speed / (count * speeds.getFirst()));
        }
        if (plot != null) {
            draw(speeds, plot);
        }
    }

    private static double measure(int count, Duration time) throws Exception {
        try (Backends backends = Backends.start(); Ports api = backends.connect(8)) {
            var ended = new LongAdder();
            var submissions = new Submissions(api, EVALUATIONS);
            // More than all of them do in the time, so that none waits.
            long most = Math.round(
                    1.5 * count * PLACES * (2 * time.toMillis() / (double) (EVALUATION.toMillis() * EVALUATIONS) + 2));
            List<Ports> connected = new ArrayList<>();
            List<SleepingWorker> workers = new ArrayList<>();
            var stopped = new AtomicBoolean();
            Thread feeding = Thread.ofVirtual().start(() -> {
                for (long i = 0; i < most && !stopped.get(); i++) {
                    submissions.submit();
                }
            });
            Thread.sleep(1000);
            for (int i = 0; i < count; i++) {
                connected.add(backends.connect(4));
                workers.add(new SleepingWorker("w" + i, connected.getLast(), PLACES, EVALUATION, ended,
                        new LongAdder()));
            }
            Thread.sleep(time.dividedBy(2));
            long before = ended.sum();
            long start = System.nanoTime();
            Thread.sleep(time);
            double speed = (ended.sum() - before) / ((System.nanoTime() - start) / 1e9);
            stopped.set(true);
            feeding.join();
            for (SleepingWorker worker : workers) {
                worker.close();
            }
            connected.forEach(Ports::close);
            return speed;
        }
    }

    private static void draw(List<Double> speeds, Path plot) throws IOException {
        XYChart chart = new XYChartBuilder().width(640).height(400).xAxisTitle("workers").yAxisTitle("jobs a second")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendVisible(true);
        chart.addSeries("measured", WORKERS.stream().map(Integer::doubleValue).toList(), speeds);
        chart.addSeries("linear", List.of(1.0, 16.0), List.of(speeds.getFirst(), 16 * speeds.getFirst()));
        BitmapEncoder.saveBitmap(chart, plot.toString(), BitmapFormat.PNG);
    }
}
