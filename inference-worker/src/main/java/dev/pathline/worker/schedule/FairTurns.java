package dev.pathline.worker.schedule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Deficit round robin (Shreedhar and Varghese, 1995): those who share something go round, and each visit gives what one has
 * not used a credit, in proportion to its weight. Over time each gets its share of the cost, however large or small its
 * single demands are, and none waits for ever.
 *
 * @param <T> who shares
 */
public final class FairTurns<T> {

    /**
     * What somebody wants next.
     *
     * @param of who
     * @param cost what it takes, positive
     * @param weight its share against that of others, at least 1
     */
    public record Demand<T>(T of, double cost, int weight) {}

    private final Deque<Share<T>> round = new ArrayDeque<>();
    /** Whether the first of the round has got its credit for this visit. */
    private boolean credited;

    /** Returns whose turn it is, which counts as taken; empty if nobody wants anything. */
    public Optional<T> next(List<Demand<T>> demands) {
        var wanted = new LinkedHashMap<T, Demand<T>>();
        demands.forEach(demand -> wanted.put(demand.of(), demand));
        admit(wanted.keySet());
        // Each visit is good for one turn of whoever has the smallest weight: the shares are the same with longer visits, and who is urgent
        // would wait for them.
        double quantum = demands.stream().mapToDouble(Demand::cost).max().orElse(0)
                / demands.stream().mapToInt(Demand::weight).min().orElse(1);
        while (!round.isEmpty()) {
            Share<T> first = round.getFirst();
            Demand<T> demand = Objects.requireNonNull(wanted.get(first.of));
            if (!credited) {
                first.credit += quantum * demand.weight();
                credited = true;
            }
            if (first.credit >= demand.cost()) {
                first.credit -= demand.cost();
                return Optional.of(first.of);
            }
            round.addLast(round.removeFirst());
            credited = false;
        }
        return Optional.empty();
    }

    /** Those who want nothing leave, and lose what they did not use; who is new comes last. */
    private void admit(Set<T> wanting) {
        if (!round.isEmpty() && !wanting.contains(round.getFirst().of)) {
            credited = false;
        }
        round.removeIf(share -> !wanting.contains(share.of));
        Set<T> known = round.stream().map(share -> share.of).collect(Collectors.toSet());
        wanting.stream().filter(one -> !known.contains(one)).forEach(one -> round.addLast(new Share<>(one)));
    }

    private static final class Share<T> {

        private final T of;
        private double credit;

        Share(T of) {
            this.of = of;
        }
    }
}
