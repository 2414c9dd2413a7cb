package dev.pathline.engine.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.engine.objective.distillation.Distillations;
import dev.pathline.engine.objective.flowmap.FlowMaps;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The identity behind every objective, on maps that are known: with the marginal velocity in place of a sample's own, the
 * network that jumps exactly leaves no error, and another one does.
 *
 * <p>Identities of finite pieces hold exactly only where paths are straight, for data that are one point; for others their
 * error falls with the length of the pieces, by the order that they have.
 */
class OracleTest {

    private static final double[] MEAN = {0.3, -0.7};
    private static final double STD = 0.5;
    private static final int ROWS = 200;

    /** What holds for whole paths; the rest is of finite pieces. */
    private static final Set<String> WHOLE = Set.of("mean-flow", "improved-mean-flow", "split-mean-flow", "shortcut",
            "lagrangian", "continuous-consistency", "knowledge-distillation", "cmt",
            "continuous-consistency-distillation", "lagrangian-distillation");

    private static Stream<ObjectiveFamily> all() {
        return Stream.concat(FlowMaps.ALL.stream(), Distillations.ALL.stream())
                // Its field is that of straightened paths, which has a test of its own.
                .filter(family -> !family.word().equals("reflow"));
    }

    private static Stream<ObjectiveFamily> whole() {
        return all().filter(family -> WHOLE.contains(family.word()));
    }

    private static Stream<ObjectiveFamily> ofPieces() {
        // At clean data the field of one point has no limit, and a teacher on a straight path is asked for it.
        return all().filter(family -> !WHOLE.contains(family.word()))
                .filter(family -> !family.word().equals("consistency-distillation"));
    }

    private static Stream<ObjectiveFamily> ofData() {
        return whole().filter(family -> !family.trajectories());
    }

    private static NoiseSchedule teacherSchedule(String word) {
        return switch (word) {
            case "continuous-consistency-distillation" -> new TrigFlow(STD);
            default -> RectifiedFlow.DEFAULT;
        };
    }

    private static Objective objective(ObjectiveFamily family, Map<String, Object> given) {
        Function<NoiseSchedule, TimeInput> time = schedule -> schedule instanceof Edm
                ? new TimeInput.LogSigma(0.25)
                : TimeInput.IDENTITY;
        ModelCard card = ModelCard.of("teacher", ModelKind.DIFFUSION, List.of(2),
                teacherSchedule(family.word()).spec(), Prediction.VELOCITY);
        return family.reader().apply(DefaultSettings.of(given)).apply(new ObjectiveFacts(STD, 2, 1000, time, false,
                new ObjectiveFacts.TeacherFacts(card, 1, CfgInterval.ALWAYS)));
    }

    private static GaussianModel gaussian(NoiseSchedule schedule, double shift, double std) {
        return new GaussianModel(schedule, new double[]{MEAN[0] + shift, MEAN[1]}, std);
    }

    /** A teacher that is exact; it predicts the velocity, in the schedule's own time. */
    private static RecipeExecutor.Field teacher(ExactMap map) {
        return (x, inputs, labelled) -> map.model().velocity(x, inputs[0], Network.NO_LABEL);
    }

    /** The largest error of many rows, of those of a level that stands for one length. */
    private static double largest(Objective objective, ExactMap truth, ExactMap student, long step) {
        var random = new SplittableRandom(11);
        Recipe recipe = objective.recipe();
        var fields = new EnumMap<Source, RecipeExecutor.Field>(Source.class);
        fields.put(Source.STUDENT, student.student(objective));
        fields.put(Source.AVERAGE, student.student(objective));
        fields.put(Source.TEACHER, teacher(truth));
        var executor = new RecipeExecutor(recipe, fields);
        List<Double> states = List.of(1.0, 0.8, 0.55, 0.2, 0.0);
        var row = new Row(recipe);
        double largest = 0;
        for (int i = 0; i < ROWS; i++) {
            row.clear();
            objective.draw(new Drawing(random, step, i % 4, 4, states), row);
            double t = objective.timeInput().timeOf(objective.schedule(), row.at(recipe.layout().input().inputs()));
            if (isAmbiguous(objective, row) || isShort(objective, row, t)) {
                continue;
            }
            double[][] pair = pair(objective, truth, row, states, t, random);
            double[] residual = executor.residual(row, pair[0], pair[1]);
            double scale = recipe.hasScale()
                    ? row.at(recipe.layout().scale())
                    : Math.sqrt(row.at(recipe.layout()
                            .weight()));
            largest = Math.max(largest, Arrays.stream(residual).map(value -> Math.abs(scale * value)).max()
                    .orElseThrow());
        }
        return largest;
    }

