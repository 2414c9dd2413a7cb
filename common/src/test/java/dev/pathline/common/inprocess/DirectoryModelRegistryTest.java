package dev.pathline.common.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryModelRegistryTest {

    @TempDir
    Path root;

    @TempDir
    Path second;

    private final MutableClock clock = new MutableClock();
    private ModelRegistry registry;

    @BeforeEach
    void create() {
        registry = new DirectoryModelRegistry(List.of(root, second, root.resolve("missing")), Duration.ofSeconds(2),
                clock);
    }

    @Test
    void shouldTakeTheHighestNumberWhenNoVersionIsGiven() throws Exception {
        for (String version : List.of("1", "2", "10", "draft")) {
            write(root, "shoes", version);
        }
        assertThat(registry.resolve("shoes")).map(RegisteredModel::reference).contains("shoes@10");
        assertThat(registry.resolve("shoes@2")).map(RegisteredModel::version).contains("2");
        assertThat(registry.resolve("shoes@2").orElseThrow().card().version()).isEqualTo("2");
        assertThat(registry.resolve("shoes@2").orElseThrow().directory()).isEqualTo(root.resolve("shoes/2"));
        assertThat(registry.resolve("shoes@3")).isEmpty();
        assertThat(registry.resolve("hats")).isEmpty();
        assertThat(registry.resolve("../shoes")).isEmpty();
        assertThat(registry.list()).extracting(RegisteredModel::version).containsExactly("10", "2", "1", "draft");
    }

    @Test
    void shouldFollowAliases() throws Exception {
        write(root, "shoes", "1");
        write(root, "shoes", "2");
        Files.writeString(root.resolve("shoes/aliases.json"), "{\"champion\": \"1\", \"gone\": \"7\", \"2\": \"1\"}");
        assertThat(registry.resolve("shoes@champion")).map(RegisteredModel::version).contains("1");
        assertThat(registry.resolve("shoes@champion").orElseThrow().aliases()).containsExactly("2", "champion");
        assertThat(registry.resolve("shoes@gone")).isEmpty();
        assertThat(registry.resolve("shoes@2")).map(RegisteredModel::version).contains("2");
    }

    @Test
    void shouldSeeNewVersionsAfterAWhile() throws Exception {
        write(root, "shoes", "1");
        assertThat(registry.list()).hasSize(1);
        write(second, "hats", "1");
        clock.advance(Duration.ofSeconds(2));
        assertThat(registry.list()).extracting(RegisteredModel::name).containsExactly("hats", "shoes");
    }

    @Test
    void shouldSkipAndReportBrokenCards() throws Exception {
        write(root, "shoes", "1");
        Files.createDirectories(root.resolve("shoes/2"));
        Files.writeString(root.resolve("shoes/2/pathline.json"), "{\"name\": ");
        write(root, "misnamed", "1");
        Files.move(root.resolve("misnamed"), root.resolve("hats"));
        Files.writeString(root.resolve("shoes/aliases.json"), "[]");
        assertThat(registry.list()).extracting(RegisteredModel::reference).containsExactly("shoes@1");
        assertThat(registry.broken()).hasSize(3).extracting(ModelRegistry.BrokenCard::file)
                .contains(root.resolve("shoes/2/pathline.json"), root.resolve("shoes/aliases.json"));
    }

    @Test
    void shouldPreferTheFirstRoot() throws Exception {
        write(second, "shoes", "1");
        write(root, "shoes", "1");
        assertThat(registry.list()).extracting(RegisteredModel::directory).containsExactly(root.resolve("shoes/1"));
    }

    static void write(Path root, String name, String version) throws Exception {
        ModelCard card = ModelCard.of(name, ModelKind.DIFFUSION, List.of(1, 8, 8), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY);
        Path directory = Files.createDirectories(root.resolve(name).resolve(version));
        ModelCardJson.write(card, directory.resolve("pathline.json"));
    }
}
