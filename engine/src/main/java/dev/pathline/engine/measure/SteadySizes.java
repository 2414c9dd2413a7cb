package dev.pathline.engine.measure;

import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Sizes of evaluations that give a row the same bits as each other, whatever rows are beside it and wherever it stands.
 * Libraries choose their kernels by the size of a batch, so in an evaluation of any size a row's last bits depend on it.
 *
 * <p>Implementation note. A kernel that sums in another order is seen in every row in float32, but in one of sixty in
 * bfloat16, where most of such differences are rounded away. Hence hundreds of rows for each size there, and few sizes.
 *
 * @param sizes in ascending order; empty where there are none
 */
public record SteadySizes(List<Integer> sizes) {

    /** No size is steady. */
    public static final SteadySizes NONE = new SteadySizes(List.of());

    /** The largest size that is tried. */
    public static final int LARGEST = 64;

    private static final List<Integer> CANDIDATES = List.of(1, 2, 4, 8, 16, 24, 32, 40, 48, 56, LARGEST);
    private static final int ROWS = 384;
    private static final int FLOAT32_ROWS = 128;

    /** A slow network has one size, which need not agree with others; from here on its rows gain little from more. */
    private static final int ONE = 8;
    private static final int ROWS_FOR_ONE = 64;
    private static final long SLOW_FLOPS = 500_000_000;

    /** Copies the sizes. */
    public SteadySizes {
        sizes = List.copyOf(sizes);
    }

    /**
     * Tries a model out, for seconds. What is tried depends on the model alone, and what is found on the bits: no clock has
     * a say. Use on the compute thread only.
     *
     * @param mostRows sizes above are not wanted, for want of memory for instance
     */
    public static SteadySizes of(LoadedModel model, int mostRows) {
        return of(mostRows, model.profile().precision() == NumericProfile.Precision.FLOAT32 ? FLOAT32_ROWS : ROWS,
                isSlow(model), rows -> new ProbeRows(model, rows));
    }

    /** By its operations; a module of another program, of which nothing is known, counts as slow. */
    private static boolean isSlow(LoadedModel model) {
        return model.flops() == 0 || model.flops() > SLOW_FLOPS;
    }

    static SteadySizes of(int mostRows, int probed, boolean slow, IntFunction<ProbeRows> probes) {
        List<Integer> wanted = CANDIDATES.stream().filter(size -> size <= mostRows).toList();
        if (wanted.isEmpty()) {
            return NONE;
        }
        int one = wanted.stream().filter(size -> size <= ONE).toList().getLast();
        return slow
                ? agreeing(probes.apply(ROWS_FOR_ONE), List.of(one))
                : agreeing(probes.apply(probed), wanted);
    }

    /** Returns the sizes from the largest down to the first in which a row has other bits. */
    private static SteadySizes agreeing(ProbeRows rows, List<Integer> candidates) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, rows.count()).boxed().toList());
        var random = new Random(0);
        float[][] expected = rows.evaluate(order, candidates.getLast());
        var steady = new ArrayList<Integer>();
        for (int size : candidates.reversed()) {
            Collections.shuffle(order, random);
            if (!rows.agree(expected, order, size)) {
                break;
            }
            steady.addFirst(size);
        }
        return new SteadySizes(steady);
    }

    /** Returns whether there is no steady size. */
    public boolean isEmpty() {
        return sizes.isEmpty();
    }

    /** Returns the size of an evaluation for so many rows; the rows themselves where they are more than the largest. */
    public int of(int rows) {
        return sizes.stream().filter(size -> size >= rows).findFirst().orElse(rows);
    }

    /** Returns the largest size that is not above a number of rows, or the smallest if there is none. */
    public int fitting(int rows) {
        return sizes.stream().filter(size -> size <= rows).reduce((_, last) -> last).orElseGet(sizes::getFirst);
    }
}
