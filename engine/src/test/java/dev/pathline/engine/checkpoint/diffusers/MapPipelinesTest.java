package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Consistency models and flow maps of diffusers against the same ones imported: the files that Python loaded, the same noise,
 * the samples at the end. {@code record_maps.py} makes the recording.
 */
class MapPipelinesTest {

    private static final double LARGEST_DIFFERENCE = 1e-5;

    @TempDir
    private Path folder;

    static Stream<Pipelines.Recorded> maps() {
        return Pipelines.maps().stream();
    }

    private Checkpoint imported(Pipelines.Recorded recorded) throws Exception {
        Path source = recorded.writeTo(folder.resolve("source"), StoredType.F32);
        DiffusersImport.open(ImportRequest.of(source), "map").write(folder.resolve("model"), "1", bytes -> {
        });
        return Checkpoint.read(folder.resolve("model"));
    }

    @ParameterizedTest
    @MethodSource("maps")
    void shouldJumpWhereDiffusersDoes(Pipelines.Recorded recorded) throws Exception {
        Checkpoint checkpoint = imported(recorded);
        SamplingPlan plan = plan(checkpoint.card(), recorded);
        int[] labels = recorded.labels().isEmpty()
                ? new int[2]
                : recorded.labels().stream().mapToInt(Integer::intValue).toArray();
        List<float[]> samples = TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32)) {
                return new Sampler(model, WholePipelineTest.given(plan, 1), 2).sample(plan, labels, 0);
            }
        });

        assertThat(plan.evaluations()).isEqualTo(recorded.steps());
        float[] expected = recorded.output();
        int size = samples.getFirst().length;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(samples.get(i / size)[i % size] - expected[i]));
        }
        assertThat(largest).isLessThanOrEqualTo(LARGEST_DIFFERENCE);
    }

    /** The card's defaults, but for the number of steps or the times that Python was given. */
    private static SamplingPlan plan(ModelCard card, Pipelines.Recorded recorded) {
        SamplingSettings settings = SamplingSettings.defaults(card.conditional());
        JsonNode given = recorded.json().path("timesteps");
        if (!given.isArray()) {
            return Planner.plan(card, settings.withSteps(recorded.steps()));
        }
        NoiseSchedule schedule = card.noiseSchedule();
        double[] timesteps = StreamSupport.stream(given.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
        var times = new ArrayList<Double>();
        for (int i = 0; i < timesteps.length; i++) {
            // A consistency model's timesteps are levels from the largest one on, and Python takes them in reverse.
            times.add(card.kind() == ModelKind.CONSISTENCY
                    ? level(schedule, timesteps[timesteps.length - 1 - i] / (schedule.timeIndices() - 1))
                    : schedule.shiftedTime(timesteps[i]));
        }
        return Planner.plan(card, settings.withTimes(times));
    }

    private static double level(NoiseSchedule schedule, double share) {
        double first = Math.pow(schedule.maxTime(), 1 / 7.0);
        double last = Math.pow(schedule.minTime(), 1 / 7.0);
        return share == 0 ? schedule.maxTime() : Math.pow(first + share * (last - first), 7);
    }

    @ParameterizedTest
    @MethodSource("maps")
    void shouldSayInItsCardWhatTheFilesSay(Pipelines.Recorded recorded) throws Exception {
        ModelCard card = imported(recorded).card();
        boolean transformer = recorded.name().contains("transformer");
        String network = recorded.json().get("files").get((transformer ? "transformer" : "unet") + "/config.json")
                .asString();
        if (card.kind() == ModelKind.CONSISTENCY) {
            assertThat(card.timeInput()).isEqualTo(new TimeInput.LogSigma(250));
            assertThat(card.preconditioning()).isInstanceOf(Preconditioning.Consistency.class);
            assertThat(card.defaults().solver()).isEqualTo("consistency");
        } else {
            assertThat(card.kind()).isEqualTo(ModelKind.FLOW_MAP);
            assertThat(card.defaults().solver()).isEqualTo("mean-flow");
            assertThat(card.targetInput()).isEqualTo(
                    network.contains("\"deltatime_type\": \"t-r\"") ? TargetInput.LENGTH : TargetInput.TIME);
        }
        assertThat(card.classes().size()).isEqualTo(transformer || network.contains("\"num_class_embeds\": 5")
                ? 5
                : network.contains("\"num_class_embeds\": 10") ? 10 : 0);
    }

    /** An export gives back every file, byte by byte. */
    @ParameterizedTest
    @MethodSource("maps")
    void shouldGiveBackWhatItRead(Pipelines.Recorded recorded) throws Exception {
        imported(recorded);
        Path exported = folder.resolve("exported");
        DiffusersExport export = DiffusersExport.open(folder.resolve("model"), true);
        export.write(exported, bytes -> {
        });
        assertThat(export.pipeline()).isEqualTo(recorded.name().startsWith("consistency")
                ? "ConsistencyModelPipeline"
                : "");
        try (Stream<Path> files = Files.walk(folder.resolve("source"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path name = folder.resolve("source").relativize(file);
                assertThat(exported.resolve(name)).as(name.toString()).hasSameBinaryContentAs(file);
            }
        }
    }
}
