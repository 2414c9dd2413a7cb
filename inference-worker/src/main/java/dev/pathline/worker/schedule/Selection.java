package dev.pathline.worker.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** Chooses the samples of a tick: in their order, as many as fit. */
public final class Selection {

    private Selection() {}

    /**
     * Chooses. Who does not fit lets a smaller one pass, and is the first of its size the next time; samples without rows
     * always fit, and the first one does even if it is too large.
     *
     * @param rows the rows of a sample's next stage
     * @param order who goes first; those that are equal go as they come
     * @param most how many rows an evaluation may have
     */
    public static <S> List<S> choose(List<S> samples, ToIntFunction<S> rows, Comparator<S> order, int most) {
        var chosen = new ArrayList<S>();
        int taken = 0;
        for (S sample : samples.stream().sorted(order).toList()) {
            int wanted = rows.applyAsInt(sample);
            if (wanted == 0 || taken == 0 || taken + wanted <= most) {
                chosen.add(sample);
                taken += wanted;
            }
        }
        return chosen;
    }
}
