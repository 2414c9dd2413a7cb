package dev.pathline.engine.objective;

/**
 * One evaluation {@code G} that a target is made of, beside the evaluation that is trained. Its input is a combination of
 * the row's data, its noise and the evaluations before it; where that is and how much of it enters the target are scalars
 * of each {@link Row}.
 *
 * @param source whose weights it has
 * @param labelled whether it has the row's own conditions, or the value of each that stands for none
 * @param tangent whether its derivative {@code J} along a direction is wanted, too
 * @param share which part of a batch has it, in (0, 1]: the first rows of every micro-batch
 * @param bound its point is pressed into {@code [-bound, bound]} before the input's scale; infinite for no bound
 */
public record Auxiliary(Source source, boolean labelled, boolean tangent, double share, double bound) {

    /** @throws IllegalArgumentException if a number is out of its range, or a tangent is not the student's own */
    public Auxiliary {
        if (!(share > 0 && share <= 1) || !(bound > 0)) {
            throw new IllegalArgumentException(
                    "an evaluation needs a share in (0, 1] and a positive bound, not " + share + " and " + bound);
        }
        if (tangent && source != Source.STUDENT) {
            throw new IllegalArgumentException("tangents are the student's own, not those of the " + source);
        }
    }

    /** An evaluation of a source with the row's own conditions, for all rows. */
    public static Auxiliary of(Source source) {
        return new Auxiliary(source, true, false, 1, Double.POSITIVE_INFINITY);
    }

    /** Returns this evaluation without the row's conditions. */
    public Auxiliary unlabelled() {
        return new Auxiliary(source, false, tangent, share, bound);
    }

    /** Returns this evaluation with its tangent. */
    public Auxiliary withTangent() {
        return new Auxiliary(source, labelled, true, share, bound);
    }

    /** Returns this evaluation for the first rows alone. */
    public Auxiliary forShare(double value) {
        return new Auxiliary(source, labelled, tangent, value, bound);
    }

    /** Returns this evaluation of a point that is pressed into {@code [-value, value]}. */
    public Auxiliary within(double value) {
        return new Auxiliary(source, labelled, tangent, share, value);
    }

    /** Returns how many rows of a micro-batch have it: the share, rounded to the nearest. */
    public int rows(int batch) {
        return (int) (((long) batch * parts() + MILLION / 2) / MILLION);
    }

    /** The share in millionths, so that scripts and Java round alike. */
    public long parts() {
        return Math.max(1, Math.round(share * MILLION));
    }

    private static final long MILLION = 1_000_000;
}
