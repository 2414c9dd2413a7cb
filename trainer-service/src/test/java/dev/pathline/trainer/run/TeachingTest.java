package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Trajectories;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import dev.pathline.engine.training.OtherSettingsException;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that begin from another model's weights, or learn from one. */
class TeachingTest {

    private static final String TRAJECTORIES = "trajectories: {count: 20, steps: 4, states: 3, store: f32}\n";
    private static final String CMT = "type: cmt";
    private static final String PROGRESSIVE = "type: progressive-distillation\n  steps: 4";

    @TempDir
    private Path folder;

    private Path data = Path.of("");

    @BeforeEach
    void trainATeacher() throws IOException {
        data = TinyRuns.data(folder.resolve("data"));
        TinyRuns.run(folder, TinyRuns.flow(data, 10));
    }

    private String student(String objective, String more) {
        String flow = TinyRuns.flow(data, 20).replace("name: tiny", "name: student");
        int from = flow.indexOf("objective:");
        int to = flow.indexOf("optimizer:");
        return flow.substring(0, from) + "objective:\n  " + objective + "\n" + flow.substring(to) + more;
    }

    /** A network that is told of a second time. */
    private String map(String objective, String more) {
        return student(objective, more).replace("  num_class_embeds: 4",
                "  num_class_embeds: 4\n  target_embedding_type: low_frequency\n  target_embedding_scale: 0.001");
    }

    private RunFolders folders(String run) {
        return new RunFolders(folder.resolve(run), TinyRuns.models(folder.resolve("models")),
                folder.resolve("metrics"));
    }

    private RunResult run(String run, String yaml, RunListener listener) throws IOException {
        return new TrainingRun(TinyRuns.spec(folder, yaml), folders(run)).run(TinyRuns.TORCH, TinyRuns.THREAD,
                listener);
    }

    private RunResult run(String run, String yaml) throws IOException {
        return run(run, yaml, new RunListener() {
        });
    }

    private Checkpoint finished(RunResult result) {
        return Checkpoint.read(((RunResult.Finished) result).folder());
    }

    private RegisteredModel registered(RunResult result) {
        String model = Objects.requireNonNull(((RunResult.Finished) result).model());
        return TinyRuns.models(folder.resolve("models")).resolve(model).orElseThrow();
    }

    /** Stops a run at its first report of a kind. */
    private RunResult stopped(String run, String yaml, boolean preparing) throws IOException {
        var training = new TrainingRun(TinyRuns.spec(folder, yaml), folders(run));
        return training.run(TinyRuns.TORCH, TinyRuns.THREAD, new RunListener() {
            @Override
            public void prepared(String what, long done, long of) {
                if (preparing) {
                    training.stop();
                }
            }

            @Override
            public void progressed(Progress progress) {
                training.stop();
            }
        });
    }

    private static void assertSame(Map<String, TensorData> a, Map<String, TensorData> b) {
        assertThat(a.keySet()).isEqualTo(b.keySet());
        a.forEach((name, tensor) -> assertThat(tensor.values()).as(name)
                .isEqualTo(Objects.requireNonNull(b.get(name)).values()));
    }

    @Test
    void shouldBeginFromTheWeightsOfAModel() throws IOException {
        Checkpoint teacher = Checkpoint.read(folder.resolve("models/tiny/1"));
        String same = student("type: flow-matching", "start: {model: tiny@1}\n")
                .replace("learningRate: 0.003", "learningRate: 1e-30") + "store: f32\n";
        assertSame(finished(run("run-a", same)).weights(), teacher.weights());

        String more = map("type: mean-flow", "start: {model: tiny}\n").replace("learningRate: 0.003",
                "learningRate: 1e-30") + "store: f32\n";
        Map<String, TensorData> grown = finished(run("run-b", more)).weights();
        assertThat(grown).containsKey("time_embedding_r.linear_1.weight");
        for (float value : Objects.requireNonNull(grown.get("time_embedding_r.linear_2.weight")).values()) {
            assertThat(value).isCloseTo(0, within(1e-25f));
        }
        teacher.weights().forEach((name, tensor) -> assertThat(Objects.requireNonNull(grown.get(name)).values())
                .as(name).containsExactly(tensor.values(), within(0f)));
    }

    @Test
    void shouldMakeTheTrajectoriesThatItTrainsOnAndEndTheSameHoweverOftenItIsStopped() throws IOException {
        String yaml = map(CMT, "teacher: {model: tiny, cfgScale: 2}\nstart: {model: tiny}\n" + TRAJECTORIES);
        var told = new ArrayList<String>();
        RunResult whole = run("run-a", yaml, new RunListener() {
            @Override
            public void prepared(String what, long done, long of) {
                told.add(what + " " + done + "/" + of);
            }
        });
        assertThat(told).containsExactly("trajectories of tiny@1 0/20", "trajectories of tiny@1 20/20");
        Trajectories made = TrajectoryFolder.open(folder.resolve("run-a/trajectories"));
        assertThat(List.of(made.size(), made.times().size(), made.label(4))).containsExactly(20, 3, 1);

        Checkpoint student = finished(whole);
        assertThat(student.card().kind()).isEqualTo(ModelKind.FLOW_MAP);
        assertThat(student.card().training().teacher()).isEqualTo("tiny@1");
        assertThat(student.card().training().method()).isEqualTo("cmt");
        assertThat(student.card().training().teacherSha256())
                .isEqualTo(Checkpoint.read(folder.resolve("models/tiny/1")).card().weightsSha256());
        var lineage = Objects.requireNonNull(registered(whole).manifest()).lineage();
        assertThat(List.of(lineage.teacher(), lineage.method())).containsExactly("tiny@1", "cmt");
        assertThat(lineage.dataSha256()).isEqualTo(made.sha256());

        assertThat(stopped("run-b", yaml, true)).isEqualTo(new RunResult.Stopped(0, 20));
        assertThat(stopped("run-b", yaml, false)).isInstanceOf(RunResult.Stopped.class);
        assertSame(finished(run("run-b", yaml)).weights(), student.weights());
    }

