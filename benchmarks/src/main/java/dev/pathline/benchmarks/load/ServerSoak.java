package dev.pathline.benchmarks.load;

import dev.pathline.benchmarks.measure.ResidentMemory;
import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Whether a saturated server's memory stays: its resident memory and the native arrays that outlive an evaluation, read while
 * many clients send mixed requests. Linux, and a server on this machine.
 */
public final class ServerSoak {

    private static final int CLIENTS = 64;
    private static final int READINGS = 120;
    /** The first quarter of the time is the warm-up: the heap grows to what it needs, code is compiled. */
    private static final int WARM_UP = 4;
    private static final double ALLOWED_GROWTH = 0.02;

    private final Server server;
    private final long pid;
    private final List<Reading> readings = new ArrayList<>();

    /** What was read after some time. */
    private record Reading(double minutes, double residentMebibytes, double arrays, double rows) {}

    private ServerSoak(Server server, long pid) {
        this.server = server;
        this.pid = pid;
    }

    /**
     * Loads a server, prints readings, and draws them.
     *
     * @param pid the server's process
     * @param plot the picture's file, a PNG
     * @return whether neither grew after the warm-up
     */
    public static boolean run(Server server, String model, Duration time, long pid, Path plot)
            throws InterruptedException {
        var soak = new ServerSoak(server, pid);
        CompletableFuture<Outcome> load = CompletableFuture.supplyAsync(() -> {
            try {
                return Load.closed(server, new Mix(model, Mix.Kind.MIXED, 8), CLIENTS, Duration.ZERO, time, () -> 0);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        soak.read(time);
        Outcome outcome = load.join();
        System.out.println(outcome.row(time.toMinutes() + " minutes"));
        soak.draw(plot);
        return soak.judge();
    }

    private void read(Duration time) throws InterruptedException {
        System.out.println("minutes  resident MiB  arrays        rows");
        long start = System.nanoTime();
        for (int i = 1; i <= READINGS; i++) {
            TimeUnit.NANOSECONDS.sleep(start + time.toNanos() * i / READINGS - System.nanoTime());
            var reading = new Reading((System.nanoTime() - start) / 60e9, ResidentMemory.mebibytes(pid),
                    server.meter("pathline_worker_arrays"), server.meter("pathline_worker_tick_rows_sum"));
            readings.add(reading);
            System.out.printf(Locale.ROOT, "%7.1f  %12.1f  %6.0f  %10.0f%n", reading.minutes,
                    reading.residentMebibytes, reading.arrays, reading.rows);
        }
    }

    /** The last quarter against the second. */
    private boolean judge() {
        int quarter = readings.size() / WARM_UP;
        double memory = growth(quarter, Reading::residentMebibytes);
        double arrays = growth(quarter, Reading::arrays);
        System.out.printf(Locale.ROOT,
                "last quarter over the second: resident memory %+.2f %%, arrays %+.2f %% (allowed: %.0f %%)%n",
                100 * memory, 100 * arrays, 100 * ALLOWED_GROWTH);
        return memory <= ALLOWED_GROWTH && arrays <= 0;
    }

    private double growth(int quarter, ToDoubleFunction<Reading> value) {
        double last = mean(readings.subList(readings.size() - quarter, readings.size()), value);
        return last / mean(readings.subList(quarter, 2 * quarter), value) - 1;
    }

    private static double mean(List<Reading> of, ToDoubleFunction<Reading> value) {
        return of.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private void draw(Path plot) {
        XYChart chart = new XYChartBuilder().width(800).height(380)
                .title("A server at saturation, 64 clients with mixed requests").xAxisTitle("minutes")
                .yAxisTitle("resident MiB").build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMin(0, 0.0).setYAxisMin(1, 0.0).setXAxisMin(0.0);
        chart.getStyler().setDecimalPattern("0.#").setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.setYAxisGroupTitle(1, "native arrays");
        chart.addSeries("resident memory", column(Reading::minutes), column(Reading::residentMebibytes))
                .setMarker(SeriesMarkers.NONE);
        chart.addSeries("native arrays", column(Reading::minutes), column(Reading::arrays))
                .setMarker(SeriesMarkers.NONE).setYAxisGroup(1);
        try {
            BitmapEncoder.saveBitmap(chart, plot.toString(), BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double[] column(ToDoubleFunction<Reading> value) {
        return readings.stream().mapToDouble(value).toArray();
    }
}
