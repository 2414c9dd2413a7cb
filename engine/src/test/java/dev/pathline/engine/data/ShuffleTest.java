package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffleTest {

    /** With a list of the order, and without. */
    @ParameterizedTest
    @CsvSource({"1000, 1000", "1000, 0", "1025, 0", "4096, 0", "1, 0", "2, 0"})
    void shouldVisitEachSampleOnceAnEpoch(int size, int largestList) {
        var shuffle = new Shuffle(size, 9, largestList);
        for (int epoch = 0; epoch < 2; epoch++) {
            var seen = new BitSet(size);
            for (int i = 0; i < size; i++) {
                seen.set(shuffle.at((long) epoch * size + i));
            }
            assertThat(seen.cardinality()).isEqualTo(size);
            assertThat(seen.length()).isEqualTo(size);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1 << 25, Integer.MAX_VALUE})
    void shouldDependOnSeedAndPositionAlone(int size) {
        var straight = new Shuffle(size, 4);
        var jumping = new Shuffle(size, 4);
        var other = new Shuffle(size, 5);
        int equal = 0;
        int ascending = 0;
        for (int i = 199; i >= 0; i--) {
            long position = 3L * size - 100 + i;
            int index = straight.at(position);
            assertThat(index).isBetween(0, size - 1);
            assertThat(jumping.at(position)).isEqualTo(index);
            jumping.at(0);
            equal += other.at(position) == index ? 1 : 0;
            ascending += straight.at(position + 1) > index ? 1 : 0;
        }
        assertThat(equal).isLessThan(20);
        assertThat(ascending).isBetween(60, 140);
    }

    @Test
    void shouldRefuseAnEmptySet() {
        assertThatThrownBy(() -> new Shuffle(0, 1)).hasMessageContaining("at least one");
    }
}