    /** A level of 7 is the velocity to the rows that learn it, and a jump of 1/128 to the level above. */
    private static boolean isAmbiguous(Objective objective, Row row) {
        return objective.targetInput() == TargetInput.LEVEL
                && row.at(objective.recipe().layout().input().inputs() + 1) == 6;
    }

    /** An average velocity over next to nothing is a difference of equal numbers; over nothing it is the velocity. */
    private static boolean isShort(Objective objective, Row row, double t) {
        if (objective.kind() != ModelKind.FLOW_MAP || objective.targetInput() != TargetInput.TIME) {
            return false;
        }
        double length = t - objective.timeInput().timeOf(objective.schedule(),
                row.at(objective.recipe().layout().input().inputs() + 1));
        return length > 1e-12 && length < 0.05 * t;
    }

    /** Data and noise whose line at the row's time is the path's: the means of both given the point. */
    private static double[][] pair(Objective objective, ExactMap truth, Row row, List<Double> states, double t,
            SplittableRandom random) {
        NoiseSchedule schedule = objective.schedule();
        double[] x = new double[2];
        for (int i = 0; i < 2; i++) {
            x[i] = schedule.alpha(t) * (MEAN[i] + STD * random.nextGaussian())
                    + schedule.sigma(t) * random.nextGaussian();
        }
        if (row.earlier() >= 0) {
            return new double[][]{truth.solution().at(x, t, states.get(row.later())), x};
        }
        double[] data = truth.model().data(x, t, Network.NO_LABEL);
        double[] noise = new double[2];
        for (int i = 0; i < 2; i++) {
            noise[i] = (x[i] - schedule.alpha(t) * data[i]) / schedule.sigma(t);
        }
        return new double[][]{data, noise};
    }

    @ParameterizedTest
    @MethodSource("whole")
    void shouldLeaveNoErrorAtTheExactMapOfAGaussian(ObjectiveFamily family) {
        Objective objective = objective(family, Map.of());
        ExactMap exact = ExactMap.of(gaussian(objective.schedule(), 0, STD));
        ExactMap wrong = ExactMap.of(gaussian(objective.schedule(), 0.5, STD));
        assertThat(largest(objective, exact, exact, 5000)).isLessThan(1e-9);
        assertThat(largest(objective, exact, wrong, 5000)).isGreaterThan(1e-2);
    }

    @ParameterizedTest
    @MethodSource("ofData")
    void shouldLeaveNoErrorAtTheMapOfAMixture(ObjectiveFamily family) {
        Objective objective = objective(family, Map.of());
        var mixture = new GaussianMixtureModel(objective.schedule(), List.of(
                new GaussianMixtureModel.Component(1, List.of(0.9, -0.2), 0.4),
                new GaussianMixtureModel.Component(2, List.of(-0.6, 0.5), 0.5)));
        ExactMap exact = ExactMap.integrated(mixture, 400);
        assertThat(largest(objective, exact, exact, 5000)).isLessThan(1e-6);
        assertThat(largest(objective, exact, ExactMap.of(gaussian(objective.schedule(), 0, STD)), 5000))
                .isGreaterThan(1e-2);
    }

    @ParameterizedTest
    @MethodSource("ofPieces")
    void shouldLeaveNoErrorWherePathsAreStraight(ObjectiveFamily family) {
        Objective objective = objective(family, Map.of());
        ExactMap point = ExactMap.of(gaussian(objective.schedule(), 0, 1e-9));
        ExactMap wrong = ExactMap.of(gaussian(objective.schedule(), 0.5, STD));
        assertThat(largest(objective, point, point, 5000)).isLessThan(1e-6);
        assertThat(largest(objective, point, wrong, 5000)).isGreaterThan(1e-3);
    }