    @Test
    void shouldRefuseAnotherTeacherOnResumingByName() throws IOException {
        run("run-o", TinyRuns.flow(data, 10).replace("seed: 1", "seed: 2").replace("name: tiny", "name: other"));
        String yaml = student(PROGRESSIVE, "teacher: {model: tiny, cfgScale: 2}\n");
        assertThat(stopped("run-a", yaml, false)).isInstanceOf(RunResult.Stopped.class);
        assertThatThrownBy(() -> run("run-a", yaml.replace("model: tiny,", "model: other,")))
                .isInstanceOf(OtherSettingsException.class).hasMessageContaining("teacher.weights");
        assertThatThrownBy(() -> run("run-a", yaml.replace("cfgScale: 2}\n", "cfgScale: 1.5}\n")))
                .isInstanceOf(OtherSettingsException.class).hasMessageContaining("teacher.cfgScale");
        assertThat(finished(run("run-a", yaml.replace("model: tiny,", "model: tiny@1,"))).card().training().teacher())
                .isEqualTo("tiny@1");

        String pairs = map(CMT, "teacher: {model: tiny}\n" + TRAJECTORIES);
        assertThat(stopped("run-b", pairs, false)).isInstanceOf(RunResult.Stopped.class);
        assertThatThrownBy(() -> run("run-b", pairs.replace("model: tiny", "model: other")))
                .isInstanceOf(DataException.class).hasMessageContaining("teacher.weightsSha256");
    }

    @Test
    void shouldRefuseAnotherCurriculumOrShareOnResumingByName() throws IOException {
        String yaml = map("type: alpha-flow\n  share: 0.5\n  curriculum: {shape: exponential, last: 0.1}", "");
        assertThat(stopped("run-a", yaml, false)).isInstanceOf(RunResult.Stopped.class);
        assertThatThrownBy(() -> run("run-a", yaml.replace("share: 0.5", "share: 0.25")))
                .isInstanceOf(OtherSettingsException.class).hasMessageContaining("objective.share");
        assertThatThrownBy(() -> run("run-a", yaml.replace("last: 0.1", "last: 0.2")))
                .isInstanceOf(OtherSettingsException.class).hasMessageContaining("objective.curriculum.last");
        assertThat(run("run-a", yaml)).isInstanceOf(RunResult.Finished.class);
    }

    @Test
    void shouldTrainOnTrajectoriesThatThereAre() throws IOException {
        run("run-a", map(CMT, "teacher: {model: tiny, cfgScale: 2}\n" + TRAJECTORIES));
        String given = map(CMT, "trajectories: {path: '" + folder.resolve("run-a/trajectories") + "'}\n");
        Checkpoint student = finished(run("run-b", given));
        assertThat(student.card().training().teacher()).as("as the trajectories say").isEqualTo("tiny@1");
        assertThat(student.card().guidance()).isEqualTo(new ModelGuidance.BakedIn(2));
        String asData = map(CMT, "").replace("format: idx, path: '" + data + "', classes: [dark, upper, lower]",
                "format: trajectories, path: '" + folder.resolve("run-a/trajectories") + "'");
        assertSame(finished(run("run-c", asData)).weights(), student.weights());
    }

    private void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> new TrainingRun(TinyRuns.spec(folder, yaml), folders("run-x")).check(TinyRuns.TORCH))
                .isInstanceOf(SpecException.class).hasMessageContaining(message);
        assertThat(folder.resolve("run-x/trajectories")).doesNotExist();
    }

    @Test
    void shouldRefuseByNameWhatDoesNotFit() {
        String teacher = "teacher: {model: tiny}\n";
        assertRefused(student(PROGRESSIVE, ""), "teacher is missing: objective.type progressive-distillation");
        assertRefused(student("type: flow-matching", teacher), "teacher is there, but objective.type flow-matching");
        assertRefused(map(CMT, ""), "trajectories are missing: objective.type cmt");
        assertRefused(map(CMT, TRAJECTORIES), "teacher is missing: trajectories are made by one");
        assertRefused(map(CMT, teacher + TRAJECTORIES.replace("states: 3", "states: 6")),
                "trajectories.states is 6, but a solve of 4 steps has 5");
        assertRefused(map(CMT, teacher + TRAJECTORIES.replace("steps: 4", "steps: 4, solver: ancestral")),
                "draws noise on its way");
        assertRefused(student(PROGRESSIVE, "teacher: {model: nobody}\n"),
                "teacher.model is 'nobody', but there is no such model here; there are tiny@1");
        assertRefused(student("type: flow-matching", "start: {model: nobody@3}\n"), "start.model is 'nobody@3'");
        assertRefused(student(PROGRESSIVE, "teacher: {model: tiny, cfgInterval: [1, 2]}\n"),
                "teacher.cfgInterval is there, but cfgScale is 1");
        assertRefused(student("type: flow-matching", "start: {model: tiny}\n").replace("[8, 16]", "[8, 24]"),
                "start.model is none that the network can begin from: the tensor");
        assertRefused(student(PROGRESSIVE, teacher).replace("dark, upper, lower", "a, b, c"),
                "teacher.model has the classes dark, upper");
        assertRefused(TinyRuns.classifier(data) + "start: {model: tiny}\n",
                "start is for models that are sampled; a classifier has none");
    }
}
