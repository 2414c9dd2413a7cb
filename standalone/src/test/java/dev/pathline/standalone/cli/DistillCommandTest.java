package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.disk.Disk;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.objective.ObjectiveType;
import dev.pathline.trainer.specification.objective.ObjectiveTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code distill} of shipped models: what is written can be read and trained. */
class DistillCommandTest {

    /** Its path is an angle, which no shipped teacher's is. */
    private static final String ON_AN_ANGLE = "continuous-consistency-distillation";

    @TempDir
    private Path folder;

    static Stream<String> methods() {
        return ObjectiveTypes.ALL.stream().filter(type -> type.needsTeacher() || type.needsTrajectories())
                .map(ObjectiveType::word);
    }

    private static CommandRun run(String line) {
        return CommandRun.of(line.split(" "));
    }

    /** The data that the shipped teacher was trained on. */
    private String data() throws IOException {
        String whole = Files.readString(Path.of("../training/fashion-flow.yaml"));
        Path file = folder.resolve("data.yaml");
        Files.writeString(file, whole.substring(whole.indexOf("data:"), whole.indexOf("# diffusers'")));
        return " --like " + file;
    }

    @ParameterizedTest
    @MethodSource("methods")
    void shouldWriteASpecificationOfEveryMethod(String method) throws IOException {
        // Knowledge distillation learns one jump alone.
        int steps = method.startsWith("knowledge") ? 1 : 2;
        CommandRun dry = run(
                "distill --teacher fashion-flow --steps " + steps + " --dry-run --method " + method + data());
        assertThat(dry.code()).as(dry.output()).isZero();
        TrainingSpec spec = TrainingSpecs.read(dry.output(), method);
        assertThat(spec.name()).isEqualTo("fashion-flow-" + method + "-" + steps);
        assertThat(spec.defaults().steps()).isEqualTo(steps);
        TrainingSpec first = spec.stages().isEmpty() ? spec : spec.stages().getFirst();
        assertThat(first.teaching().start()).as("on an angle the network is wrapped in another way")
                .isEqualTo(method.equals(ON_AN_ANGLE) ? null : "fashion-flow@1");
        assertThat(spec.stages()).hasSize(method.startsWith("progressive") ? 3 : 0);
        assertThat(dry.output()).contains("# ").doesNotContain("null");
    }

    @Test
    void shouldRefuseInASentence() throws IOException {
        assertThat(run("distill --teacher fashion-flow --method magic --dry-run" + data()).output())
                .contains("there is no method 'magic' of distillation; there are ", "cmt");
        assertThat(run("distill --teacher nobody --method cmt --dry-run" + data()).output())
                .contains("there is no model 'nobody'");
        assertThat(run("distill --teacher mixture-2d --method cmt --dry-run").output())
                .contains("it is not known what mixture-2d@1 was trained on");
        assertThat(run("distill --teacher fashion-flow --method progressive-distillation --steps 3 --dry-run" + data())
                .output()).contains("never makes 3 of them");
        assertThat(run("distill --teacher fashion-flow --method cmt --states 40 --dry-run" + data()).output())
                .contains("trajectories.states is 40");
    }

    @Test
    void shouldTrainWhatItWrote() throws IOException {
        Path models = folder.resolve("models");
        Files.createDirectories(models);
        Disk.copyTree(CommandRun.MODELS.resolve("mixture-2d"), models.resolve("mixture-2d"));
        Path like = folder.resolve("like.yaml");
        Files.writeString(like,
                """
                        data:
                          format: mixture
                          components: [{mean: [-1, 0], std: 0.3}, {mean: [1, 0.5], std: 0.2}]
                          classes: [right, left]
                          size: 1000
                        network: {_class_name: MlpDenoiser, sample_shape: [2], hidden_width: 16, num_blocks: 2, num_class_embeds: 3}
                        """);
        String line = "distill --teacher mixture-2d --method knowledge-distillation --count 70 --states 2 --images 60"
                + " --batch 20 --cfg-scale 1 --like " + like + " --run " + folder.resolve("run") + " --metrics "
                + folder.resolve("metrics") + " -o " + folder.resolve("out.yaml");
        CommandRun run = CommandRun.on(models, line.split(" "));
        assertThat(run.code()).as(run.output()).isZero();
        assertThat(run.output()).contains("trajectories of mixture-2d@1: 70 of 70", "step 3/3");
        assertThat(Files.readString(models.resolve("mixture-2d-knowledge-distillation-1/1/pathline.json")))
                .contains("\"teacher\" : \"mixture-2d@1\"", "\"method\" : \"knowledge-distillation\"");
        assertThat(CommandRun.on(models, line.replace("--images 60", "--images 80").split(" ")).output())
                .contains("out.yaml is there, with another text");
    }
}
