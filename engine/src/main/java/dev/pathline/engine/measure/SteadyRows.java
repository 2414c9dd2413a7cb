package dev.pathline.engine.measure;

import dev.pathline.engine.sampling.LoadedModel;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * From how many rows on an evaluation gives each row the same bits, whatever rows are beside it and wherever it stands:
 * tried on batches of up to 40 rows, in which a row has another place and other neighbours each time. Libraries choose
 * their kernels by the size of the batch, so below some size a row's last bits depend on it.
 */
public final class SteadyRows {

    /** The largest size that is tried. */
    public static final int LARGEST = 40;

    /** Sizes that are tried, from the largest down; the largest is what the others are held against. */
    private static final int[] SIZES = {LARGEST, 33, 32, 31, 24, 17, 16, 15, 12, 9, 8, 7, 6, 5, 4, 3, 2, 1};

    private SteadyRows() {}

    /**
     * Tries a model out. Use on the compute thread only.
     *
     * @return the smallest number of rows from which on, as far as was tried, no row's bits change; empty if they do even
     *         between the largest batches
     */
    public static OptionalInt of(LoadedModel model) {
        int largest = SIZES[0];
        var rows = new ProbeRows(model, largest);
        float[] all = rows.evaluate();
        int steady = 0;
        for (int i = 1; i < SIZES.length; i++) {
            int from = largest - SIZES[i];
            if (!Arrays.equals(rows.evaluate(from),
                    Arrays.copyOfRange(all, from * (all.length / largest), all.length))) {
                break;
            }
            steady = SIZES[i];
        }
        return steady == 0 ? OptionalInt.empty() : OptionalInt.of(steady);
    }
}
