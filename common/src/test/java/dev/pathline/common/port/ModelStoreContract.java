package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore.AliasChange;
import dev.pathline.common.port.ModelStore.Registration;
import dev.pathline.common.registry.ModelGarbage;
import dev.pathline.common.registry.ModelGarbage.Report;
import dev.pathline.common.registry.ModelGarbage.Rules;
import dev.pathline.common.testing.Models;
import dev.pathline.common.testing.MutableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ModelStore} must do. */
public abstract class ModelStoreContract {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Rules RULES = new Rules(1, DAY, HOUR);

    private final MutableClock clock = new MutableClock();
    private ModelStore store;

    /** A store over one place, which is empty for each test; the second one of a test is that of another process. */
    protected abstract ModelStore create(MutableClock clock) throws Exception;

    /** Changes one byte of a file where the store keeps it. */
    protected abstract void damage(RegisteredModel model, String path) throws Exception;

    /** Deletes a file where the store keeps it. */
    protected abstract void lose(RegisteredModel model, String path) throws Exception;

    /** Puts something where the store keeps it, {@code NAME/VERSION/...}. */
    protected abstract void put(String path, byte[] bytes) throws Exception;

    /** Leaves behind what a process leaves that is killed in the middle of registering a version of a model. */
    protected abstract void dieWhileRegistering(String name) throws Exception;

    /** Leaves behind what a process leaves that is killed in the middle of removing a version. */
    protected abstract void dieWhileRemoving(RegisteredModel model) throws Exception;

    @BeforeEach
    void createStore() throws Exception {
        store = create(clock);
    }

    private RegisteredModel register(String weights) throws IOException {
        return store.register(Models.model("shoes", weights)).model();
    }

    private Report collect(ModelReferences... users) {
        return new ModelGarbage(store, List.of(users), clock).collect(RULES, false);
    }

    private static List<String> references(List<RegisteredModel> models) {
        return models.stream().map(RegisteredModel::reference).toList();
    }

    @Test
    void shouldRegisterVersionsWithTheirFilesAndLineage() throws Exception {
        RegisteredModel first = register("one");
        clock.advance(HOUR);
        RegisteredModel second = register("two");

        assertThat(references(store.list())).containsExactly("shoes@2", "shoes@1");
        assertThat(first.card().version()).isEqualTo("1");
        assertThat(second.createdAt()).isEqualTo(first.createdAt().plus(HOUR));
        ModelManifest manifest = second.manifest();
        assertThat(manifest.lineage()).isEqualTo(Models.LINEAGE);
        assertThat(manifest.files()).extracting(ModelFile::path).containsExactly("pathline.json", Models.WEIGHTS);
        assertThat(manifest.sha256()).isNotEqualTo(first.manifest().sha256());
        Path folder = store.open(store.resolve("shoes@1").orElseThrow());
        assertThat(folder.resolve(Models.WEIGHTS)).hasContent("one");
        assertThat(folder.resolve("pathline.json")).content().contains("\"version\" : \"1\"");
        assertThat(create(clock).resolve("shoes").orElseThrow()).isEqualTo(second);
    }

    @Test
    void shouldFindTheSameContentAgain() throws Exception {
        RegisteredModel first = register("one");
        register("two");

        Registration again = store.register(Models.model("shoes", null, "one", "another commit"));

        assertThat(again.created()).isFalse();
        assertThat(again.model()).isEqualTo(first);
        assertThat(store.register(Models.model("shoes", "1", "one", "")).created()).isFalse();
        assertThat(store.register(Models.model("hats", "one")).created()).isTrue();
        assertThat(store.list()).hasSize(3);
    }

    @Test
    void shouldNeverOverwriteAVersion() throws Exception {
        register("one");
        assertThatThrownBy(() -> store.register(Models.model("shoes", "1", "other", "")))
                .isInstanceOf(ModelStore.VersionTakenException.class).hasMessageContaining("version 1")
                .hasMessageContaining("never overwritten");
        store.register(Models.model("shoes", "10", "ten", ""));
        store.register(Models.model("shoes", "draft", "draft", ""));

        assertThat(register("eleven").version()).isEqualTo("11");
        assertThat(store.open(store.find("shoes", "1").orElseThrow()).resolve(Models.WEIGHTS)).hasContent("one");
    }

