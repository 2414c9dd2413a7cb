package dev.pathline.benchmarks.experiment;

import dev.pathline.benchmarks.load.Server;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;

/** Mixed requests for an experiment, the same for the same seed: any class, one to four images, some with previews, each for somebody new. */
final class Requests {

    private static final int CLIENTS = 6;
    private static final int CLASSES = 10;
    private static final int MOST_IMAGES = 4;
    private static final double WATCHED = 0.25;

    private final Server server;
    private final SplittableRandom random = new SplittableRandom(1);

    Requests(Server server) {
        this.server = server;
    }

    /** Makes requests from some clients at once, and returns when all have their answers. */
    void make(String experiment, int count) throws InterruptedException, ExecutionException {
        String of = experiment.equals("hasty")
                ? "\"model\":\"fashion-flow@champion\""
                : "\"experiment\":\"" + experiment + "\"";
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String body = body(of);
                all.add(clients.submit(() -> server.generate(body)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private String body(String of) {
        String preview = random.nextDouble() < WATCHED ? ",\"preview\":{\"every\":5}" : "";
        return String.format(Locale.ROOT, "{%s,\"subject\":\"s-%x\",\"label\":%d,\"count\":%d,\"seed\":%d%s}", of,
                random.nextLong(), random.nextInt(CLASSES), 1 + random.nextInt(MOST_IMAGES),
                random.nextInt(Integer.MAX_VALUE), preview);
    }
}
