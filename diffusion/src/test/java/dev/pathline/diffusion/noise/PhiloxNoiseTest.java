package dev.pathline.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhiloxNoiseTest {
    private final PhiloxNoise noise = new PhiloxNoise();

    /** The vectors of Random123's kat_vectors for philox4x32 with 10 rounds. */
    @Test
    void shouldGiveThePublishedKnownAnswers() {
        assertThat(block(0, 0, 0, 0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(block(-1, -1, -1, -1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    private static int[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
        int[] words = new int[4];
        Philox.block(c0, c1, c2, c3, k0, k1, words);
        return words;
    }

    @Test
    void shouldNotDependOnTheLengthOfTheArray() {
        double[] full = values(new NoiseKey(7, 3, 2, 0), 1000);
        for (int length : new int[]{0, 1, 2, 3, 4, 5, 997}) {
            assertThat(values(new NoiseKey(7, 3, 2, 0), length)).isEqualTo(Arrays.copyOf(full, length));
        }
    }

    @Test
    void shouldGiveTheSameNoiseInFloats() {
        float[] floats = new float[1001];
        NoiseKey key = NoiseKey.initial(-5, 1);
        noise.fill(key, floats);
        double[] doubles = values(key, 1001);
        for (int i = 0; i < floats.length; i++) {
            assertThat(floats[i]).isEqualTo((float) doubles[i]);
        }
    }

    @Test
    void shouldDifferInEveryPartOfTheKey() {
        Set<Double> firsts = new HashSet<>();
        List<NoiseKey> keys = List.of(new NoiseKey(1, 0, 0, 0), new NoiseKey(1L << 32, 0, 0, 0),
                new NoiseKey(0, 1, 0, 0),
                new NoiseKey(0, 0, 1, 0), new NoiseKey(0, 0, 0, 1), NoiseKey.initial(0, 0), new NoiseKey(0, 0, 0, 0));
        keys.forEach(key -> firsts.add(values(key, 1)[0]));
        assertThat(firsts).hasSize(keys.size());
    }

    /** Pinned, so that a change of the generator, which would change every image, does not go unnoticed. */
    @Test
    void shouldGiveTheSameNumbersAsEver() {
        double[] values = values(NoiseKey.initial(7, 0), 4);
        assertThat(values).containsExactly(PINNED);
    }

    @Test
    void shouldHaveTheMomentsOfTheNormalDistribution() {
        double[] values = values(new NoiseKey(2024, 0, 0, 0), 1 << 20);
        double n = values.length;
        double[] moments = new double[5];
        double neighbours = 0;
        int beyondThree = 0;
        for (int i = 0; i < values.length; i++) {
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(values[i], power) / n;
            }
            neighbours += i == 0 ? 0 : values[i] * values[i - 1] / n;
            beyondThree += Math.abs(values[i]) > 3 ? 1 : 0;
        }
        // Five standard deviations of each estimate.
        assertThat(moments[1]).isCloseTo(0, within(5 / Math.sqrt(n)));
        assertThat(moments[2]).isCloseTo(1, within(5 * Math.sqrt(2 / n)));
        assertThat(moments[3]).isCloseTo(0, within(5 * Math.sqrt(15 / n)));
        assertThat(moments[4]).isCloseTo(3, within(5 * Math.sqrt(96 / n)));
        assertThat(neighbours).isCloseTo(0, within(5 / Math.sqrt(n)));
        assertThat(beyondThree / n).isCloseTo(0.0026998, within(5 * Math.sqrt(0.0027 / n)));
    }

    @Test
    void shouldComputeElementaryFunctionsAsWellAsStrictMath() {
        for (double u = 0x1p-33; u < 1; u = u * 1.0173 + 1e-13) {
            double exact = StrictMath.log(u);
            assertThat(BoxMuller.log(u)).isCloseTo(exact, within(1e-15 * Math.max(1e-3, Math.abs(exact))));
        }
        for (double x = -Math.PI / 4; x <= Math.PI / 4; x += 1e-3) {
            assertThat(BoxMuller.sin(x)).isCloseTo(StrictMath.sin(x), within(2e-16));
            assertThat(BoxMuller.cos(x)).isCloseTo(StrictMath.cos(x), within(3e-16));
        }
    }

    @Test
    void shouldTurnBitsIntoPolarCoordinates() {
        int[] angles = {0, 1, -1, 1 << 29, (1 << 29) - 1, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xC0000000,
            0x12345678, 0xDEADBEEF, 0x7FFFFFFF - (1 << 29)};
        double[] pair = new double[2];
        for (int angle : angles) {
            for (int radius : new int[]{0, 1, -1, 0x55555555}) {
                BoxMuller.transform(radius, angle, pair, 0);
                double r = Math.sqrt(-2 * Math.log((Integer.toUnsignedLong(radius) + 0.5) / 4294967296.0));
                double phi = 2 * Math.PI * Integer.toUnsignedLong(angle) / 4294967296.0;
                assertThat(pair[0]).isCloseTo(r * Math.cos(phi), within(1e-14));
                assertThat(pair[1]).isCloseTo(r * Math.sin(phi), within(1e-14));
            }
        }
    }

    private double[] values(NoiseKey key, int length) {
        double[] values = new double[length];
        noise.fill(key, values);
        return values;
    }

    private static final double[] PINNED = {-1.0289623009537487, 0.2499260772547374, 1.3247544877899358,
        -1.3522970932658864};
}
