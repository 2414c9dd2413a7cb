package dev.pathline.diffusion.solver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The ODE and the SDEs of one process have the same marginals (Fokker and Planck): samples of Euler and Maruyama's method
 * with {@code eta} 0, 0.5 and 1 on the mixture of math.md 3.13 agree with each other and with exact samples, at five times
 * along the path. The measure is the sliced Wasserstein distance. What it is by chance is computed from independent sets of
 * exact samples, and the error of the discretisation by halving the steps on the same Brownian paths.
 */
class SameMarginalTest {
    private static final NoiseSchedule SCHEDULE = VpLinear.DEFAULT;
    private static final int SAMPLES = 4000;
    private static final int PAIRED_SAMPLES = 400;
    private static final int STEPS = 16;
    private static final int TIMES = 5;

    private final MixtureProblem problem = new MixtureProblem(SCHEDULE);
    private final TimeGrid times = TimeGrids.of("log-snr", SCHEDULE, TIMES, 1, 0.01);

    @Test
    void shouldHaveTheMarginalsOfTheProcess() {
        List<Path> paths = DoubleStream.of(0, 0.5, 1).mapToObj(this::path).toList();
        List<Slices> lessNoise = new Run(1, STEPS, 1, 0.7, StageNoise.INDEPENDENT).follow(SAMPLES);
        for (int k = 0; k < TIMES; k++) {
            double t = times.time(k + 1);
            List<Slices> exact = IntStream.range(0, 12).mapToObj(set -> new Slices(exact(t, set, SAMPLES))).toList();
            double chance = chance(exact);
            for (Path path : paths) {
                double tolerance = chance + path.errors().get(k);
                assertThat(path.sets().get(k).distance(exact.getFirst())).as("%s", path).isLessThan(tolerance);
                for (Path other : paths.subList(0, paths.indexOf(path))) {
                    assertThat(path.sets().get(k).distance(other.sets().get(k))).as("%s, %s", path, other)
                            .isLessThan(tolerance + other.errors().get(k));
                }
            }
            // The measure tells: the reverse SDE with less noise than it should have is rejected.
            assertThat(lessNoise.get(k).distance(exact.getFirst()))
                    .isGreaterThan(chance + paths.getLast().errors().get(k));
        }
    }

    /** The samples at each of the times but the first, and the error of their steps. */
    private record Path(
            double eta,
            List<Slices> sets,
            List<Double> errors) {

        @Override
        public String toString() {
            return "eta = " + eta;
        }
    }

    private Path path(double eta) {
        int seed = 10 + (int) (2 * eta);
        // Twice the step has, to first order, twice the error, so that the difference is the error of the finer steps.
        List<Slices> fine = new Run(eta, STEPS, seed, 1, StageNoise.BROWNIAN).follow(PAIRED_SAMPLES);
        List<Slices> coarse = new Run(eta, STEPS / 2, seed, 1, StageNoise.BROWNIAN).follow(PAIRED_SAMPLES);
        return new Path(eta, new Run(eta, STEPS, seed, 1, StageNoise.INDEPENDENT).follow(SAMPLES),
                IntStream.range(0, TIMES).mapToObj(k -> fine.get(k).distance(coarse.get(k))).toList());
    }

    /** Trajectories from exact samples at the first time, with noise {@code noise} times as large as it should be. */
    private final class Run {
        private final double eta;
        private final int steps;
        private final int seed;
        private final double noise;
        private final StageNoise stageNoise;

        Run(double eta, int steps, int seed, double noise, StageNoise stageNoise) {
            this.eta = eta;
            this.steps = steps;
            this.seed = seed;
            this.noise = noise;
            this.stageNoise = stageNoise;
        }

        List<Slices> follow(int samples) {
            List<Slices> sets = new ArrayList<>();
            List<double[]> points = exact(times.start(), seed, samples);
            for (int k = 0; k < TIMES; k++) {
                PlanExecutor executor = executor(k);
                List<double[]> starts = points;
                // One Brownian path goes on through all parts; independent noise has to be another in each.
                int part = stageNoise == StageNoise.BROWNIAN ? seed : 1000 * seed + k;
                points = IntStream.range(0, samples)
                        .mapToObj(i -> executor.run(
                                starts.get(i), Network.NO_LABEL, part, i, PlanExecutor.Listener.NONE))
                        .toList();
                sets.add(new Slices(points));
            }
            return sets;
        }

        private PlanExecutor executor(int k) {
            TimeGrid grid = TimeGrids.of("log-snr", SCHEDULE, steps, times.time(k), times.time(k + 1));
            SolverPlan plan = Solvers.byName("euler-maruyama").plan(SCHEDULE, grid, new SolverOptions.Eta(eta));
            List<SolverStage> stages = plan.stages().stream().map(stage -> {
                Combination next = stage.nextX().plus(Combination.NOISE.times((noise - 1) * stage.nextX().noise()));
                return new SolverStage(stage.step(), stage.evaluation(), next, next);
            }).toList();
            SamplingPlan bound = new SolverPlan(plan.solver(), SCHEDULE, grid, plan.history(), stages)
                    .bind(problem.card(Prediction.DATA), Guidance.OFF,
                            new BindOptions(ValueOperation.NONE, stageNoise));
            return new PlanExecutor(bound, problem.model().network(Prediction.DATA), new PhiloxNoise());
        }
    }

    /** Independent samples of the marginal at {@code t}; another set has other ones. */
    private static List<double[]> exact(double t, int set, int samples) {
        double alpha = SCHEDULE.alpha(t);
        double sigma = SCHEDULE.sigma(t);
        return IntStream.range(0, samples).mapToObj(i -> {
            double[] z = new double[5];
            new PhiloxNoise().fill(new NoiseKey(29, i, 0, 1 + set), z);
            // 0.4 of all normals are below this.
            boolean first = z[4] < -0.2533471031357997;
            double std = first ? 0.5 : 0.7;
            return new double[]{alpha * ((first ? 1 : -0.8) + std * z[0]) + sigma * z[1],
                alpha * ((first ? 0.5 : -0.6) + std * z[2]) + sigma * z[3]};
        }).toList();
    }

    /** What the distance of two sets from one distribution hardly ever exceeds: five standard deviations. */
    private static double chance(List<Slices> sets) {
        double[] distances = IntStream.range(0, sets.size()).boxed()
                .flatMap(i -> IntStream.range(0, i).mapToObj(j -> sets.get(i).distance(sets.get(j))))
                .mapToDouble(Double::doubleValue)
                .toArray();
        double mean = Arrays.stream(distances).average().orElseThrow();
        double squares = Arrays.stream(distances).map(value -> Math.pow(value - mean, 2)).sum();
        return mean + 5 * Math.sqrt(squares / (distances.length - 1));
    }

    /** A set of points as what they are along 16 directions, in order. */
    private static final class Slices {
        private final double[][] sorted = new double[16][];

        Slices(List<double[]> points) {
            Arrays.setAll(sorted, k -> {
                double angle = Math.PI * k / sorted.length;
                return points.stream()
                        .mapToDouble(point -> Math.cos(angle) * point[0] + Math.sin(angle) * point[1])
                        .sorted()
                        .toArray();
            });
        }

        /** The sliced Wasserstein distance of first order to a set of the same size. */
        double distance(Slices other) {
            double sum = 0;
            for (int k = 0; k < sorted.length; k++) {
                for (int i = 0; i < sorted[k].length; i++) {
                    sum += Math.abs(sorted[k][i] - other.sorted[k][i]);
                }
            }
            return sum / (sorted.length * sorted[0].length);
        }
    }
}
