package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.training.LossLimit;
import dev.pathline.trainer.specification.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunIdentityTest {

    @TempDir
    private Path folder;

    private String good() {
        return TinyRuns.flow(Path.of("/data"), 10);
    }

    private TrainingSpec read(String yaml) throws IOException {
        return TinyRuns.spec(folder, yaml);
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "1.5, 1.5", "0, Infinity"})
    void shouldEndARunAtTheLimitThatItsSpecificationHas(String written, double multiple) throws IOException {
        assertThat(RunFactory.plan(read(good())).lossLimit()).as("what suits the objective").isNull();

        assertThat(RunFactory.plan(read(good() + "lossLimit: " + written + "\n")).lossLimit())
                .isEqualTo(new LossLimit(multiple));
    }

    @Test
    void shouldIdentifyARunByWhatDeterminesItsWeights() throws IOException {
        Map<String, String> identity = RunIdentity.of(read(good()), "hash");
        String other = good().replace("name: tiny", "name: other").replace("A tiny model.", "Another.")
                .replace("snapshotEvery: 5", "snapshotEvery: 7").replace("sheetEvery: 10", "sheetEvery: 0")
                .replace("steps: 3", "steps: 4") + "store: f32\nlossLimit: 3\n";
        assertThat(RunIdentity.of(read(other), "hash")).isEqualTo(identity);

        assertThat(RunIdentity.of(read(good().replace("images: 60", "images: 57")), "hash"))
                .as("10 batches of 6 are 60 images").isEqualTo(identity);
        String two = good().replace("decay: 0.9}]", "decay: 0.9}, {type: power, width: 0.1}]");
        String turned = good().replace("{type: constant, decay: 0.9}]",
                "{type: power, width: 0.1}, {type: constant, decay: 0.9}]");
        assertThat(RunIdentity.of(read(turned), "hash")).as("the order only says which is delivered")
                .isEqualTo(RunIdentity.of(read(two), "hash")).isNotEqualTo(identity);
        assertThat(RunIdentity.of(read(good().replaceAll("averages: .*\n", "")), "hash")).as("the default")
                .isEqualTo(RunIdentity.of(read(good().replace("decay: 0.9", "decay: 0.999")), "hash"))
                .isNotEqualTo(identity);

        assertThat(RunIdentity.of(read(good()), "other")).isNotEqualTo(identity);
        for (List<String> change : List.of(List.of("batch: 6", "batch: 5"), List.of("images: 60", "images: 61"),
                List.of("seed: 1", "seed: 2"), List.of("profile: f32", "profile: bf16"),
                List.of("0.003", "0.004"), List.of("labelDropout: 0.1", "labelDropout: 0.2"),
                List.of("std: 1", "std: 2"), List.of("[8, 16]", "[8, 24]"))) {
            assertThat(RunIdentity.of(read(good().replace(change.get(0), change.get(1))), "hash"))
                    .as(change.get(1)).isNotEqualTo(identity);
        }
    }

    @Test
    void shouldIdentifyAFlowMapsRunByItsCurriculumAndItsShares() throws IOException {
        String flow = good();
        String map = flow.substring(0, flow.indexOf("objective:")) + """
                objective:
                  type: alpha-flow
                  share: 0.5
                  curriculum: {shape: exponential, last: 0.1}
                  guidance: {scale: 2}
                """ + flow.substring(flow.indexOf("optimizer:"));
        map = map.replace("  num_class_embeds: 4",
                "  num_class_embeds: 4\n  target_embedding_type: low_frequency\n  target_embedding_scale: 0.001");
        Map<String, String> identity = RunIdentity.of(read(map), "hash");
        assertThat(identity).containsEntry("objective.share", "0.5").containsEntry("objective.curriculum.last", "0.1");
        for (List<String> change : List.of(List.of("share: 0.5", "share: 0.25"), List.of("last: 0.1", "last: 0.2"),
                List.of("exponential", "sigmoid"), List.of("scale: 2", "scale: 2, mix: 0.5"),
                List.of("alpha-flow", "mean-flow"))) {
            String changed = change.contains("mean-flow")
                    ? map.replace("  curriculum: {shape: exponential, last: 0.1}\n", "")
                    : map;
            assertThat(RunIdentity.of(read(changed.replace(change.get(0), change.get(1))), "hash"))
                    .as(change.get(1)).isNotEqualTo(identity);
        }
    }
}
