package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** A mean and a variance. */
record Moments(
        double mean,
        double variance) {

    void shouldBeCloseTo(Moments expected, double tolerance) {
        assertThat(mean).as("mean").isCloseTo(expected.mean(),
                within(tolerance * Math.max(1, Math.abs(expected.mean()))));
        assertThat(variance).as("variance")
                .isCloseTo(expected.variance(), within(tolerance * Math.max(1, expected.variance())));
    }
}
