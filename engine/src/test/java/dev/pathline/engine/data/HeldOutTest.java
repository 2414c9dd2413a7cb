package dev.pathline.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeldOutTest {

    /** Images of one pixel, whose value is their number, of as many of each class as is said. */
    private static Dataset images(int... counts) {
        int size = 0;
        for (int count : counts) {
            size += count;
        }
        byte[] pixels = new byte[size];
        byte[] labels = new byte[size];
        int next = 0;
        for (int label = 0; label < counts.length; label++) {
            for (int i = 0; i < counts[label]; i++) {
                pixels[next] = (byte) next;
                labels[next++] = (byte) label;
            }
        }
        return new ImageDataset(List.of(1, 1, 1), pixels, labels);
    }

    private static Dataset vectors(int size) {
        float[] values = new float[2 * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return ArrayDataset.ofVectors(2, values, new int[0], "points");
    }

    private static Set<Float> values(Dataset data) {
        var values = new HashSet<Float>();
        float[] sample = new float[data.sampleSize()];
        for (int i = 0; i < data.size(); i++) {
            data.copy(i, sample, 0);
            values.add(sample[0]);
        }
        return values;
    }

    private static int count(Dataset data, int label) {
        int count = 0;
        for (int i = 0; i < data.size(); i++) {
            count += data.label(i) == label ? 1 : 0;
        }
        return count;
    }

    @Test
    void shouldKeepOneImageInFiveOfEachClassAndNoneTwice() {
        Dataset all = images(40, 13, 2, 1);
        HeldOut parts = HeldOut.of(all, "there");

        assertThat(List.of(count(parts.test(), 0), count(parts.test(), 1), count(parts.test(), 2),
                count(parts.test(), 3))).containsExactly(8, 2, 1, 0);
        assertThat(parts.train().size() + parts.test().size()).isEqualTo(56);
        assertThat(values(parts.train())).doesNotContainAnyElementsOf(values(parts.test())).hasSize(45);
        assertThat(parts.share()).isEqualTo(5);
    }

    @Test
    void shouldKeepNoMoreThanFitIntoMemory() {
        HeldOut parts = HeldOut.of(images(60_000, 20_001), "there");

        assertThat(parts.share()).isEqualTo(9);
        assertThat(count(parts.test(), 0)).isEqualTo(6666);
        assertThat(count(parts.test(), 1)).isEqualTo(2222);
    }

    @Test
    void shouldChooseTheSameEachTimeAndNotTheFirst() {
        HeldOut parts = HeldOut.of(images(40, 13), "there");
        HeldOut again = HeldOut.of(images(40, 13), "elsewhere");

        assertThat(again.train().sha256()).isEqualTo(parts.train().sha256()).isNotEqualTo(parts.test().sha256());
        assertThat(again.test().sha256()).isEqualTo(parts.test().sha256());
        assertThat(values(parts.test())).isNotEqualTo(values(new Subset(images(40, 13),
                new int[]{0, 1, 2, 3, 4, 5, 6, 7, 40, 41}, List.of())));
    }

    @Test
    void shouldHashWhatItHoldsAsIfItWereAFile() {
        Dataset all = vectors(10);
        Dataset test = HeldOut.of(all, "there").test();
        float[] copied = new float[2 * test.size()];
        for (int i = 0; i < test.size(); i++) {
            test.copy(i, copied, 2 * i);
        }
        Dataset file = ArrayDataset.ofVectors(2, copied, new int[0], "file");

        assertThat(test.size()).isEqualTo(5);
        assertThat(test.sha256()).isEqualTo(file.sha256());
        assertThat(test.standardDeviation()).isEqualTo(file.standardDeviation());
        assertThat(test.label(0)).isEqualTo(Dataset.NO_LABEL);
    }

    @Test
    void shouldRefuseWhatCannotBeCutInTwo() {
        assertThatThrownBy(() -> HeldOut.of(vectors(3), "p.csv")).isInstanceOf(DataException.class)
                .hasMessageContaining("p.csv has 3 samples where at least 4 are needed");
        assertThatThrownBy(() -> HeldOut.of(images(1, 1, 1, 1), "folder")).isInstanceOf(DataException.class)
                .hasMessageContaining("folder has one sample of each class");
    }

    @Test
    void shouldPutClassesIntoAnotherOrder() {
        Dataset data = images(2, 3);
        Dataset turned = Relabelled.of(data, List.of("a", "b"), List.of("b", "a"));

        assertThat(Relabelled.of(data, List.of("a", "b"), List.of("a", "b"))).isSameAs(data);
        assertThat(List.of(turned.label(0), turned.label(4))).containsExactly(1, 0);
        assertThat(turned.sha256()).isNotEqualTo(data.sha256());
        assertThat(turned.size()).isEqualTo(5);
        assertThatThrownBy(() -> Relabelled.of(data, List.of("a", "c"), List.of("b", "a")))
                .hasMessageContaining("[a, c]");
    }
}
