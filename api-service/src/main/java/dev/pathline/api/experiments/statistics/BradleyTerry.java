package dev.pathline.api.experiments.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Strengths of arms from votes on pairs: arm i is preferred to arm j with the odds {@code exp(s_i - s_j)} (Bradley and Terry 1952). A tie is half
 * a vote for each. Half a vote for each is added to every pair that was voted on, so that an arm that has won or lost every
 * vote has a strength, too.
 *
 * @param strengths {@code s} of each arm above the first one's, with intervals; the first's is 0
 */
public record BradleyTerry(List<Estimate> strengths) {

    private static final int MOST_ROUNDS = 100;
    private static final double CONVERGED = 1e-10;
    private static final double PRIOR = 0.5;

    /** Copies the list. */
    public BradleyTerry {
        strengths = List.copyOf(strengths);
    }

    /**
     * Fits strengths, by Newton's method.
     *
     * @param wins {@code wins[i][j]} votes for i against j, ties as halves
     * @throws IllegalArgumentException if an arm is compared with the others by nobody, not even by way of a third
     */
    public static BradleyTerry fit(double[][] wins, double confidence) {
        int arms = wins.length;
        if (!connects(wins)) {
            throw new IllegalArgumentException("votes do not connect all arms");
        }
        double[] strengths = new double[arms];
        double[][] information = new double[arms - 1][arms - 1];
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] slope = new double[arms - 1];
            information = new double[arms - 1][arms - 1];
            for (int i = 0; i < arms; i++) {
                for (int j = 0; j < i; j++) {
                    add(wins, strengths, i, j, slope, information);
                }
            }
            double[] step = Linear.solve(information, slope);
            double longest = 0;
            for (int i = 1; i < arms; i++) {
                double bounded = Math.clamp(step[i - 1], -1, 1);
                strengths[i] += bounded;
                longest = Math.max(longest, Math.abs(bounded));
            }
            if (longest < CONVERGED) {
                break;
            }
        }
        double wide = Differences.quantile(confidence);
        var estimates = new ArrayList<Estimate>();
        estimates.add(new Estimate(0, new Interval(0, 0)));
        for (int i = 1; i < arms; i++) {
            double[] unit = new double[arms - 1];
            unit[i - 1] = 1;
            double error = Math.sqrt(Linear.solve(information, unit)[i - 1]);
            estimates.add(new Estimate(strengths[i], Interval.around(strengths[i], wide * error)));
        }
        return new BradleyTerry(estimates);
    }

    private static void add(double[][] wins, double[] strengths, int i, int j, double[] slope, double[][] information) {
        if (wins[i][j] + wins[j][i] == 0) {
            return;
        }
        double votes = wins[i][j] + wins[j][i] + 2 * PRIOR;
        double chance = 1 / (1 + Math.exp(strengths[j] - strengths[i]));
        double surprise = wins[i][j] + PRIOR - votes * chance;
        double weight = votes * chance * (1 - chance);
        slope[i - 1] += surprise;
        information[i - 1][i - 1] += weight;
        if (j > 0) {
            slope[j - 1] -= surprise;
            information[j - 1][j - 1] += weight;
            information[i - 1][j - 1] -= weight;
            information[j - 1][i - 1] -= weight;
        }
    }

    /** Returns whether votes compare every arm with every other, if only by way of a third. */
    public static boolean connects(double[][] wins) {
        boolean[] reached = new boolean[wins.length];
        reach(wins, 0, reached);
        for (boolean one : reached) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    private static void reach(double[][] wins, int arm, boolean[] reached) {
        reached[arm] = true;
        for (int other = 0; other < wins.length; other++) {
            if (!reached[other] && wins[arm][other] + wins[other][arm] > 0) {
                reach(wins, other, reached);
            }
        }
    }
}
