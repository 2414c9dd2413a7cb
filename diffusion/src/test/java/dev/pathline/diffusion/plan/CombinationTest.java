package dev.pathline.diffusion.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CombinationTest {

    @Test
    void shouldFormAVectorSpace() {
        Combination sum = Combination.X.times(2).plus(Combination.Y.times(3)).minus(Combination.M0)
                .plus(Combination.M1.times(4)).plus(Combination.M2.times(5)).plus(Combination.M3.times(6))
                .plus(Combination.NOISE.times(7)).plus(Combination.DATA.times(8));
        assertThat(sum).isEqualTo(new Combination(2, 3, 8, -1, 4, 5, 6, 7));
        assertThat(sum.history(0)).isEqualTo(-1);
        assertThat(sum.history(3)).isEqualTo(6);
        assertThatThrownBy(() -> sum.history(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldKnowWhetherItIsFinite() {
        assertThat(Combination.X.isFinite()).isTrue();
        assertThat(new Combination(0, 0, 0, 0, Double.NaN, 0, 0, 0).isFinite()).isFalse();
        assertThat(new Combination(0, 0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0).isFinite())
                .isFalse();
    }
}
