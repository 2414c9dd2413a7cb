package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorSetTest {

    /** 2^31 values and more, as of 10,923 colour images of 256 x 256 pixels; the same vector stands for each but the last. */
    @Test
    void shouldHoldMoreValuesThanOneArrayCan() {
        int width = 3 * 256 * 256;
        var vectors = new ArrayList<>(Collections.nCopies(10_922, new float[width]));
        var last = new float[width];
        last[width - 1] = 7;
        vectors.add(last);

        VectorSet set = VectorSet.of(vectors);

        assertThat((long) set.size() * set.width()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(set.at(set.size() - 1, width - 1)).isEqualTo(7);
        assertThat(set.at(set.size() - 2, width - 1)).isZero();
    }

    @Test
    void shouldRefuseWhatIsNoSetOfVectors() {
        assertThatThrownBy(() -> VectorSet.of(List.of())).hasMessageContaining("at least one");
        assertThatThrownBy(() -> VectorSet.of(List.of(new float[2], new float[3]))).hasMessageContaining("2 and 3");
        assertThatThrownBy(() -> VectorSet.of(List.of(new float[]{1, Float.NaN}))).hasMessageContaining("not finite");
    }
}
