package dev.pathline.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.trainer.RunResult;
import dev.pathline.trainer.TinyRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvaluationTest {

    @TempDir
    private static Path folder;

    private static Path data;
    private static ClassifierCheckpoint judge;

    @BeforeAll
    static void trainAClassifier() throws IOException {
        data = TinyRuns.data(folder.resolve("data"));
        var result = (RunResult.Finished) TinyRuns.run(Files.createDirectories(folder.resolve("judge")),
                TinyRuns.classifier(data));
        judge = ClassifierCheckpoint.read(result.folder());
    }

    private static Checkpoint model(int steps) throws IOException {
        Path place = Files.createDirectories(folder.resolve("flow-" + steps));
        return Checkpoint.read(((RunResult.Finished) TinyRuns.run(place, TinyRuns.flow(data, steps))).folder());
    }

    private static EvaluationReport evaluate(Checkpoint model, int samples) {
        var settings = new ModelEvaluation.Settings(samples, SamplingSettings.defaults(true), 1,
                NumericProfile.FLOAT32);
        return new ModelEvaluation(TinyRuns.TORCH, TinyRuns.THREAD, (done, of) -> {
        }).evaluate(model, judge, data, settings);
    }

    @Test
    void shouldTrainAClassifierThatTellsClassesApart() {
        assertThat(judge.card().testAccuracy()).isGreaterThan(0.95);
        assertThat(judge.card().testImages()).isEqualTo(60);
    }

    @Test
    void shouldTellATrainedModelFromAnUntrainedOne() throws IOException {
        EvaluationReport bad = evaluate(model(1), 60);
        EvaluationReport good = evaluate(model(200), 60);

        assertThat(good.onReal().share()).isEqualTo(judge.card().testAccuracy());
        assertThat(good.onSamples().total()).isEqualTo(60);
        assertThat(good.onSamples().total(1)).isEqualTo(20);
        assertThat(good.onSamples().share()).isGreaterThan(0.9).isGreaterThan(bad.onSamples().share());
        assertThat(good.distance()).isLessThan(0.5 * bad.distance()).isGreaterThan(good.floor());
        assertThat(good.rows()).isEqualTo(60 * 3 * 2);

        JsonNode json = JsonMapper.shared().readTree(EvaluationJson.write(good));
        assertThat(json.at("/cnnFrechetDistance/value").asDouble()).isEqualTo(good.distance());
        assertThat(json.at("/ownClass/classes/2/name").asString()).isEqualTo("lower");
        assertThat(json.at("/sampling/cfgScale").asDouble()).isEqualTo(2);
    }

    @Test
    void shouldGiveTheSameNumbersAgain() throws IOException {
        Checkpoint model = model(20);
        assertThat(evaluate(model, 30).distance()).isEqualTo(evaluate(model, 30).distance());
    }

    @Test
    void shouldRefuseWhatWouldMeanNothing() throws IOException {
        Checkpoint model = model(1);
        var renamed = new Checkpoint(model.card().withClasses(java.util.List.of("a", "b", "c"), true), model.config(),
                model.weights());

        assertThatThrownBy(() -> evaluate(renamed, 30)).hasMessageContaining("--classifier");
        assertThatThrownBy(() -> evaluate(model, 1000)).hasMessageContaining("2 to 90");
        Path other = TinyRuns.data(folder.resolve("other"));
        Path labels = other.resolve("t10k-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);
        bytes[bytes.length - 1] = 0;
        Files.write(labels, bytes);
        var settings = new ModelEvaluation.Settings(30, SamplingSettings.defaults(true), 1, NumericProfile.FLOAT32);
        assertThatThrownBy(() -> new ModelEvaluation(TinyRuns.TORCH, TinyRuns.THREAD, (done, of) -> {
        }).evaluate(model, judge, other, settings)).isInstanceOf(DataException.class).hasMessageContaining("--data");
    }

    @Test
    void shouldChooseRealImagesOfAllClassesAlike() {
        var train = IdxFiles.read(data, Split.TRAIN);
        int[] chosen = new RealImages(train).balanced(31, 3, 5);

        assertThat(Arrays.stream(chosen).distinct()).hasSize(31);
        var labels = new ArrayList<Integer>();
        Arrays.stream(chosen).forEach(i -> labels.add(train.label(i)));
        assertThat(labels.stream().filter(l -> l == 0).count()).isEqualTo(11);
        assertThat(labels.stream().filter(l -> l == 1).count()).isEqualTo(10);
        assertThat(labels.stream().filter(l -> l == 2).count()).isEqualTo(10);
        assertThat(new RealImages(train).balanced(31, 3, 6)).isNotEqualTo(chosen);
    }
}
