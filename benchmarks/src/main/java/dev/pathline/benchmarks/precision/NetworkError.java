package dev.pathline.benchmarks.precision;

import dev.pathline.benchmarks.precision.Curve.Point;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.Solvers;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The error of deterministic solvers on a network, in float32 and without guidance: the root mean square difference, by
 * pixel, from what a fine solution makes of the same noise. Grids run from the schedule's start to {@code t = 0}, as they
 * do when somebody samples. Use on the compute thread only.
 */
final class NetworkError {
    private static final int[] EVALUATIONS = {4, 6, 8, 12, 16, 24, 32, 64};
    private static final int IMAGES = 8;
    private static final int REFERENCE_STEPS = 250;
    private static final String REFERENCE_GRID = "log-snr";

    private final ModelCard card;
    private final NoiseSchedule schedule;
    private final Sampler sampler;
    private final List<float[]> reference;

    NetworkError(LoadedModel model) {
        card = model.card();
        schedule = card.noiseSchedule();
        sampler = new Sampler(model, new PhiloxNoise(), IMAGES);
        reference = sample(
                Solvers.byName("heun").plan(schedule, grid(REFERENCE_GRID).apply(REFERENCE_STEPS)));
    }

    /** The curves of all deterministic solvers on one time grid. */
    List<Curve> solvers(String grid) {
        return Solvers.all().stream()
                .filter(solver -> solver.info().deterministic() && !solver.info().flowMap())
                .filter(solver -> solver.info().timeGrids().contains(grid))
                .map(solver -> curve(solver, grid, solver.info().name(), Family.of(solver.info()))).toList();
    }

    /** The curves of one solver on each time grid that it takes. */
    List<Curve> grids(String solver) {
        SolverInfo info = Solvers.byName(solver).info();
        List<Family> families = List.of(Family.values());
        return Stream.iterate(0, i -> i < info.timeGrids().size(), i -> i + 1)
                .map(i -> curve(Solvers.byName(solver), info.timeGrids().get(i), info.timeGrids().get(i),
                        families.get(i % families.size())))
                .toList();
    }

    private Curve curve(Solver solver, String grid, String name, Family family) {
        List<Point> points = Budgets.plans(solver, Budgets.withEta(solver, 0), schedule, grid(grid), EVALUATIONS)
                .stream()
                .map(plan -> new Point(plan.evaluations(), error(sample(plan)))).toList();
        return new Curve(name, family, points);
    }

    private IntFunction<TimeGrid> grid(String name) {
        return steps -> TimeGrids.of(name, schedule, steps);
    }

    private List<float[]> sample(SolverPlan plan) {
        int[] labels = IntStream.range(0, IMAGES).map(image -> image % card.classes().size()).toArray();
        return sampler.sample(plan.bind(card, Guidance.OFF, BindOptions.DEFAULT), labels, 0);
    }

    private double error(List<float[]> images) {
        double sum = 0;
        int count = 0;
        for (int k = 0; k < IMAGES; k++) {
            for (int i = 0; i < images.get(k).length; i++) {
                double difference = images.get(k)[i] - reference.get(k)[i];
                sum += difference * difference;
                count++;
            }
        }
        return Math.sqrt(sum / count);
    }
}
