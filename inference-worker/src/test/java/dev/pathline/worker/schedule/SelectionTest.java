package dev.pathline.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SelectionTest {

    private record Sample(String name, int turn, int rows) {}

    @Test
    void shouldTakeAsManyAsFitInTheirOrder() {
        assertThat(choose(4, new Sample("late", 3, 1), new Sample("first", 1, 2), new Sample("second", 2, 2)))
                .containsExactly("first", "second");
    }

    @Test
    void shouldLetASmallerOnePassThatFits() {
        assertThat(choose(3, new Sample("a", 1, 2), new Sample("b", 2, 2), new Sample("c", 3, 1)))
                .containsExactly("a", "c");
    }

    @Test
    void shouldAlwaysTakeTheFirstAndThoseWithoutRows() {
        assertThat(choose(1, new Sample("guided", 1, 2), new Sample("other", 2, 1), new Sample("noise", 3, 0)))
                .containsExactly("guided", "noise");
    }

    @Test
    void shouldKeepTheOrderOfThoseThatAreEqual() {
        assertThat(choose(2, new Sample("a", 1, 1), new Sample("b", 1, 1), new Sample("c", 1, 1)))
                .containsExactly("a", "b");
    }

    private static List<String> choose(int most, Sample... samples) {
        return Selection.choose(List.of(samples), Sample::rows, Comparator.comparingInt(Sample::turn), most).stream()
                .map(Sample::name).toList();
    }
}
