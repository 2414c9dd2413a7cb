package dev.pathline.common.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStoreContract;
import dev.pathline.common.registry.ModelGarbage;
import dev.pathline.common.testing.Models;
import dev.pathline.common.testing.MutableClock;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryModelRegistryTest {

    @TempDir
    Path root;

    @TempDir
    Path second;

    private final MutableClock clock = new MutableClock();
    private ModelStore registry;

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
        assertThat(registry.open(registry.resolve("shoes@2").orElseThrow())).isEqualTo(root.resolve("shoes/2"));
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
    void shouldLookAnewBeforeItSaysThatAVersionIsNotThere() throws Exception {
        write(root, "shoes", "1");
        assertThat(registry.list()).hasSize(1);
        write(root, "shoes", "2");
        assertThat(registry.resolve("shoes@2")).as("the look is young enough for new requests").isEmpty();
        assertThat(registry.find("shoes", "2")).isPresent();
        assertThat(registry.find("shoes", "3")).isEmpty();
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
                .contains(root.resolve("shoes/2/pathline.json").toString(),
                        root.resolve("shoes/aliases.json").toString());
    }

    @Test
    void shouldReportACopyWhoseCardHasNotCome() throws Exception {
        write(root, "shoes", "1");
        Files.createDirectories(root.resolve("shoes/2/unet"));
        Files.createDirectories(root.resolve("shoes/3"));
        Files.createDirectories(root.resolve("shoes/notes/unet"));

        assertThat(registry.resolve("shoes")).map(RegisteredModel::version).contains("1");
        assertThat(registry.broken()).singleElement().satisfies(broken -> {
            assertThat(broken.file()).isEqualTo(root.resolve("shoes/2").toString());
            assertThat(broken.reason()).contains("not whole: pathline.json is missing");
        });
    }

    @Test
    void shouldPreferTheFirstRoot() throws Exception {
        write(second, "shoes", "1");
        write(root, "shoes", "1");
        assertThat(registry.list()).extracting(RegisteredModel::location)
                .containsExactly(root.resolve("shoes/1").toString());
    }

    @Test
    void shouldServeFoldersThatNobodyRegisteredAndSealThem() throws Exception {
        Models.write(root.resolve("shoes/1"), Models.card("shoes"), "one");
        Models.write(root.resolve("shoes/2"), Models.card("shoes"), "two");
        RegisteredModel model = registry.resolve("shoes@1").orElseThrow();
        assertThat(model.manifest()).isNull();
        assertThat(registry.verify(model).sealed()).isFalse();

        RegisteredModel sealed = registry.seal(model);
        assertThat(sealed.manifest().files()).hasSize(2);
        assertThat(registry.seal(sealed)).isEqualTo(sealed);
        assertThat(registry.verify(sealed).problems()).isEmpty();
        Files.writeString(root.resolve("shoes/1/more.txt"), "more");
        Files.writeString(root.resolve("shoes/1/.DS_Store"), "hidden");
        assertThat(registry.verify(sealed).problems()).containsExactly("more.txt is there, but was not registered");
    }

    @Test
    void shouldAskWhetherAFolderThatNobodyRegisteredIsWhole() throws Exception {
        var checked = new DirectoryModelRegistry(List.of(root), Duration.ZERO, clock,
                folder -> Files.exists(folder.resolve(Models.WEIGHTS))
                        ? Optional.empty()
                        : Optional.of(Models.WEIGHTS));
        Models.write(root.resolve("shoes/1"), Models.card("shoes"), "one");
        write(root, "shoes", "2");
        assertThat(checked.list()).extracting(RegisteredModel::reference).containsExactly("shoes@1");
        assertThat(checked.resolve("shoes")).map(RegisteredModel::version).contains("1");
        assertThat(checked.broken()).singleElement().extracting(ModelRegistry.BrokenCard::reason).asString()
                .contains("not whole: " + Models.WEIGHTS);
        ModelStore.NewModel second = new ModelStore.NewModel("shoes", "2",
                folder -> Models.write(folder, Models.card("shoes"), "two"), Models.LINEAGE);
        assertThatThrownBy(() -> checked.register(second)).isInstanceOf(ModelStore.VersionTakenException.class);

        Models.write(root.resolve("shoes/2"), Models.card("shoes"), "two");
        assertThat(checked.resolve("shoes")).map(RegisteredModel::version).contains("2");
        assertThat(checked.broken()).isEmpty();
    }

    @Test
    void shouldFindTheSameContentInAFolderWithoutAManifestAndInAnotherRoot() throws Exception {
        Models.write(second.resolve("shoes/4"), Models.card("shoes").withVersion("4"), "one");
        Models.write(root.resolve("shoes/6"), Models.card("shoes").withVersion("6"), "two");
        ModelStore.NewModel same = new ModelStore.NewModel("shoes", null,
                folder -> Models.write(folder, Models.card("shoes"), "one"), Models.LINEAGE);

        assertThat(registry.register(same).model().location()).isEqualTo(second.resolve("shoes/4").toString());
        assertThat(registry.register(Models.model("shoes", "three")).model().version()).isEqualTo("7");
    }

    @Test
    void shouldNeverCollectWhatNobodyRegistered() throws Exception {
        for (String version : List.of("1", "2", "3")) {
            Models.write(root.resolve("shoes").resolve(version), Models.card("shoes"), version);
        }
        registry.seal(registry.resolve("shoes@2").orElseThrow());
        clock.advance(Duration.ofDays(10_000));
        var garbage = new ModelGarbage(registry, List.of(), clock);
        assertThat(garbage.collect(new ModelGarbage.Rules(1, Duration.ZERO, Duration.ZERO), false).retired())
                .extracting(RegisteredModel::version).containsExactly("2");
    }

    @Test
    void shouldMoveAnAliasWhereItIs() throws Exception {
        Models.write(second.resolve("shoes/1"), Models.card("shoes"), "one");
        Models.write(root.resolve("shoes/2"), Models.card("shoes"), "two");
        registry.moveAlias("shoes", "champion", "1", null);
        assertThat(second.resolve("shoes/aliases.json")).exists();
        registry.moveAlias("shoes", "champion", "2", "1");
        assertThat(registry.resolve("shoes@champion")).map(RegisteredModel::version).contains("2");
        assertThat(root.resolve("shoes/aliases.json")).doesNotExist();
    }

    @Test
    void shouldSayWhichFolderCannotBeWritten() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "");
        var blocked = new DirectoryModelRegistry(List.of(file), Duration.ZERO, clock);
        assertThatThrownBy(blocked::requireWritable).isInstanceOf(IOException.class).hasMessageContaining(
                file.toString());
    }

    /** The contract, on a directory. */
    @Nested
    class Contract extends ModelStoreContract {

        @TempDir
        private Path place;

        @Override
        protected ModelStore create(MutableClock time) {
            return new DirectoryModelRegistry(List.of(place), Duration.ZERO, time);
        }

        @Override
        protected void damage(RegisteredModel model, String path) throws Exception {
            Path file = Path.of(model.location()).resolve(path);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }

        @Override
        protected void lose(RegisteredModel model, String path) throws Exception {
            // The registry no longer lists a folder without a card; what it knew is verified.
            Files.delete(Path.of(model.location()).resolve(path));
        }

        @Override
        protected void put(String path, byte[] bytes) throws Exception {
            Path file = place.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }

        @Override
        protected void dieWhileRegistering(String name) throws Exception {
            Path half = Files.createDirectories(place.resolve(name).resolve(".incoming-1"));
            Files.createFile(half.resolve(".lock"));
            Models.write(half.resolve("checkpoint"), Models.card(name), "half");
        }

        @Override
        protected void dieWhileRemoving(RegisteredModel model) throws Exception {
            Path manifest = Path.of(model.location()).resolve("manifest.json");
            Files.writeString(manifest, Files.readString(manifest).replace("\"retired\"", "\"gone\""));
            Files.delete(Path.of(model.location()).resolve("pathline.json"));
        }
    }

    static void write(Path root, String name, String version) throws Exception {
        ModelCard card = ModelCard.of(name, ModelKind.DIFFUSION, List.of(1, 8, 8), ScheduleSpec.of("rectified-flow"),
                Prediction.VELOCITY);
        Path directory = Files.createDirectories(root.resolve(name).resolve(version));
        ModelCardJson.write(card, directory.resolve("pathline.json"));
    }
}
