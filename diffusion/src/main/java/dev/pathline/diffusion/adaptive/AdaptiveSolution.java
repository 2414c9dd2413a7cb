package dev.pathline.diffusion.adaptive;

/** Where an adaptive solve ended, and what it cost. Immutable. */
public final class AdaptiveSolution {
    private final double[] x;
    private final int accepted;
    private final int rejected;
    private final int evaluations;

    AdaptiveSolution(double[] x, int accepted, int rejected, int evaluations) {
        this.x = x;
        this.accepted = accepted;
        this.rejected = rejected;
        this.evaluations = evaluations;
    }

    /** Returns a copy of the point at the end of the interval. */
    public double[] x() {
        return x.clone();
    }

    /** Returns the number of steps that were taken. */
    public int accepted() {
        return accepted;
    }

    /** Returns the number of attempts that were thrown away because their error was too large. */
    public int rejected() {
        return rejected;
    }

    /** Returns how often the model was evaluated, for attempts that were thrown away too. */
    public int evaluations() {
        return evaluations;
    }
}
