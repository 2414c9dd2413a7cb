package dev.pathline.benchmarks.load;

import dev.pathline.benchmarks.measure.Median;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Whether an image depends on what else is computed with it: random requests, each alone and then all of them by many clients
 * in another order. Strict ones must be the same bytes. Of the others, in float32 no pixel may differ by more than one grey
 * level of 255.
 *
 * <p>In bfloat16 the bound comes from the number format itself. Alone and in the mix an image is off the float32 one by an error
 * of the same kind, so by the triangle inequality the two differ by no more than twice the largest such error, as a root
 * mean square over the pixels; float32 images of the same requests measure it.
 */
public final class Independence {

    private static final int CLIENTS = 64;
    private static final int PROGRESS = 100;

    private final Server server;
    private final List<Request> requests = new ArrayList<>();

    /** On which terms requests are made, turn by turn. */
    private enum Terms {
        STRICT_FLOAT32("float32", true), STRICT_BFLOAT16("bfloat16", true), FLOAT32("float32",
                false), BFLOAT16("bfloat16", false);

        private final String precision;
        private final boolean strict;

        Terms(String precision, boolean strict) {
            this.precision = precision;
            this.strict = strict;
        }

        private String json() {
            return json(precision);
        }

        private String json(String other) {
            return ",\"format\":\"png\",\"precision\":\"" + other + "\",\"strict\":" + strict;
        }
    }

    /**
     * A request with its images, which are PNG in base64.
     *
     * @param exact what float32 makes of a request in bfloat16, or null
     */
    private record Request(Terms terms, String body, String alone, @Nullable String exact) {}

    private Independence(Server server) {
        this.server = server;
    }

    /**
     * Makes requests and prints what was found.
     *
     * @return whether all of it holds
     */
    public static boolean check(Server server, String model, int count) throws InterruptedException {
        var check = new Independence(server);
        check.alone(new Mix(model, Mix.Kind.MIXED, 5), count);
        return check.compare(check.mixed());
    }

    private void alone(Mix mix, int count) {
        for (int i = 0; i < count; i++) {
            Terms terms = Terms.values()[i % Terms.values().length];
            String body = mix.next(terms.json());
            String exact = terms == Terms.BFLOAT16
                    ? image(body.replace(terms.json(), terms.json(Terms.FLOAT32.precision)))
                    : null;
            requests.add(new Request(terms, body, image(body), exact));
            if ((i + 1) % PROGRESS == 0) {
                System.err.println((i + 1) + " of " + count + " alone");
            }
        }
    }

    /** In another order, so that others are beside each. */
    private List<String> mixed() throws InterruptedException {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < requests.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(6));
        List<String> images = new ArrayList<>(Collections.nCopies(requests.size(), ""));
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            var answers = new ArrayList<Future<String>>();
            order.forEach(i -> answers.add(clients.submit(() -> image(requests.get(i).body))));
            for (int i = 0; i < order.size(); i++) {
                images.set(order.get(i), answers.get(i).get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return images;
    }

    private boolean compare(List<String> mixed) {
        int strict = 0;
        int equal = 0;
        var levels = new ArrayList<Integer>();
        var differences = new ArrayList<Double>();
        var errors = new ArrayList<Double>();
        for (int i = 0; i < requests.size(); i++) {
            Request request = requests.get(i);
            if (request.terms.strict) {
                strict++;
                equal += request.alone.equals(mixed.get(i)) ? 1 : 0;
                continue;
            }
            int[] alone = pixels(request.alone);
            int[] together = pixels(mixed.get(i));
            if (request.exact == null) {
                levels.add(largest(alone, together));
            } else {
                differences.add(rootMeanSquare(alone, together));
                errors.add(rootMeanSquare(alone, pixels(request.exact)));
            }
        }
        double bound = 2 * Collections.max(errors);
        System.out.printf(Locale.ROOT, "strict: %d of %d are the same bytes%n", equal, strict);
        System.out.printf(Locale.ROOT,
                "float32: %d images, %d of them differ, by %d grey level(s) of 255 at most (allowed: 1)%n",
                levels.size(), levels.stream().filter(level -> level > 0).count(), Collections.max(levels));
        System.out.printf(Locale.ROOT,
                "bfloat16: %d images, root mean square difference %.2f grey levels in the median, %.2f at most (allowed: %.2f);"
                        + " of bfloat16 from float32 %.2f in the median, %.2f at most%n",
                differences.size(), Median.of(differences), Collections.max(differences), bound, Median.of(errors),
                Collections.max(errors));
        return equal == strict && Collections.max(levels) <= 1 && Collections.max(differences) <= bound;
    }

    private String image(String body) {
        return server.generate(body).job().path("images").path(0).path("data").asString();
    }

    private static int[] pixels(String png) {
        try {
            var raster = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png))).getRaster();
            return raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int largest(int[] one, int[] other) {
        int largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    private static double rootMeanSquare(int[] one, int[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(sum / one.length);
    }
}
