package dev.pathline.benchmarks;

import dev.pathline.benchmarks.services.Beside;
import dev.pathline.benchmarks.services.Readers;
import dev.pathline.benchmarks.services.Scaling;
import dev.pathline.benchmarks.services.Throughput;
import java.nio.file.Path;
import java.time.Duration;

/** What PostgreSQL and NATS carry: {@code throughput [SECONDS]}, {@code scaling [SECONDS [PLOT.png]]}; what services cost {@code beside} one JVM; and how many {@code readers} an API carries. */
public final class ServicesLoad {

    private ServicesLoad() {}

    /** Measures, and prints a table. */
    public static void main(String[] arguments) throws Exception {
        String scenario = arguments.length == 0 ? "throughput" : arguments[0];
        Duration time = Duration.ofSeconds(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20);
        switch (scenario) {
            case "throughput" -> Throughput.run(time);
            case "beside" -> Beside.run(time);
            case "readers" -> Readers.run();
            case "scaling" -> Scaling.run(time, arguments.length > 2 ? Path.of(arguments[2]) : null);
            default -> throw new IllegalArgumentException("there is no scenario " + scenario);
        }
        System.exit(0);
    }
}
