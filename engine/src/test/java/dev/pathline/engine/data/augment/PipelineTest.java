package dev.pathline.engine.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineTest {

    private static final List<Integer> SQUARE = List.of(1, 3, 3);
    private static final float[] NINE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    /** What came out, and what the network is told of it. */
    private record Varied(List<Float> image, List<Float> labels) {}

    private static Augmentation augmentation(List<Integer> shape, double probability, Transform... transforms) {
        var multipliers = new EnumMap<Transform, Double>(Transform.class);
        Arrays.stream(transforms).forEach(transform -> multipliers.put(transform, 1.0));
        return new AugmentationSettings(0, false, new PipelineSettings(probability, multipliers)).of(shape);
    }

    private static Varied apply(Augmentation augmentation, float[] image, long seed) {
        float[] target = new float[image.length + 2];
        float[] labels = new float[augmentation.labels() + 2];
        labels[0] = 7;
        labels[labels.length - 1] = 7;
        augmentation.apply(image, target, 1, labels, 1, new SplittableRandom(seed));
        assertThat(target[0]).isZero();
        assertThat(target[target.length - 1]).isZero();
        assertThat(labels[0]).isEqualTo(7);
        assertThat(labels[labels.length - 1]).isEqualTo(7);
        return new Varied(list(target, 1, image.length), list(labels, 1, augmentation.labels()));
    }

    private static List<Float> list(float[] values, int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> values[i]).toList();
    }

    private static List<Float> list(float... values) {
        return list(values, 0, values.length);
    }

    private static float[] random(int size) {
        var random = new SplittableRandom(3);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        return values;
    }

    /** Everything that came out of many seeds, by what was told. */
    private static Map<List<Float>, List<Float>> outcomes(Augmentation augmentation, float[] image) {
        var outcomes = new HashMap<List<Float>, List<Float>>();
        for (long seed = 0; seed < 200; seed++) {
            Varied varied = apply(augmentation, image, seed);
            List<Float> known = outcomes.putIfAbsent(varied.labels(), varied.image());
            assertThat(known == null || known.equals(varied.image())).as("seed %d", seed).isTrue();
        }
        return outcomes;
    }

    @Test
    void shouldLeaveImagesAloneAtProbabilityZero() {
        float[] image = random(3 * 6 * 6);
        Augmentation all = augmentation(List.of(3, 6, 6), 0, Transform.values());

        assertThat(all.labels()).isEqualTo(19);
        for (long seed = 0; seed < 20; seed++) {
            assertThat(apply(all, image, seed)).isEqualTo(new Varied(list(image), list(new float[19])));
        }
    }

    @Test
    void shouldMirrorExactly() {
        assertThat(outcomes(augmentation(SQUARE, 1, Transform.X_FLIP), NINE)).isEqualTo(Map.of(
                list(0), list(NINE), list(1), list(3, 2, 1, 6, 5, 4, 9, 8, 7)));
        assertThat(outcomes(augmentation(SQUARE, 1, Transform.Y_FLIP), NINE)).isEqualTo(Map.of(
                list(0), list(NINE), list(1), list(7, 8, 9, 4, 5, 6, 1, 2, 3)));
    }

    @Test
    void shouldTurnByQuartersExactly() {
        assertThat(outcomes(augmentation(SQUARE, 1, Transform.QUARTER_TURN), NINE)).isEqualTo(Map.of(
                list(0, 0), list(NINE),
                list(1, 0), list(3, 6, 9, 2, 5, 8, 1, 4, 7),
                list(1, 1), list(9, 8, 7, 6, 5, 4, 3, 2, 1),
                list(0, 1), list(7, 4, 1, 8, 5, 2, 9, 6, 3)));
    }

    @Test
    void shouldShiftByWholePixelsAndShowTheMirrorImageOutside() {
        float[] row = IntStream.range(0, 8).collect(() -> new float[64], (a, x) -> {
            for (int y = 0; y < 8; y++) {
                a[y * 8 + x] = y * 8 + x;
            }
        }, (a, b) -> {
        });
        Map<List<Float>, List<Float>> outcomes = outcomes(augmentation(List.of(1, 8, 8), 1, Transform.SHIFT), row);

        // An eighth of eight pixels is one pixel, in both directions.
        assertThat(outcomes).hasSize(9);
        List<Float> right = outcomes.get(list(1, 0));
        assertThat(right.subList(0, 8)).isEqualTo(list(1, 0, 1, 2, 3, 4, 5, 6));
        List<Float> up = outcomes.get(list(0, 1));
        assertThat(up.subList(0, 2)).isEqualTo(list(8, 9));
        assertThat(up.subList(56, 58)).isEqualTo(list(48, 49));
    }

    @Test
    void shouldTellSmoothlyOfEveryTransformThatIsDone() {
        float[] image = random(3 * 6 * 6);
        for (long seed = 0; seed < 300; seed++) {
            Varied varied = apply(augmentation(List.of(3, 6, 6), 0.3, Transform.SCALE, Transform.HUE), image, seed);
            boolean silent = varied.labels().stream().allMatch(label -> label == 0);
            assertThat(varied.image().equals(list(image))).as("seed %d", seed).isEqualTo(silent);
        }
    }

    /** A plane {@code a + b x + c y} is what the cubic reproduces, and its values tell where they were taken. */
    @Test
    void shouldMoveGeometryAsItTells() {
        int n = 41;
        float[] planes = new float[2 * n * n];
        for (int y = 0; y < n; y++) {
            for (int x = 0; x < n; x++) {
                planes[y * n + x] = x - 20;
                planes[n * n + y * n + x] = y - 20;
            }
        }
        for (long seed = 0; seed < 20; seed++) {
            // Two points near the middle, far from the mirrored border: (21, 20) and (20, 21).
            Varied scaled = apply(augmentation(List.of(2, n, n), 1, Transform.SCALE), planes, seed);
            double scale = Math.pow(2, 0.2 * scaled.labels().getFirst());
            assertThat(scaled.image().get(20 * n + 21)).isCloseTo((float) (1 / scale), within(1e-4f));

            Varied turned = apply(augmentation(List.of(2, n, n), 1, Transform.ROTATE), planes, seed);
            float cos = turned.labels().get(0) + 1;
            float sin = turned.labels().get(1);
            assertThat(turned.image().get(20 * n + 21)).isCloseTo(cos, within(1e-4f));
            assertThat(turned.image().get(n * n + 20 * n + 21)).isCloseTo(sin, within(1e-4f));

            Varied moved = apply(augmentation(List.of(2, n, n), 1, Transform.TRANSLATE), planes, seed);
            float right = moved.labels().get(0) * n / 8;
            float down = moved.labels().get(1) * n / 8;
            if (Math.abs(right) < 15 && Math.abs(down) < 15) {
                assertThat(moved.image().get(20 * n + 20)).isCloseTo(-right, within(1e-3f));
                assertThat(moved.image().get(n * n + 20 * n + 20)).isCloseTo(-down, within(1e-3f));
            }

            Varied stretched = apply(augmentation(List.of(2, n, n), 1, Transform.STRETCH), planes, seed);
            double xx = stretched.image().get(20 * n + 21);
            double xy = stretched.image().get(21 * n + 20);
            double yx = stretched.image().get(n * n + 20 * n + 21);
            double yy = stretched.image().get(n * n + 21 * n + 20);
            double w = Math.hypot(stretched.labels().get(0), stretched.labels().get(1));
            assertThat(xx * yy - xy * yx).as("areas stay").isCloseTo(1, within(1e-4));
            assertThat(xx + yy).isCloseTo(Math.pow(2, 0.2 * w) + Math.pow(2, -0.2 * w), within(1e-4));
        }
    }

    @Test
    void shouldTurnAnImageAsItsQuarterTurnDoes() {
        float[] image = random(5 * 5);
        var extent = new ImageSize(1, 5, 5);
        var moves = new PixelMoves(extent);
        moves.turn(1);
        float[] turned = new float[25];
        Resampling.cubic(image, extent, AffineMap.rotation(Math.PI / 2), turned, 0);

        float[] exact = moves.apply(image);
        for (int i = 0; i < 25; i++) {
            assertThat(turned[i]).isCloseTo(exact[i], within(1e-5f));
        }
    }

    @Test
    void shouldChangeColorsAsItTells() {
        float[] pixel = {0.5f, -0.25f, 0.1f};
        List<Integer> shape = List.of(3, 1, 1);
        float luma = (pixel[0] + pixel[1] + pixel[2]) / 3;
        for (long seed = 0; seed < 20; seed++) {
            Varied bright = apply(augmentation(shape, 1, Transform.BRIGHTNESS), pixel, seed);
            Varied contrast = apply(augmentation(shape, 1, Transform.CONTRAST), pixel, seed);
            Varied flipped = apply(augmentation(shape, 1, Transform.LUMA_FLIP), pixel, seed);
            Varied saturated = apply(augmentation(shape, 1, Transform.SATURATION), pixel, seed);
            Varied hue = apply(augmentation(shape, 1, Transform.HUE), pixel, seed);
            double square = 0;
            for (int c = 0; c < 3; c++) {
                assertThat(bright.image().get(c)).isCloseTo(pixel[c] + 0.2f * bright.labels().getFirst(),
                        within(1e-6f));
                assertThat(contrast.image().get(c)).isCloseTo(
                        (float) (pixel[c] * Math.pow(2, 0.5 * contrast.labels().getFirst())), within(1e-6f));
                assertThat(flipped.image().get(c)).isCloseTo(
                        pixel[c] - 2 * luma * flipped.labels().getFirst(), within(1e-6f));
                assertThat(saturated.image().get(c)).isCloseTo((float) (luma
                        + (pixel[c] - luma) * Math.pow(2, saturated.labels().getFirst())), within(1e-6f));
                square += (hue.image().get(c) - luma) * (pixel[c] - luma);
            }
            double chroma = IntStream.range(0, 3).mapToDouble(c -> Math.pow(pixel[c] - luma, 2)).sum();
            assertThat(hue.image().stream().mapToDouble(v -> v).sum()).isCloseTo(3 * luma, within(1e-6));
            assertThat(square / chroma).as("the cosine of the turn").isCloseTo(hue.labels().getFirst() + 1,
                    within(1e-5));
        }
    }

    /** A third of a turn carries red to green to blue. */
    @Test
    void shouldTurnHuesFromRedToGreen() {
        float[] red = {1, 0, 0};
        ColorMap.turned(2 * Math.PI / 3).apply(red, 0, new ImageSize(3, 1, 1));

        assertThat(red[0]).isCloseTo(0, within(1e-6f));
        assertThat(red[1]).isCloseTo(1, within(1e-6f));
        assertThat(red[2]).isCloseTo(0, within(1e-6f));
    }

    @Test
    void shouldChangeGreyImagesAsEqualColors() {
        for (long seed = 0; seed < 20; seed++) {
            Augmentation grey = augmentation(List.of(1, 1, 1), 0.8, Transform.BRIGHTNESS, Transform.CONTRAST,
                    Transform.LUMA_FLIP, Transform.HUE, Transform.SATURATION);
            Augmentation color = augmentation(List.of(3, 1, 1), 0.8, Transform.BRIGHTNESS, Transform.CONTRAST,
                    Transform.LUMA_FLIP, Transform.HUE, Transform.SATURATION);
            float one = apply(grey, new float[]{0.3f}, seed).image().getFirst();
            for (float channel : apply(color, new float[]{0.3f, 0.3f, 0.3f}, seed).image()) {
                assertThat(channel).isCloseTo(one, within(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transform.class)
    void shouldDependOnTheGeneratorAlone(Transform transform) {
        float[] image = random(3 * 7 * 7);
        float[] before = image.clone();
        Augmentation augmentation = augmentation(List.of(3, 7, 7), 1, transform);

        assertThat(apply(augmentation, image, 5)).isEqualTo(apply(augmentation, image, 5));
        assertThat(image).containsExactly(before);
        assertThat(augmentation.labels()).isEqualTo(transform.labels());
        assertThat(IntStream.range(0, 50).mapToObj(seed -> apply(augmentation, image, seed)).distinct().count())
                .isGreaterThan(1);
    }

    @Test
    void shouldBeDoneAsOftenAsTheProductSays() {
        var often = new PipelineSettings(0.25, Map.of(Transform.SCALE, 2.0, Transform.X_FLIP, 1e8));
        Augmentation augmentation = new AugmentationSettings(0, false, often).of(SQUARE);
        int scaled = 0;
        int flipped = 0;
        for (long seed = 0; seed < 2000; seed++) {
            List<Float> labels = apply(augmentation, NINE, seed).labels();
            flipped += labels.get(0) == 1 ? 1 : 0;
            scaled += labels.get(1) == 0 ? 0 : 1;
        }
        // Half of them, to within five standard deviations of 2000 throws of a coin.
        assertThat(scaled).isBetween(888, 1112);
        assertThat(flipped).isBetween(888, 1112);
    }

    @Test
    void shouldMirrorAndShiftWithoutTelling() {
        var settings = new AugmentationSettings(1, true,
                new PipelineSettings(0, Map.of(Transform.Y_FLIP, 1.0)));
        Augmentation plain = new AugmentationSettings(1, true, null).of(SQUARE);

        assertThat(plain.labels()).isZero();
        for (long seed = 0; seed < 50; seed++) {
            Varied both = apply(settings.of(SQUARE), NINE, seed);
            assertThat(both.image()).isEqualTo(apply(plain, NINE, seed).image());
            assertThat(both.labels()).isEqualTo(list(0));
        }
        assertThat(IntStream.range(0, 500).mapToObj(seed -> apply(plain, NINE, seed).image()).toList())
                .contains(list(3, 2, 1, 6, 5, 4, 9, 8, 7), list(NINE), list(-1, 1, 2, -1, 4, 5, -1, 7, 8));
    }

    @Test
    void shouldRefuseWhatCannotBeDone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AugmentationSettings(-1, false, null))
                .withMessageContaining("maxShift");
        assertThatIllegalArgumentException().isThrownBy(() -> new PipelineSettings(1.5, Map.of(Transform.HUE, 1.0)))
                .withMessageContaining("probability");
        assertThatIllegalArgumentException().isThrownBy(() -> new PipelineSettings(1, Map.of(Transform.HUE, -1.0)))
                .withMessageContaining("hue must be");
        assertThatIllegalArgumentException().isThrownBy(() -> new PipelineSettings(1, Map.of(Transform.HUE, 0.0)))
                .withMessageContaining("at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> augmentation(List.of(1, 3, 4), 1, Transform.QUARTER_TURN))
                .withMessageContaining("square");
        assertThatIllegalArgumentException().isThrownBy(() -> augmentation(List.of(4, 3, 3), 1, Transform.HUE))
                .withMessageContaining("1 or 3 channels, not 4");
        assertThatIllegalArgumentException().isThrownBy(() -> augmentation(List.of(2), 1, Transform.X_FLIP))
                .withMessageContaining("for images");
    }

    @Test
    void shouldCopyWhatIsNotVaried() {
        float[] vector = {1, 2};
        Augmentation none = AugmentationSettings.NONE.of(List.of(2));

        assertThat(apply(none, vector, 1)).isEqualTo(new Varied(list(vector), List.of()));
    }
}