    @Test
    void shouldLearnTheFieldOfStraightenedPaths() {
        Objective reflow = Distillations.ALL.stream().filter(family -> family.word().equals("reflow")).findFirst()
                .map(family -> objective(family, Map.of())).orElseThrow();
        // Noise z goes to mean + std z on a line: x_t = (1 - t) (mean + std z) + t z, so z follows from x_t.
        RecipeExecutor.Field exact = (x, inputs, labelled) -> {
            double t = inputs[0];
            double[] velocity = new double[2];
            for (int i = 0; i < 2; i++) {
                double z = (x[i] - (1 - t) * MEAN[i]) / ((1 - t) * STD + t);
                velocity[i] = z - (MEAN[i] + STD * z);
            }
            return velocity;
        };
        var random = new SplittableRandom(5);
        var executor = new RecipeExecutor(reflow.recipe(), Map.of(Source.STUDENT, exact));
        var row = new Row(reflow.recipe());
        for (int i = 0; i < ROWS; i++) {
            row.clear();
            reflow.draw(new Drawing(random, 1, 0, 1, List.of(1.0, 0.0)), row);
            double[] noise = {random.nextGaussian(), random.nextGaussian()};
            double[] data = {MEAN[0] + STD * noise[0], MEAN[1] + STD * noise[1]};
            assertThat(executor.residual(row, data, noise)).usingComparatorWithPrecision(1e-12)
                    .containsExactly(0.0, 0.0);
        }
    }

    /** Twice as short pieces leave an error that is smaller by two to the power of the order. */
    private static void assertOrder(String word, Map<String, Object> coarse, Map<String, Object> fine, double order) {
        ObjectiveFamily family = all().filter(known -> known.word().equals(word)).findFirst().orElseThrow();
        double[] errors = Stream.of(coarse, fine).map(given -> objective(family, given)).mapToDouble(objective -> {
            ExactMap exact = ExactMap.of(gaussian(objective.schedule(), 0, STD));
            assertThat(largest(objective, exact, ExactMap.of(gaussian(objective.schedule(), 0.5, STD)), 5000))
                    .isGreaterThan(1e-3);
            return largest(objective, exact, exact, 5000);
        }).toArray();
        assertThat(Math.log(errors[0] / errors[1]) / Math.log(2)).as(word + ": " + Arrays.toString(errors))
                .isBetween(order - 0.35, order + 0.5);
    }

    @Test
    void shouldHaveTheOrderOfItsPieces() {
        // The error of u is of second order, and counts by the inverse root of alpha.
        assertOrder("alpha-flow", Map.of("curriculum.shape", "constant", "curriculum.last", 0.02),
                Map.of("curriculum.shape", "constant", "curriculum.last", 0.01), 1.5);
        assertOrder("consistency-training", Map.of("firstLevels", 160, "lastLevels", 160),
                Map.of("firstLevels", 320, "lastLevels", 320), 2);
        assertOrder("improved-consistency-training", Map.of("firstLevels", 160, "lastLevels", 160),
                Map.of("firstLevels", 320, "lastLevels", 320), 1.5);
        assertOrder("consistency-distillation", Map.of("levels", 81), Map.of("levels", 161), 3);
        assertOrder("mean-flow", Map.of("tangent", "differences", "delta", 0.02),
                Map.of("tangent", "differences", "delta", 0.01), 2);
        assertOrder("lagrangian", Map.of("tangent", "differences", "delta", 0.02),
                Map.of("tangent", "differences", "delta", 0.01), 2);
    }

    @Test
    void shouldKeepDiffusionsOwnIdentity() {
        var objective = new DiffusionObjective(RectifiedFlow.DEFAULT, Prediction.VELOCITY, Preconditioning.NONE,
                TimeInput.IDENTITY, new TimeDistribution.LogitNormal(0, 1), new Weighting.Plain());
        ExactMap exact = ExactMap.of(gaussian(RectifiedFlow.DEFAULT, 0, STD));
        ExactMap wrong = ExactMap.of(gaussian(RectifiedFlow.DEFAULT, 0.5, STD));
        assertThat(largest(objective, exact, exact, 1)).isLessThan(1e-12);
        assertThat(largest(objective, exact, wrong, 1)).isGreaterThan(1e-2);
    }
}
