package dev.pathline.engine.checkpoint.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checkpoints that are laid out as published ones are, as Python reads them and as we do: the same network, the same scheduler,
 * the same samples. {@code record_layouts.py} makes the recording.
 */
class PublishedLayoutsTest {

    /** Of the largest value: without clipping a network with weights from a formula leaves [-1, 1]. */
    private static final double LARGEST_DIFFERENCE = 1e-3;

    @TempDir
    private Path folder;

    static Stream<Pipelines.Recorded> layouts() {
        return Pipelines.layouts().stream();
    }

    private DiffusersImport imported(Pipelines.Recorded recorded) throws Exception {
        Path source = recorded.writeTo(folder.resolve("source"), StoredType.F32);
        var found = DiffusersImport.open(ImportRequest.of(source), "published");
        found.write(folder.resolve("model"), "1", bytes -> {
        });
        return found;
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void shouldMakeTheSamplesOfDiffusers(Pipelines.Recorded recorded) throws Exception {
        imported(recorded);
        List<float[]> samples = WholePipelineTest.sample(Checkpoint.read(folder.resolve("model")), recorded);

        float[] expected = recorded.output();
        int size = samples.getFirst().length;
        double largest = 1;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(samples.get(i / size)[i % size] - expected[i]));
        }
        assertThat(difference / largest).isLessThanOrEqualTo(LARGEST_DIFFERENCE);
    }

    /** What is exported is a pipeline of today, with the weights as they were and the scheduler that Python took. */
    @ParameterizedTest
    @MethodSource("layouts")
    void shouldExportWhatItRead(Pipelines.Recorded recorded) throws Exception {
        imported(recorded);
        Path exported = folder.resolve("exported");
        DiffusersExport.open(folder.resolve("model"), true).write(exported, bytes -> {
        });

        ModelCard card = DiffusersImport.open(ImportRequest.of(exported), "published").card();
        assertThat(card.withWeights(0, "")).isEqualTo(Checkpoint.read(folder.resolve("model")).card().withVersion("")
                .withWeights(0, "").withDescription(card.description()).withTraining(card.training()));
        assertThat(Files.readString(exported.resolve("scheduler/scheduler_config.json")))
                .contains("\"" + recorded.scheduler() + "\"");
        assertThat(Files.readString(exported.resolve("model_index.json"))).contains("\"" + recorded.scheduler() + "\"");
    }

    @Test
    void shouldSayWhoseSettingsTheClassOfTheIndexReads() throws Exception {
        DiffusersImport found = imported(Pipelines.layout("ddim by the index"));
        assertThat(found.card().defaults().solver()).isEqualTo("ddim-raw-noise");
        assertThat(found.remarks()).singleElement().asString()
                .contains("scheduler_config.json was written by DDPMScheduler, and is read as DDIMScheduler");
        assertThat(Files.readString(folder.resolve("model/scheduler/scheduler_config.json")))
                .contains("\"_class_name\" : \"DDIMScheduler\"");
    }

    @Test
    void shouldTakeAsManyStepsAsFewIndicesHave() throws Exception {
        assertThat(imported(Pipelines.layout("few indices")).card().defaults().steps()).isEqualTo(20);
        Path source = folder.resolve("source");
        assertThat(DiffusersImport.open(ImportRequest.of(source).withSteps(7), "x").card().defaults().steps())
                .isEqualTo(7);
        assertThatThrownBy(() -> DiffusersImport.open(ImportRequest.of(source).withSteps(21), "x"))
                .hasMessageContaining("--steps is 21").hasMessageContaining("it has up to 20");
        assertThat(DiffusersImport.open(new ImportRequest(source, null, "DDIMScheduler",
                Map.of("num_train_timesteps", "5"), false, null, null, false, null), "x").card().defaults().steps())
                .isEqualTo(5);
        for (String scheduler : List.of("DPMSolverMultistepScheduler", "UniPCMultistepScheduler")) {
            assertThat(DiffusersImport.open(new ImportRequest(source, null, scheduler,
                    Map.of("num_train_timesteps", "10", "timestep_spacing", "leading"), false, null, null, false, null),
                    "x").card().defaults().steps()).isEqualTo(10);
        }
    }

    @Test
    void shouldTakeAPartFromItsFolderWhereThereIsOne() throws Exception {
        Pipelines.Recorded recorded = Pipelines.layout("cifar10");
        Path source = recorded.writeTo(folder.resolve("source"), StoredType.F32);
        Path other = Pipelines.named("ddim").writeTo(folder.resolve("other"), StoredType.F32);
        Files.move(other.resolve("scheduler"), source.resolve("scheduler"));
        assertThat(DiffusersImport.open(ImportRequest.of(source), "x").card().defaults().solver())
                .as("the folder's settings, read by the class of the index").isEqualTo("ancestral");
        Files.move(other.resolve("unet"), source.resolve("unet"));
        Safetensors.write(source.resolve("diffusion_pytorch_model.safetensors"), Map.of(), StoredType.F32, Map.of());
        assertThat(DiffusersImport.open(ImportRequest.of(source), "x").card().parameters()).isPositive();
    }
}
