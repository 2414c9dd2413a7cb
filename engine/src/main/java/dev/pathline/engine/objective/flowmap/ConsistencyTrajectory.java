package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.engine.objective.Auxiliary;
import dev.pathline.engine.objective.Distance;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.ObjectiveFacts;
import dev.pathline.engine.objective.ObjectiveFamily;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.ObjectiveSettings.Range;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.objective.TimeDistribution;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * CTM, the linear variant: a jump {@code G(x, t, s) = (s/t) x + (1 - s/t) g(x, t, s)} equals the jump from where the path is
 * one level later, which one step of Heun's method finds with the network's own field {@code g(x, t, t)} (Kim et al., arXiv
 * 2310.02279, section 3). The other rows learn that field by denoising.
 *
 * <p>The published loss compares both jumps after another evaluation each, through which gradients flow, in the features of
 * another network, and adds an adversarial one. Here jumps are compared where they end: a regression, as every objective.
 *
 * @param function the network's {@code g}, wrapped like EDM's; it takes both times
 * @param grid the noise levels of jumps, downwards
 * @param times how noise levels of denoising are drawn
 * @param share the share of rows that learn jumps
 * @param targetDecay of the average that targets are taken from
 */
public record ConsistencyTrajectory(ConsistencyFunction function, TimeGrid grid,
        TimeDistribution times, double share, double targetDecay) implements ConsistencyFunction.OfFunction {

    /** CTM. */
    public static final ObjectiveFamily FAMILY = ObjectiveFamily.ofData("consistency-trajectory",
            ConsistencyTrajectory::read);

    private static final List<String> INPUTS = List.of(InputNames.TIME, InputNames.TARGET);

    private static Function<ObjectiveFacts, Objective> read(ObjectiveSettings settings) {
        int levels = settings.whole("levels", 2, 18);
        double least = settings.number("sigmaMin", Range.POSITIVE, 0.002);
        double most = settings.number("sigmaMax", Range.POSITIVE, 80);
        double share = Settings.share(settings, 0.5);
        double decay = Settings.targetDecay(settings, Source.AVERAGE, 0.999);
        double mean = settings.number("mean", Range.ANY, -1.2);
        double std = settings.number("std", Range.POSITIVE, 1.2);
        ToDoubleFunction<ObjectiveFacts> sigmaData = Settings.sigmaData(settings);
        return facts -> {
            var schedule = new Edm(least, most);
            return new ConsistencyTrajectory(
                    new ConsistencyFunction(schedule, new Preconditioning.Edm(sigmaData.applyAsDouble(facts)),
                            facts.timeInput().apply(schedule)),
                    TimeGrids.of("karras", schedule, levels - 1, most, least),
                    new TimeDistribution.LogNormal(mean, std),
                    share, decay);
        };
    }

    private Auxiliary own() {
        return Auxiliary.of(Source.STUDENT).forShare(share);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(INPUTS, List.of(own(), own(), Auxiliary.of(Source.AVERAGE).forShare(share)), Distance.SQUARED);
    }

    @Override
    public void draw(Drawing drawing, Row row) {
        boolean jumps = drawing.has(own());
        if (!jumps) {
            double t = times.sample(drawing.random(), schedule());
            Mix x = Mix.of(1, t);
            function.input(row, x, t, t);
            function.target(row, x, t, Mix.of(1, 0));
            return;
        }
        int n = drawing.random().nextInt(grid.steps());
        int end = n + 1 + drawing.random().nextInt(grid.steps() - n);
        double t = grid.time(n);
        double u = grid.time(n + 1);
        double s = grid.time(end);
        Mix x = Mix.of(1, t);
        function.input(row, x, t, s);
        Mix first = x.minus(function.evaluate(row, 0, x, t, t)).times(1 / t);
        Mix euler = x.plus(first.times(u - t));
        Mix second = euler.minus(function.evaluate(row, 1, euler, u, u)).times(1 / u);
        Mix later = x.plus(first.plus(second).times((u - t) / 2));
        Affine rest = Affine.dataStep(schedule(), u, s);
        Mix arrival = later.times(rest.x()).plus(function.evaluate(row, 2, later, u, s).times(rest.output()));
        Affine jump = Affine.dataStep(schedule(), t, s);
        function.target(row, x, t, arrival.minus(x.times(jump.x())).times(1 / jump.output()));
    }

    /** It jumps to any time, not to data alone. */
    @Override
    public ModelKind kind() {
        return ModelKind.FLOW_MAP;
    }

    @Override
    public double targetDecay(long step) {
        return targetDecay;
    }
}