    @Test
    void shouldGiveWritersAtOnceAVersionEach() throws Exception {
        List<Registration> made = atOnce(8, i -> create(clock).register(Models.model("shoes", "weights " + i)));

        assertThat(made).allMatch(Registration::created);
        assertThat(made).extracting(one -> one.model().version())
                .containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6", "7", "8");
        ModelStore fresh = create(clock);
        for (Registration one : made) {
            assertThat(fresh.verify(one.model()).problems()).isEmpty();
        }
    }

    @Test
    void shouldShowNothingOfAWriterThatFails() throws Exception {
        assertThatThrownBy(() -> store.register(new ModelStore.NewModel("shoes", null, folder -> {
            Models.write(folder, Models.card("shoes"), "half");
            throw new IOException("the disk is full");
        }, Models.LINEAGE))).isInstanceOf(IOException.class).hasMessageContaining("the disk is full");
        assertThatIllegalArgumentException().isThrownBy(() -> store.register(new ModelStore.NewModel("shoes", null,
                folder -> Models.write(folder, Models.card("hats"), "one"), Models.LINEAGE)))
                .withMessageContaining("hats");

        assertThat(store.list()).isEmpty();
        assertThat(store.broken()).isEmpty();
        assertThat(register("one").version()).isEqualTo("1");
    }

