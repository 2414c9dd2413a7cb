package dev.pathline.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.network.SmallConvNet;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.network.SmallConvNetConfigJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ClassifierTest {

    private static final SmallConvNetConfig CONFIG = new SmallConvNetConfig(8, 1, List.of(8, 16), List.of(1, 2), 4, 3);

    @TempDir
    private Path folder;

    private static ClassifierCheckpoint checkpoint() {
        var card = new ClassifierCard("tiny", "", List.of("a", "b", "c"), 0.5, 10, "/data", "x", "y",
                TrainingInfo.UNKNOWN, 0, "");
        return new ClassifierCheckpoint(card, CONFIG,
                TestDevice.randomWeights(SmallConvNet.build(CONFIG), 1));
    }

    private static List<Classifier.Verdict> classify(ClassifierCheckpoint checkpoint, int count) {
        return TestDevice.on(() -> {
            try (var classifier = new Classifier(TestDevice.TORCH, checkpoint)) {
                return classifier.classify(count, i -> TestDevice.gaussian(64, i));
            }
        });
    }

    @Test
    void shouldHaveScoresFirstAndFeaturesSecond() {
        var network = SmallConvNet.build(CONFIG);

        assertThat(network.outputs().get(0).shape()).containsExactly(3);
        assertThat(network.outputs().get(1).shape()).containsExactly(16);
        assertThat(network.parameters().getLast().name()).isEqualTo("scores.bias");
    }

    @Test
    void shouldSayTheSameOfAnImageWhateverItsBatch() {
        List<Classifier.Verdict> many = classify(checkpoint(), 130);
        List<Classifier.Verdict> few = classify(checkpoint(), 3);

        assertThat(many).hasSize(130);
        assertThat(many.get(129).features()).hasSize(16);
        for (int i = 0; i < 3; i++) {
            assertThat(few.get(i).label()).isEqualTo(many.get(i).label());
            assertThat(TestDevice.maxDifference(few.get(i).features(), many.get(i).features())).isLessThan(1e-5);
        }
        assertThat(many.stream().map(Classifier.Verdict::label).distinct()).hasSizeGreaterThan(1);
    }

    @Test
    void shouldComeBackFromDisk() {
        checkpoint().write(folder.resolve("tiny"), StoredType.F32);
        ClassifierCheckpoint read = ClassifierCheckpoint.read(folder.resolve("tiny"));

        assertThat(read.config()).isEqualTo(CONFIG);
        assertThat(read.card().classes()).containsExactly("a", "b", "c");
        assertThat(read.card().parameters()).isEqualTo(read.network().parameterCount());
        assertThat(classify(read, 1).getFirst().features()).isEqualTo(classify(checkpoint(), 1).getFirst().features());
        assertThatThrownBy(() -> checkpoint().write(folder.resolve("tiny"), StoredType.F16))
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining("never overwritten");
    }

    @Test
    void shouldRefuseWeightsThatWereChanged() throws IOException {
        checkpoint().write(folder.resolve("tiny"), StoredType.F16);
        Path file = folder.resolve("tiny/model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> ClassifierCheckpoint.read(folder.resolve("tiny")))
                .isInstanceOf(CheckpointException.class).hasMessageContaining("changed");
        assertThatThrownBy(() -> ClassifierCheckpoint.read(folder)).hasMessageContaining("no classifier");
    }

    @Test
    void shouldNameTheKeyThatIsWrong() {
        var json = SmallConvNetConfigJson.write(CONFIG);
        assertThat(SmallConvNetConfigJson.read(json)).isEqualTo(CONFIG);

        json.put("norm_num_groups", 0);
        assertThatThrownBy(() -> SmallConvNetConfigJson.read(json)).hasMessageContaining("norm_num_groups");
        assertThatThrownBy(() -> SmallConvNetConfigJson.read(JsonMapper.shared().readTree("{\"depth\": 3}")))
                .hasMessageContaining("depth is unknown");
        assertThatThrownBy(() -> new SmallConvNetConfig(8, 1, List.of(8), List.of(1, 1), 4, 3))
                .hasMessageContaining("layers_per_block");
    }
}
