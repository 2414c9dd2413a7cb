package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.engine.metrics.KernelDistance.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every metric and its interval against numpy, which follows the definitions and really leaves each group out;
 * {@code benchmarks/python/record_metrics.py} recorded it.
 */
class RecordedMetricsTest {

    private static final SampleGroups GROUPS = new SampleGroups(60, 3);

    private static JsonNode recorded;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = Objects
                .requireNonNull(RecordedMetricsTest.class.getResourceAsStream("/metrics/recorded.json"))) {
            recorded = JsonMapper.shared().readTree(in);
        }
    }

    /** The numbers of the script's function of this name. */
    private static VectorSet vectors(int count, int width, long seed, double shift) {
        var vectors = new ArrayList<float[]>();
        for (long i = 0; i < count; i++) {
            float[] vector = new float[width];
            for (int k = 0; k < width; k++) {
                long number = ((i + 1) * (k + 2) * 7919 + (i * i + seed) * (k + 1) * 104729) % 1024;
                vector[k] = (float) (number / 256.0 - 2 + shift);
            }
            vectors.add(vector);
        }
        return VectorSet.of(vectors);
    }

    private static VectorSet samples(int width) {
        return vectors(60, width, 3, 0.5);
    }

    private static VectorSet reference(int width) {
        return vectors(80, width, 11, 0);
    }

    private static void assertRecorded(Estimate measured, String name) {
        double value = recorded.at("/" + name + "/value").asDouble();
        double half = recorded.at("/" + name + "/half").asDouble();
        // The quantile of Student's t is right to five digits.
        assertThat(measured.value()).as(name).isCloseTo(value, within(1e-9));
        assertThat(measured.low()).as(name).isCloseTo(Math.max(0, value - half), within(1e-5));
        assertThat(measured.value() - measured.low()).as(name).isPositive();
    }

    @Test
    void shouldMeasureTheFrechetDistance() {
        var distance = new FrechetDistance(FeatureStatistics.of(reference(5)));
        assertRecorded(distance.of(samples(5), GROUPS), "frechet");
    }

    @Test
    void shouldMeasureTheKernelDistances() {
        assertRecorded(new KernelDistance(Kernel.POLYNOMIAL, reference(5)).of(samples(5), GROUPS), "polynomial");
        assertRecorded(new KernelDistance(Kernel.ENERGY, reference(5)).of(samples(5), GROUPS), "energy");
    }

    @Test
    void shouldMeasurePrecisionAndRecall() {
        var metric = new PrecisionRecall(reference(5), 3);
        assertThat(metric.precision(samples(5)).value()).isEqualTo(recorded.at("/precision/value").asDouble());
        assertRecorded(metric.recall(samples(5), GROUPS), "recall");
    }

    /** On a line every direction is the line. */
    @Test
    void shouldMeasureTheWassersteinDistanceOfSetsOfDifferentSizes() {
        assertRecorded(new SlicedWasserstein(reference(1), 4, 1).of(samples(1), GROUPS), "wasserstein");
    }
}