    @Test
    void shouldHideAndSweepWhatADeadWriterLeft() throws Exception {
        dieWhileRegistering("shoes");
        assertThat(store.list()).isEmpty();
        assertThat(store.broken()).isEmpty();

        RegisteredModel next = register("one");
        clock.advance(DAY.multipliedBy(2));
        collect();

        assertThat(references(store.list())).containsExactly(next.reference());
        assertThat(store.verify(next).problems()).isEmpty();
        assertThat(collect().swept()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../shoes", "a/b", "a\\b", ".hidden", "-x", "a@b", "a b", "a\nb", "ü", "*"})
    void shouldRefuseNamesThatLeadElsewhere(String name) throws Exception {
        register("one");
        assertThatIllegalArgumentException().isThrownBy(() -> store.register(new ModelStore.NewModel(name, null,
                folder -> Models.write(folder, Models.card("x"), "one"), Models.LINEAGE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.register(Models.model("shoes", name.isEmpty() ? ".." : name, "one", "")));
        assertThatIllegalArgumentException().isThrownBy(() -> store.moveAlias(name, "champion", "1", null));
        assertThatIllegalArgumentException().isThrownBy(() -> store.moveAlias("shoes", name, "1", null));
        assertThatIllegalArgumentException().isThrownBy(() -> store.moveAlias("shoes", "champion", name, null));
        assertThatIllegalArgumentException().isThrownBy(() -> store.removeAlias("shoes", name, null));
        assertThat(store.resolve(name)).isEmpty();
        assertThat(store.resolve("shoes@" + name)).isEmpty();
        assertThat(store.find(name, "1")).isEmpty();
        assertThat(references(store.list())).containsExactly("shoes@1");
    }

    @Test
    void shouldRefuseAnAliasThatLooksLikeAVersion() throws Exception {
        register("one");
        assertThatIllegalArgumentException().isThrownBy(() -> store.moveAlias("shoes", "2", "1", null));
        store.register(Models.model("shoes", "draft", "two", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> store.moveAlias("shoes", "draft", "1", null));
    }

    @Test
    void shouldMoveAliases() throws Exception {
        register("one");
        register("two");

        assertThat(store.moveAlias("shoes", "champion", "1", "")).isEqualTo(new AliasChange.Done(null));
        assertThat(store.resolve("shoes@champion").orElseThrow().version()).isEqualTo("1");
        assertThat(store.moveAlias("shoes", "champion", "2", "")).isEqualTo(new AliasChange.Conflict("1"));
        assertThat(store.moveAlias("shoes", "champion", "2", "7")).isEqualTo(new AliasChange.Conflict("1"));
        assertThat(store.moveAlias("shoes", "champion", "2", "1")).isEqualTo(new AliasChange.Done("1"));
        assertThat(store.moveAlias("shoes", "candidate", "1", null)).isEqualTo(new AliasChange.Done(null));
        assertThat(store.moveAlias("shoes", "champion", "9", null)).isEqualTo(new AliasChange.Missing());
        assertThat(store.moveAlias("hats", "champion", "1", null)).isEqualTo(new AliasChange.Missing());

        ModelStore other = create(clock);
        assertThat(other.aliases("shoes")).isEqualTo(Map.of("champion", "2", "candidate", "1"));
        assertThat(other.resolve("shoes@champion").orElseThrow().aliases()).containsExactly("champion");
        assertThat(other.removeAlias("shoes", "champion", "1")).isEqualTo(new AliasChange.Conflict("2"));
        assertThat(other.removeAlias("shoes", "champion", "2")).isEqualTo(new AliasChange.Done("2"));
        assertThat(other.removeAlias("shoes", "champion", null)).isEqualTo(new AliasChange.Missing());
        assertThat(create(clock).aliases("shoes")).isEqualTo(Map.of("candidate", "1"));
    }

    @Test
    void shouldLetOneOfManyMovesAtOnceWin() throws Exception {
        for (int i = 0; i <= 6; i++) {
            register("weights " + i);
        }
        store.moveAlias("shoes", "champion", "1", null);

        List<AliasChange> changes = atOnce(6,
                i -> create(clock).moveAlias("shoes", "champion", Integer.toString(i + 2), "1"));

        assertThat(changes).filteredOn(AliasChange.Done.class::isInstance).containsExactly(new AliasChange.Done("1"));
        String winner = create(clock).aliases("shoes").get("champion");
        assertThat(changes.get(Integer.parseInt(winner) - 2)).isInstanceOf(AliasChange.Done.class);
        assertThat(changes).filteredOn(AliasChange.Conflict.class::isInstance).hasSize(5);
    }

    @Test
    void shouldLoseNoneOfManyAliasesAtOnce() throws Exception {
        register("one");
        atOnce(6, i -> create(clock).moveAlias("shoes", "alias-" + i, "1", null));
        assertThat(create(clock).aliases("shoes")).hasSize(6);
    }

    @Test
    void shouldNameTheFileThatDiffers() throws Exception {
        RegisteredModel model = register("one");
        RegisteredModel other = register("two");
        assertThat(store.verify(model)).isEqualTo(new ModelStore.Verification(true, 2, List.of()));

        damage(model, Models.WEIGHTS);
        lose(other, "pathline.json");

        assertThat(store.verify(model).problems()).singleElement().asString()
                .startsWith(Models.WEIGHTS + " has SHA-256");
        assertThat(store.verify(other).problems()).containsExactly("pathline.json is missing");
    }

    /** A copy that is under way, or that stopped half-way: its manifest and its card may be there before its weights. */
    @Test
    void shouldNotSeeAVersionUntilItIsWhole() throws Exception {
        register("one");
        RegisteredModel half = register("two");
        store.moveAlias("shoes", "champion", "2", null);
        lose(half, Models.WEIGHTS);

        assertThat(references(store.list())).containsExactly("shoes@1");
        assertThat(store.resolve("shoes")).map(RegisteredModel::version).contains("1");
        assertThat(store.resolve("shoes@2")).isEmpty();
        assertThat(store.resolve("shoes@champion")).isEmpty();
        assertThat(store.find("shoes", "2")).isEmpty();
        assertThat(store.broken()).singleElement().satisfies(broken -> {
            assertThat(broken.file()).endsWith("shoes/2");
            assertThat(broken.reason()).contains("not whole: " + Models.WEIGHTS);
        });
        assertThat(store.moveAlias("shoes", "best", "2", null)).isEqualTo(new ModelStore.AliasChange.Missing());
        assertThat(store.verify(half).problems()).containsExactly(Models.WEIGHTS + " is missing");
        put("shoes/2/" + Models.WEIGHTS, "tw".getBytes(StandardCharsets.UTF_8));
        assertThat(references(store.list())).containsExactly("shoes@1");
        clock.advance(DAY.multipliedBy(2));
        assertThat(references(collect().retired())).as("nothing of it is collected").isEmpty();
        assertThat(register("two").version()).as("it has not that content").isEqualTo("3");

        put("shoes/2/" + Models.WEIGHTS, "two".getBytes(StandardCharsets.UTF_8));
        assertThat(references(store.list())).containsExactly("shoes@3", "shoes@2", "shoes@1");
        assertThat(store.resolve("shoes@champion")).map(RegisteredModel::version).contains("2");
        assertThat(store.broken()).isEmpty();
    }

    @Test
    void shouldRetireThenRemove() throws Exception {
        register("one");
        RegisteredModel first = store.find("shoes", "1").orElseThrow();
        register("two");
        clock.advance(DAY.plus(HOUR));

        assertThat(new ModelGarbage(store, List.of(), clock).collect(RULES, true).retired()).containsExactly(first);
        assertThat(store.list()).hasSize(2);
        assertThat(references(collect().retired())).containsExactly("shoes@1");

        assertThat(references(store.list())).containsExactly("shoes@2");
        assertThat(store.resolve("shoes@1")).isEmpty();
        RegisteredModel retired = create(clock).find("shoes", "1").orElseThrow();
        assertThat(store.open(retired).resolve(Models.WEIGHTS)).hasContent("one");
        assertThat(store.moveAlias("shoes", "champion", "1", null)).isEqualTo(new AliasChange.Missing());
        assertThat(references(collect().waiting())).containsExactly("shoes@1");

        clock.advance(HOUR);
        assertThat(references(collect().removed())).containsExactly("shoes@1");
        assertThat(store.find("shoes", "1")).isEmpty();
        assertThat(create(clock).retired()).isEmpty();
        assertThat(collect()).isEqualTo(
                new Report(List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
        assertThat(store.broken()).isEmpty();
    }

    @Test
    void shouldNeverUseANumberAgain() throws Exception {
        RegisteredModel only = register("one");
        assertThat(store.retire(only)).isTrue();
        store.remove(store.find("shoes", "1").orElseThrow());

        assertThat(register("two").version()).isEqualTo("2");
        assertThat(register("one").version()).isEqualTo("3");
        assertThatThrownBy(() -> store.register(Models.model("shoes", "1", "one", "")))
                .isInstanceOf(ModelStore.VersionTakenException.class);
    }

    @Test
    void shouldFinishARemovalThatDied() throws Exception {
        RegisteredModel first = register("one");
        register("two");
        store.retire(first);
        dieWhileRemoving(store.find("shoes", "1").orElseThrow());

        ModelStore fresh = create(clock);
        assertThat(fresh.find("shoes", "1")).isEmpty();
        assertThat(fresh.broken()).isEmpty();
        assertThat(fresh.sweep().deleted()).isNotEmpty();
        assertThat(fresh.sweep().deleted()).isEmpty();
    }

    @Test
    void shouldServeAndCollectTheOthersWhenSomeAreBroken() throws Exception {
        for (String name : List.of("hats", "shoes", "socks")) {
            for (String weights : List.of("one", "two", "three")) {
                store.register(Models.model(name, weights));
            }
        }
        store.retire(store.find("hats", "1").orElseThrow());
        dieWhileRemoving(store.find("hats", "1").orElseThrow());
        put("shoes/2/manifest.json", "null".getBytes(StandardCharsets.UTF_8));
        put("caps/1/manifest.json", "{}".getBytes(StandardCharsets.UTF_8));
        put("socks/aliases.json", "[]".getBytes(StandardCharsets.UTF_8));
        put("shoes/.holds/3.json", "no hold".getBytes(StandardCharsets.UTF_8));
        clock.advance(DAY.multipliedBy(2));

        assertThat(references(store.list())).containsExactly("hats@3", "hats@2", "shoes@3", "shoes@1", "socks@3",
                "socks@2", "socks@1");
        assertThat(store.broken()).hasSize(3).extracting(ModelStore.BrokenCard::file)
                .anyMatch(file -> file.endsWith("shoes/2/manifest.json"))
                .anyMatch(file -> file.endsWith("caps/1/manifest.json"))
                .anyMatch(file -> file.endsWith("socks/aliases.json"));
        Report report = collect();
        assertThat(references(report.retired())).containsExactly("hats@2", "shoes@1");
        assertThat(report.swept()).singleElement().asString().endsWith("hats/1");
        assertThat(report.problems()).hasSize(5)
                .anyMatch(problem -> problem.contains("shoes/2/manifest.json: it is not a manifest"))
                .anyMatch(problem -> problem.startsWith("socks@1 could not be retired")
                        && problem.contains("socks/aliases.json has to be repaired first"));
        assertThatThrownBy(() -> store.moveAlias("socks", "champion", "1", null))
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining("socks/aliases.json has to be repaired");
        assertThat(register("four").version()).isEqualTo("4");
        assertThatThrownBy(() -> store.register(Models.model("shoes", "2", "two", "")))
                .isInstanceOf(ModelStore.VersionTakenException.class);
    }

    @Test
    void shouldLeaveWritersAtWorkAlone() throws Exception {
        // Later than any time of a file, so that whatever goes by age would take the writer for an old one.
        clock.advance(Duration.between(clock.instant(), Instant.now()).plus(HOUR));
        ModelStore other = create(clock);
        Registration made = store.register(new ModelStore.NewModel("shoes", null, folder -> {
            Models.write(folder, Models.card("shoes"), "one");
            new ModelGarbage(other, List.of(), clock).collect(new Rules(1, Duration.ZERO, Duration.ZERO), false);
        }, Models.LINEAGE));

        assertThat(store.verify(made.model()).problems()).isEmpty();
    }

    @Test
    void shouldBringARetiredVersionBackWhenItIsRegisteredAgain() throws Exception {
        RegisteredModel first = register("one");
        store.retire(first);
        assertThat(store.list()).isEmpty();

        assertThat(store.register(Models.model("shoes", "one")).created()).isFalse();
        assertThat(references(store.list())).containsExactly("shoes@1");
    }

    @Test
    void shouldKeepWhatIsUsed() throws Exception {
        for (int i = 1; i <= 6; i++) {
            register("weights " + i);
        }
        clock.advance(DAY.multipliedBy(2));
        store.moveAlias("shoes", "champion", "1", null);
        store.hold("shoes", "2", clock.instant().plus(HOUR.multipliedBy(3)));
        store.hold("shoes", "2", clock.instant().plus(HOUR));

        ModelReferences job = () -> Set.of("shoes@3");
        assertThat(references(collect(job).retired())).containsExactly("shoes@5", "shoes@4");
        assertThat(references(store.list())).containsExactly("shoes@6", "shoes@3", "shoes@2", "shoes@1");

        // A job that resolved version 4 just before it was retired.
        clock.advance(HOUR.multipliedBy(2));
        ModelReferences late = () -> Set.of("shoes@3", "shoes@4");
        Report report = collect(late);
        assertThat(references(report.restored())).containsExactly("shoes@4");
        assertThat(references(report.removed())).containsExactly("shoes@5");
        clock.advance(HOUR.multipliedBy(2));
        assertThat(references(collect().retired())).containsExactly("shoes@4", "shoes@3", "shoes@2");
    }

    @Test
    void shouldNotRetireWhatAnAliasPointsTo() throws Exception {
        RegisteredModel model = register("one");
        store.moveAlias("shoes", "champion", "1", null);
        assertThat(store.retire(model)).isFalse();
        assertThat(references(store.list())).containsExactly("shoes@1");
    }

    @Test
    void shouldKeepWhatIsYoungOrNewest() throws Exception {
        register("one");
        clock.advance(DAY.multipliedBy(2));
        register("two");
        register("three");

        assertThat(references(collect().retired())).containsExactly("shoes@1");
        clock.advance(DAY);
        assertThat(
                references(new ModelGarbage(store, List.of(), clock).collect(new Rules(2, DAY, HOUR), false).retired()))
                .isEmpty();
    }

    @Test
    void shouldSayWhatIsHeld() throws Exception {
        register("one");
        Instant until = clock.instant().plus(HOUR);
        store.hold("shoes", "1", until);
        store.hold("shoes", "7", until);
        assertThat(create(clock).holds()).isEqualTo(Map.of("shoes@1", until));
    }

    @Test
    void shouldOpenOnceForManyReaders() throws Exception {
        RegisteredModel model = register("one");
        ModelStore reader = create(clock);
        List<Path> folders = atOnce(6, _ -> reader.open(model));
        assertThat(Set.copyOf(folders)).hasSize(1);
        assertThat(folders.getFirst().resolve(Models.WEIGHTS)).hasContent("one");
        try (var files = Files.list(folders.getFirst().resolve("unet"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldTellThatItCanBeWritten() throws Exception {
        store.requireWritable();
        assertThat(store.list()).isEmpty();
    }

    /** A task with its number. */
    private interface Numbered<T> {
        T call(int number) throws Exception;
    }

    private static <T> List<T> atOnce(int count, Numbered<T> task) throws Exception {
        var barrier = new CyclicBarrier(count);
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            var futures = new ArrayList<Future<T>>();
            for (int i = 0; i < count; i++) {
                int number = i;
                Callable<T> call = () -> {
                    barrier.await(60, TimeUnit.SECONDS);
                    return task.call(number);
                };
                futures.add(threads.submit(call));
            }
            var results = new ArrayList<T>();
            for (Future<T> future : futures) {
                results.add(future.get(120, TimeUnit.SECONDS));
            }
            return results;
        }
    }
}
