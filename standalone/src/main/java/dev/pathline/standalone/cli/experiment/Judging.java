package dev.pathline.standalone.cli.experiment;

import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.wire.Json;
import dev.pathline.diffusion.card.PixelLevels;
import dev.pathline.engine.evaluation.ServedImages;
import dev.pathline.engine.metrics.Classifier.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Looks at what an experiment's arms have made, and tells the server what a classifier says of it: of each job the share of its images that
 * are of their own class, of each pair how far the arms' images are from the control's, and of each arm the Frechet distance of all its images.
 * What was said before is not counted again, so it can be done any number of times, by anybody.
 */
final class Judging {

    /** A distance of fewer says nothing. */
    private static final int FEWEST = 100;
    private static final int PAGE = 200;
    /** Tells what was compared from what was classified. */
    private static final String PAIRED = "paired ";

    private final Server server;
    private final String path;
    private final String reference;
    private final List<String> arms;
    private final ServedImages judge;
    private final List<String> classes;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, ArmSamples> samples = new LinkedHashMap<>();

    /**
     * Judges an experiment.
     *
     * @param path where it is on the server
     * @param experiment the experiment
     * @param classes the names of the judge's classes
     */
    Judging(Server server, String path, JsonNode experiment, ServedImages judge, List<String> classes) {
        this.server = server;
        this.path = path;
        this.reference = experiment.path("name").asString() + "@" + experiment.path("version").asInt();
        this.arms = experiment.path("arms").valueStream().map(arm -> arm.path("name").asString()).toList();
        this.judge = judge;
        this.classes = classes.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * What was new.
     *
     * @param jobs jobs of which nothing was said before
     * @param pairs pairs
     */
    record Done(int jobs, int pairs) {}

    /**
     * Judges what came since the last time.
     *
     * @param stopped the arms that nobody is served any more: they do not keep the others from being measured
     */
    Done judge(Set<String> stopped) {
        int jobs = pages("/jobs?experiment=" + Server.escaped(reference) + "&state=succeeded&", "jobs", this::judgeJob);
        int pairs = pages(path + "/pairs?", "pairs", this::judgePair);
        if (jobs > 0) {
            measure(stopped);
        }
        return new Done(jobs, pairs);
    }

    /** Returns whether something of the experiment is still being made. */
    boolean isAtWork() {
        return Stream.of("queued", "running").anyMatch(state -> !server
                .get("/jobs?experiment=" + Server.escaped(reference) + "&limit=1&state=" + state).path("jobs")
                .isEmpty());
    }

    /** Goes through all pages: what ends late may have been accepted before much that is known. */
    private int pages(String address, String list, Predicate<JsonNode> judged) {
        int fresh = 0;
        String more = "";
        do {
            JsonNode page = server.get(address + "limit=" + PAGE + more);
            fresh += (int) page.path(list).valueStream().filter(judged).count();
            more = page.hasNonNull("nextCursor") ? "&cursor=" + page.path("nextCursor").asString() : "";
        } while (!more.isEmpty());
        return fresh;
    }

    /** Returns whether it is judged for the first time. */
    private boolean judgeJob(JsonNode job) {
        String id = job.path("id").asString();
        if (seen.contains(id)) {
            return false;
        }
        List<float[]> images = counts(job) ? pictures(job.path("images")) : List.of();
        if (!images.isEmpty()) {
            List<Verdict> verdicts = judge.classify(images);
            String label = job.path("label").asString("").toLowerCase(Locale.ROOT);
            String arm = job.path("arm").asString();
            ArmSamples own = samples.computeIfAbsent(arm.substring(arm.indexOf('/') + 1), _ -> new ArmSamples());
            verdicts.forEach(verdict -> own.add(label, verdict.features()));
            int expected = classes.indexOf(label);
            if (expected >= 0) {
                long right = verdicts.stream().filter(verdict -> verdict.label() == expected).count();
                observe("ownClass", id, (double) right / verdicts.size());
            }
        }
        // Only now: where the server was away in between, it is judged again.
        return seen.add(id);
    }

    /** Of a job that is made for a tester or a vote nothing is counted. */
    private static boolean counts(JsonNode job) {
        return List.of("unit", "shadow").contains(job.path("armRole").asString(""));
    }

    /** Returns whether an arm of it is compared with the control for the first time; of several, some may come later. */
    private boolean judgePair(JsonNode pair) {
        JsonNode control = pair.path("arms").get(0);
        if (!control.path("arm").asString().equals(arms.getFirst())) {
            return false;
        }
        List<float[]> first = List.of();
        boolean compared = false;
        for (int i = 1; i < pair.path("arms").size(); i++) {
            JsonNode arm = pair.path("arms").get(i);
            String job = arm.path("job").asString();
            if (seen.contains(PAIRED + job)) {
                continue;
            }
            first = first.isEmpty() ? pictures(control.path("images")) : first;
            List<float[]> other = pictures(arm.path("images"));
            if (!first.isEmpty() && other.size() == first.size()) {
                observe("pairDistance", job, distance(first, other));
                compared = true;
            }
            seen.add(PAIRED + job);
        }
        return compared;
    }

    /** The root of the mean square, of values in [-1, 1], as a share of what black has from white. */
    private static double distance(List<float[]> first, List<float[]> second) {
        return IntStream.range(0, first.size()).mapToDouble(i -> {
            float[] a = first.get(i);
            float[] b = second.get(i);
            return Math.sqrt(IntStream.range(0, a.length).mapToDouble(k -> (a[k] - b[k]) / 2.0)
                    .map(difference -> difference * difference).average().orElse(0));
        }).average().orElse(0);
    }

    /** Arms are measured by as many images each, so that their distances can stand beside each other. */
    private void measure(Set<String> stopped) {
        Map<String, ArmSamples> measured = new LinkedHashMap<>(samples);
        measured.keySet().removeAll(stopped);
        if (measured.size() < 2) {
            return;
        }
        Map<String, Integer> common = ArmSamples.common(measured.values());
        if (common.values().stream().mapToInt(Integer::intValue).sum() < FEWEST) {
            return;
        }
        measured.forEach((arm, own) -> {
            List<float[]> features = own.first(common);
            judge.distance(features).ifPresent(distance -> server.put(
                    path + "/arms/" + Server.escaped(arm) + "/measures/frechetDistance",
                    Json.MAPPER.createObjectNode().put("samples", features.size()).put("value", distance.value())
                            .put("low", distance.low()).put("high", distance.high()).toString()));
        });
    }

    private void observe(String metric, String job, double value) {
        server.post(path + "/observations", Json.MAPPER.createObjectNode().put("metric", metric).put("job", job)
                .put("value", value).toString());
    }

    /** Returns those images that are pictures of the judge's shape, in [-1, 1]; none where one is no longer kept. */
    private List<float[]> pictures(JsonNode images) {
        var pictures = new ArrayList<float[]>();
        for (JsonNode image : images) {
            boolean fits = image.path("width").asInt() == judge.shape().get(2)
                    && image.path("height").asInt() == judge.shape().get(1);
            byte[] file = fits
                    ? server.bytesIfKept(image.path("url").asString().replaceAll("\\.npy$", ".png")).orElse(null)
                    : null;
            if (file == null) {
                return List.of();
            }
            Raster raster = Png.decode(file);
            if (raster.channels() != judge.shape().getFirst()) {
                return List.of();
            }
            pictures.add(values(raster));
        }
        return pictures;
    }

    /** Pixels have their channels beside each other, samples one after the other. */
    private static float[] values(Raster raster) {
        int size = raster.width() * raster.height();
        float[] values = new float[size * raster.channels()];
        byte[] pixels = raster.pixels();
        for (int i = 0; i < pixels.length; i++) {
            values[i % raster.channels() * size + i / raster.channels()] = PixelLevels.value(pixels[i] & 0xff);
        }
        return values;
    }
}
