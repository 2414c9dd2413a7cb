package dev.pathline.diffusion.solver;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One number that a solver may have beside its time grid, as requests name it. Which solvers have which is said by
 * {@link SolverInfo#options}, whose type groups them.
 */
public enum SolverOption {
    /** {@link SolverOptions.Eta}. */
    ETA("eta", "stochasticity", 0, 1, false,
            "how much of the noise that a step takes away is replaced by fresh noise: 0 follows the ODE, 1 the reverse SDE"),
    /** {@code S_churn}. */
    CHURN("churn", "growth", 0, 1000, false,
            "how far noise is raised before the steps, over all of them: by the factor 1 + min(churn / steps, 0.414) before each"),
    /** {@code S_tmin}. */
    CHURN_MIN("churnMin", "noise level", 0, 1e6, false, "the smallest noise level, sigma/alpha, that is raised"),
    /** {@code S_tmax}. */
    CHURN_MAX("churnMax", "noise level", 0, 1e6, false, "the largest noise level, sigma/alpha, that is raised"),
    /** {@code S_noise}. */
    CHURN_NOISE("churnNoise", "factor", 0.5, 2, false,
            "the standard deviation of the noise that is added, in terms of what the noise level says"),
    /** The Langevin steps at each noise level. */
    INNER_STEPS("innerSteps", "number", 1, 100, true, "Langevin steps at each noise level, one evaluation each"),
    /** The signal-to-noise ratio of the corrector's step. */
    SNR("snr", "ratio", 0.001, 1, false, "the size of a corrector's step: the ratio of its norm to that of its noise"),
    /** The size of a Langevin step. */
    STEP_SIZE("stepSize", "length", 0.001, 1, false,
            "the size of a Langevin step, in terms of the noise level's square");

    private final String wire;
    private final String noun;
    private final double least;
    private final double most;
    private final boolean whole;
    private final String description;

    SolverOption(String wire, String noun, double least, double most, boolean whole, String description) {
        this.wire = wire;
        this.noun = noun;
        this.least = least;
        this.most = most;
        this.whole = whole;
        this.description = description;
    }

    /** Returns the name in requests, such as {@code churnMin}. */
    public String wire() {
        return wire;
    }

    /** Returns what it is, one word. */
    public String noun() {
        return noun;
    }

    /** Returns the smallest value that a request may have. */
    public double least() {
        return least;
    }

    /** Returns the largest value that a request may have. */
    public double most() {
        return most;
    }

    /** Returns whether it counts something. */
    public boolean whole() {
        return whole;
    }

    /** Returns what it does, for people. */
    public String description() {
        return description;
    }

    /** Returns the range of its values, {@code 0 to 1}. */
    public String range() {
        return plain(least) + " to " + plain(most);
    }

    /** Returns whether a request may have that value. */
    public boolean accepts(double value) {
        return value >= least && value <= most && (!whole || value == Math.rint(value));
    }

    /** Returns a value as it is told and recorded: what counts something without a point. */
    public String text(double value) {
        return whole ? plain(value) : Double.toString(value);
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** Returns the option of a name in requests, or nothing. */
    public static Optional<SolverOption> named(String wire) {
        return Stream.of(values()).filter(option -> option.wire.equals(wire)).findFirst();
    }

    /** Returns the values in the order of the options. */
    static Map<SolverOption, Double> ordered(Map<SolverOption, Double> values) {
        var ordered = new EnumMap<SolverOption, Double>(SolverOption.class);
        ordered.putAll(values);
        return ordered;
    }

    /** Returns names in requests, separated by commas. */
    static String names(Collection<SolverOption> options) {
        return String.join(", ", options.stream().map(SolverOption::wire).toList());
    }
}
