package dev.pathline.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.worker.schedule.FairTurns.Demand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FairTurnsTest {

    private final FairTurns<String> turns = new FairTurns<>();

    @Test
    void shouldGiveNobodyATurnWhereNobodyWantsOne() {
        assertThat(turns.next(List.of())).isEmpty();
    }

    @Test
    void shouldTakeTurns() {
        List<Demand<String>> both = List.of(new Demand<>("a", 5, 1), new Demand<>("b", 5, 1));

        assertThat(turns.next(both)).contains("a");
        assertThat(turns.next(both)).contains("b");
        assertThat(turns.next(both)).contains("a");
    }

    /** A visit is one turn long where all weigh the same, however much that is, so nobody waits for a row of others' turns. */
    @Test
    void shouldNotLetWhoIsUrgentWaitForMoreThanATurn() {
        List<Demand<String>> both = List.of(new Demand<>("a", 5, 8), new Demand<>("b", 5, 8));
        assertThat(turns.next(both)).contains("a");
        assertThat(turns.next(both)).contains("b");
        assertThat(turns.next(both)).contains("a");

        List<Demand<String>> all = List.of(new Demand<>("a", 5, 8), new Demand<>("b", 5, 8), new Demand<>("c", 5, 64));
        List<String> first = IntStream.range(0, 10).mapToObj(_ -> turns.next(all).orElseThrow()).toList();
        assertThat(first.subList(0, 3)).contains("c");
        assertThat(first).filteredOn("c"::equals).as("its share is eight times as large").hasSizeGreaterThan(6);
    }

    @Test
    void shouldShareTheCostByWeightWhateverTheSizeOfSingleDemands() {
        var random = new Random(3);
        Map<String, Double> used = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            var demands = List.of(new Demand<>("large", 50 + random.nextInt(50), 1),
                    new Demand<>("small", 1 + random.nextInt(4), 1), new Demand<>("urgent", 10, 4));
            String next = turns.next(demands).orElseThrow();
            demands.stream().filter(d -> d.of().equals(next)).forEach(d -> used.merge(next, d.cost(), Double::sum));
        }
        double all = used.values().stream().mapToDouble(Double::doubleValue).sum();
        assertThat(used.get("large") / all).isCloseTo(1 / 6.0, within(0.01));
        assertThat(used.get("small") / all).isCloseTo(1 / 6.0, within(0.01));
        assertThat(used.get("urgent") / all).isCloseTo(4 / 6.0, within(0.01));
    }

    @Test
    void shouldNotSaveUpWhatWasNotWanted() {
        for (int i = 0; i < 100; i++) {
            assertThat(turns.next(List.of(new Demand<>("a", 1, 4)))).contains("a");
        }
        List<Demand<String>> both = List.of(new Demand<>("a", 1, 1), new Demand<>("b", 1, 1));
        long first = IntStream.range(0, 20).filter(_ -> turns.next(both).orElseThrow().equals("a"))
                .count();
        assertThat(first).isBetween(10L, 14L);

        assertThat(turns.next(List.of(new Demand<>("b", 1, 1)))).contains("b");
        turns.next(both);
        turns.next(both);
        assertThat(turns.next(List.of(new Demand<>("c", 7, 1)))).contains("c");
    }
}
