package dev.pathline.diffusion.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.MixtureProblem;
import dev.pathline.diffusion.solver.Needs;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Solvers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our plans against the schedulers of diffusers: the same grid, starting points and noise, the exact denoiser of the mixture
 * instead of a network, and every point of evaluation compared. The recording is a fixture; {@code benchmarks/parity} makes
 * a new one and has this test compare with it, {@code -Dparity.fixture}. The differences are left in
 * {@code target/scheduler-parity.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchedulerParityTest {
    private static final double SIGMA_DATA = 0.5;
    private static final double SIGMA_MIN = 0.002;

    private JsonNode recording;
    private List<RecordedCase> cases;
    private List<Counterpart> counterparts;
    private final Map<Counterpart, Double> largest = new HashMap<>();

    @BeforeAll
    void read() throws IOException {
        String other = System.getProperty("parity.fixture");
        recording = new JsonMapper().readTree(
                other == null ? resource("diffusers-schedulers.json") : Files.readString(Path.of(other)));
        cases = StreamSupport.stream(recording.get("cases").spliterator(), false).map(RecordedCase::new).toList();
        counterparts = Counterpart.read(resource("counterparts.txt"));
    }

    private static String resource(String name) throws IOException {
        try (var stream = SchedulerParityTest.class.getResourceAsStream("/parity/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<RecordedCase> cases(Counterpart counterpart) {
        return cases.stream().filter(recorded -> recorded.family().equals(counterpart.family())).toList();
    }

    Stream<Counterpart> comparable() {
        return counterparts.stream().filter(counterpart -> counterpart.solver().isPresent());
    }

    @Test
    void shouldSayForEveryCaseWhatItIsComparedWithOrWhyNot() {
        assertThat(cases.stream().map(RecordedCase::family).collect(Collectors.toSet()))
                .isEqualTo(counterparts.stream().map(Counterpart::family).collect(Collectors.toSet()));
        assertThat(counterparts).allSatisfy(counterpart -> assertThat(counterpart.solver().isPresent()
                && counterpart.bound() <= 1e-9).isEqualTo(counterpart.reason().isEmpty()));
    }

    @ParameterizedTest
    @MethodSource("comparable")
    void shouldComputeWhatDiffusersComputes(Counterpart counterpart) {
        Solver solver = Solvers.byName(counterpart.solver().orElseThrow());
        double difference = cases(counterpart).stream().mapToDouble(recorded -> difference(recorded, solver)).max()
                .orElseThrow();
        largest.put(counterpart, difference);
        assertThat(difference).as("largest difference of %s from %s", counterpart.solver().get(), counterpart.family())
                .isLessThanOrEqualTo(counterpart.bound());
        if (!counterpart.reason().isEmpty()) {
            assertThat(difference).as("a reason that has ceased to be one").isGreaterThan(1e-6);
        }
    }

    /** The largest difference at any point of evaluation and at the end, relative where coordinates are above 1. */
    private double difference(RecordedCase recorded, Solver solver) {
        NoiseSchedule schedule = recorded.schedule();
        SolverPlan plan = plan(solver, recorded);
        Preconditioning wrapping = preconditioning(recorded);
        ModelCard card = ModelCard.of("mixture",
                solver.info().needs() == Needs.JUMPS_TO_DATA ? ModelKind.CONSISTENCY : ModelKind.DIFFUSION,
                List.of(2), schedule.spec(), prediction(recorded)).withNetworkInput(wrapping, TimeInput.IDENTITY);
        Network network = new MixtureProblem(schedule).model().network(card.prediction(), wrapping, TimeInput.IDENTITY);
        var binding = new BindOptions(recorded.clips() ? new ValueOperation.Clip(-1, 1) : ValueOperation.NONE,
                StageNoise.INDEPENDENT);
        double difference = 0;
        for (int point = 0; point < recorded.start().size(); point++) {
            List<double[]> path = new ArrayList<>();
            Network watched = (x, inputs, output) -> {
                double scale = wrapping.inputScale(schedule, inputs.time());
                path.add(Arrays.stream(x).map(value -> value / scale).toArray());
                network.evaluate(x, inputs, output);
            };
            path.add(new PlanExecutor(plan.bind(card, Guidance.OFF, binding), watched, replayed(plan))
                    .run(recorded.start().get(point), Network.NO_LABEL, 0, point, PlanExecutor.Listener.NONE));
            difference = Math.max(difference, distance(path, expected(recorded, point)));
        }
        return difference;
    }

    private static List<double[]> expected(RecordedCase recorded, int point) {
        return Stream.concat(recorded.inputs().stream(), Stream.of(recorded.end())).map(all -> all.get(point)).toList();
    }

    private static double distance(List<double[]> path, List<double[]> expected) {
        assertThat(path).as("evaluations and end").hasSameSizeAs(expected);
        double distance = 0;
        for (int i = 0; i < path.size(); i++) {
            for (int k = 0; k < 2; k++) {
                double value = expected.get(i)[k];
                distance = Math.max(distance, Math.abs(path.get(i)[k] - value) / Math.max(1, Math.abs(value)));
            }
        }
        return distance;
    }

    private static SolverPlan plan(Solver solver, RecordedCase recorded) {
        return recorded.eta().isPresent()
                ? solver.plan(recorded.schedule(), recorded.grid(), new SolverOptions.Eta(recorded.eta().getAsDouble()))
                : solver.plan(recorded.schedule(), recorded.grid());
    }

    private static Prediction prediction(RecordedCase recorded) {
        return switch (recorded.prediction()) {
            case "noise" -> Prediction.NOISE;
            case "v-prediction" -> Prediction.V_PREDICTION;
            case "velocity" -> Prediction.VELOCITY;
            // These are scaled in a way of their own around the data.
            case "data", "v-prediction of x/alpha", "edm", "consistency" -> Prediction.DATA;
            default -> throw new IllegalArgumentException(recorded.prediction());
        };
    }

    private static Preconditioning preconditioning(RecordedCase recorded) {
        return switch (recorded.prediction()) {
            case "edm" -> new Preconditioning.Edm(SIGMA_DATA);
            case "consistency" -> new Preconditioning.Consistency(SIGMA_DATA, SIGMA_MIN);
            default -> Preconditioning.NONE;
        };
    }

    /** The recorded noise: that of an outer step is the same for every solver. */
    private NoiseSource replayed(SolverPlan plan) {
        return new NoiseSource() {
            @Override
            public void fill(NoiseKey key, double[] values) {
                int step = plan.stages().get(key.stage()).step();
                double[] noise = RecordedCase.points(recording.get("noise").get(step)).get(key.sample());
                System.arraycopy(noise, 0, values, 0, values.length);
            }

            @Override
            public void fill(NoiseKey key, float[] values) {
                throw new AssertionError("plans are compared in float64");
            }
        };
    }

    @AfterAll
    void report() throws IOException {
        var lines = new ArrayList<String>();
        lines.add("Compared with " + recording.get("source").asString());
        lines.add("");
        lines.add("| scheduler of diffusers | solver | largest difference | its own float32 | why we differ |");
        lines.add("|---|---|---|---|---|");
        for (Counterpart counterpart : counterparts) {
            double rounding = cases(counterpart).stream().mapToDouble(RecordedCase::rounding).max().orElseThrow();
            lines.add("| %s | %s | %s | %.0e | %s |".formatted(counterpart.family(), counterpart.solver().orElse(""),
                    largest.containsKey(counterpart) ? "%.0e".formatted(largest.get(counterpart)) : "", rounding,
                    counterpart.reason()));
        }
        Files.write(Path.of("target", "scheduler-parity.md"), lines);
    }
}
