package dev.pathline.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStoreContract;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.testing.Models;
import dev.pathline.common.testing.MutableClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The registry in a bucket keeps its port's contract, against a server that speaks S3. */
class S3ModelRegistryTest {

    private static final long MIB = 1 << 20;

    @TempDir
    private static Path serverFolder;

    private static S3Server server;

    private final MutableClock clock = new MutableClock();
    private final List<S3ModelRegistry> opened = new ArrayList<>();

    @TempDir
    private Path folder;

    private String prefix = "";

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.start(serverFolder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() {
        opened.forEach(S3ModelRegistry::close);
    }

    private S3Settings settings(String bucket, URI endpoint, long cacheBytes) {
        return settings(bucket, endpoint, cacheBytes, Duration.ZERO);
    }

    private S3Settings settings(String bucket, URI endpoint, long cacheBytes, Duration maxAge) {
        if (prefix.isEmpty()) {
            prefix = "test-" + UUID.randomUUID() + "/models";
        }
        return new S3Settings(bucket, prefix, "us-east-1", endpoint, true, true, folder.resolve("cache"), cacheBytes,
                maxAge, 5 * MIB);
    }

    private S3ModelRegistry registry(S3Settings settings, MutableClock time) {
        // Nothing is left to other threads, so that a test knows when it is done.
        var registry = new S3ModelRegistry(settings, time, Runnable::run);
        opened.add(registry);
        return registry;
    }

    private S3ModelRegistry registry() {
        return registry(settings(S3Server.BUCKET, server.endpoint(), MIB), clock);
    }

    private void put(String path, byte[] bytes) {
        server.client().putObject(r -> r.bucket(S3Server.BUCKET).key(prefix + "/" + path),
                RequestBody.fromBytes(bytes));
    }

    private byte[] get(String path) {
        return server.client().getObjectAsBytes(r -> r.bucket(S3Server.BUCKET).key(prefix + "/" + path)).asByteArray();
    }

    private List<String> keys() {
        return server.client().listObjectsV2Paginator(r -> r.bucket(S3Server.BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key).map(key -> key.substring(prefix.length() + 1)).toList();
    }

    /** The contract, on a bucket. */
    @Nested
    class Contract extends ModelStoreContract {

        @Override
        protected ModelStore create(MutableClock time) {
            return registry(settings(S3Server.BUCKET, server.endpoint(), MIB), time);
        }

        @Override
        protected void damage(RegisteredModel model, String path) {
            String key = model.name() + "/" + model.version() + "/" + path;
            byte[] bytes = get(key);
            bytes[bytes.length - 1] ^= 1;
            put(key, bytes);
        }

        @Override
        protected void lose(RegisteredModel model, String path) {
            server.client().deleteObject(r -> r.bucket(S3Server.BUCKET)
                    .key(prefix + "/" + model.name() + "/" + model.version() + "/" + path));
        }

        @Override
        protected void put(String path, byte[] bytes) {
            S3ModelRegistryTest.this.put(path, bytes);
        }

        @Override
        protected void dieWhileRegistering(String name) throws IOException {
            try (var other = new S3ModelRegistry(settings(S3Server.BUCKET, server.endpoint(), MIB), clock)) {
                other.register(Models.model(name, "half"));
            }
            change(name, "1", State.READY, State.UPLOADING);
            server.client().deleteObject(r -> r.bucket(S3Server.BUCKET).key(prefix + "/" + name + "/1/pathline.json"));
        }

        @Override
        protected void dieWhileRemoving(RegisteredModel model) {
            change(model.name(), model.version(), State.RETIRED, State.GONE);
        }
    }

    private void change(String name, String version, State from, State to) {
        String key = name + "/" + version + "/manifest.json";
        ModelManifest manifest = ModelManifest.read(get(key), name, version);
        assertThat(manifest.state()).isEqualTo(from);
        put(key, manifest.in(to, clock.instant()).write());
    }

    @Test
    void shouldUploadLargeFilesInParts() throws IOException {
        ModelStore registry = registry();
        String weights = "0123456789abcdef".repeat((int) (12 * MIB / 16) + 1);
        RegisteredModel model = registry.register(Models.model("large", weights)).model();

        assertThat(registry.verify(model).problems()).isEmpty();
        assertThat(server.client().headObject(
                r -> r.bucket(S3Server.BUCKET).key(prefix + "/large/1/" + Models.WEIGHTS)).eTag()).contains("-3");
    }

    @Test
    void shouldServeCopiesAndFetchThemAnewWhenTheyAreCutShort() throws IOException {
        S3ModelRegistry registry = registry();
        RegisteredModel model = registry.register(Models.model("shoes", "one")).model();
        Path copy = registry.open(model).resolve(Models.WEIGHTS);
        assertThat(copy).hasContent("one").startsWith(folder.resolve("cache"));
        Files.writeString(copy, "o");

        assertThat(registry.open(model).resolve(Models.WEIGHTS)).hasContent("one");
    }

    @Test
    void shouldRefuseFilesThatWereChangedInTheBucket() throws IOException {
        RegisteredModel model = registry().register(Models.model("shoes", "one")).model();
        put("shoes/1/" + Models.WEIGHTS, "two".getBytes(StandardCharsets.UTF_8));
        S3Settings elsewhere = settings(S3Server.BUCKET, server.endpoint(), MIB);
        var fresh = registry(new S3Settings(elsewhere.bucket(), prefix, "us-east-1", server.endpoint(), true, true,
                folder.resolve("empty"), MIB, Duration.ZERO, 5 * MIB), clock);

        assertThatThrownBy(() -> fresh.open(model)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Models.WEIGHTS).hasMessageContaining("changed where it is stored");
        assertThat(copies(folder.resolve("empty"))).isEmpty();
    }

    @Test
    void shouldEvictTheCopyThatWasOpenedLongestAgo() throws IOException {
        S3ModelRegistry registry = registry();
        var models = new ArrayList<RegisteredModel>();
        for (String letter : List.of("a", "b", "c")) {
            models.add(registry.register(Models.model("shoes", letter.repeat((int) (MIB * 2 / 5)))).model());
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(copies(folder.resolve("cache"))).as("none of them was opened long enough ago").hasSize(3);
        registry.open(models.get(0));
        clock.advance(Duration.ofMinutes(11));
        registry.open(models.get(2));

        assertThat(copies(folder.resolve("cache"))).hasSize(2).anyMatch(name -> name.startsWith("shoes@1-"))
                .anyMatch(name -> name.startsWith("shoes@3-"));
        assertThat(registry.open(models.get(1)).resolve(Models.WEIGHTS)).hasSize(MIB * 2 / 5);
    }

    private static List<String> copies(Path cache) throws IOException {
        try (var files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".")).toList();
        }
    }

    @Test
    void shouldAnswerWhatItKnewWhileTheBucketIsAway() throws IOException {
        try (S3Server other = S3Server.start(folder.resolve("other"))) {
            S3ModelRegistry registry = registry(settings(S3Server.BUCKET, other.endpoint(), MIB), clock);
            registry.register(Models.model("shoes", "one"));
            assertThat(registry.outage()).isEmpty();
            other.close();

            assertThat(registry.resolve("shoes")).isPresent();
            assertThat(registry.outage()).hasValueSatisfying(outage -> {
                assertThat(outage.since()).isEqualTo(clock.instant());
                assertThat(outage.reason()).contains("cannot be reached at " + other.endpoint());
            });
            assertThatThrownBy(() -> registry.find("shoes", "2")).as("nobody can say that it is not there")
                    .isInstanceOf(RegistryUnavailableException.class).hasMessageContaining("cannot be reached");
            assertThat(registry.open(registry.resolve("shoes").orElseThrow()).resolve(Models.WEIGHTS))
                    .hasContent("one");
            assertThatThrownBy(() -> registry.moveAlias("shoes", "champion", "1", null))
                    .isInstanceOf(RegistryUnavailableException.class).hasMessageContaining("cannot be reached");
        }
    }

    @Test
    void shouldLookAnewBeforeItSaysThatAVersionIsNotThere() throws IOException {
        S3ModelRegistry reader = registry(settings(S3Server.BUCKET, server.endpoint(), MIB, Duration.ofHours(1)),
                clock);
        assertThat(reader.list()).isEmpty();
        registry().register(Models.model("shoes", "one"));

        assertThat(reader.resolve("shoes")).as("the look is young enough for new requests").isEmpty();
        assertThat(reader.find("shoes", "1")).isPresent();
        assertThat(reader.find("shoes", "2")).isEmpty();
    }

    @Test
    void shouldSayWhyItCannotBeReached() {
        assertThatThrownBy(() -> registry(settings("no-such-bucket", server.endpoint(), MIB), clock).list())
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("there is no bucket no-such-bucket at " + server.endpoint());
        assertThatThrownBy(
                () -> registry(settings(S3Server.BUCKET, URI.create("http://localhost:1"), MIB), clock).list())
                .isInstanceOf(RegistryUnavailableException.class).hasMessageContaining("s3://models/")
                .hasMessageContaining("cannot be reached at http://localhost:1");
    }

    @Test
    void shouldSkipWhatIsNoManifest() throws IOException {
        S3ModelRegistry registry = registry();
        registry.register(Models.model("shoes", "one"));
        byte[] manifest = get("shoes/1/manifest.json");
        put("shoes/2/manifest.json", manifest);
        put("shoes/3/manifest.json", "{}".getBytes(StandardCharsets.UTF_8));
        put("shoes/4/manifest.json", new byte[ModelManifest.MAX_BYTES + 1]);
        put("shoes/5/manifest.json", new String(manifest, StandardCharsets.UTF_8)
                .replace("\"version\" : \"1\"", "\"version\" : \"5\"").replace(Models.WEIGHTS, "../../etc/passwd")
                .getBytes(StandardCharsets.UTF_8));

        assertThat(registry.list()).extracting(RegisteredModel::reference).containsExactly("shoes@1");
        assertThat(registry.broken()).hasSize(4).extracting(ModelStore.BrokenCard::reason)
                .anyMatch(reason -> reason.contains("shoes@1, but lies in the folder of shoes@2"))
                .anyMatch(reason -> reason.contains("cannot be a model's file"));
    }

    @Test
    void shouldWorkWithoutConditionsForOneWriter() throws IOException {
        S3Settings plain = settings(S3Server.BUCKET, server.endpoint(), MIB);
        S3ModelRegistry registry = registry(new S3Settings(plain.bucket(), prefix, "us-east-1", server.endpoint(), true,
                false, plain.cache(), MIB, Duration.ZERO, 5 * MIB), clock);
        registry.register(Models.model("shoes", "one"));
        registry.register(Models.model("shoes", "two"));
        assertThat(registry.moveAlias("shoes", "champion", "2", ""))
                .isEqualTo(new ModelStore.AliasChange.Done(null));
        assertThat(registry.resolve("shoes@champion")).map(RegisteredModel::version).contains("2");
        assertThat(keys()).contains("shoes/aliases.json", "shoes/1/manifest.json", "shoes/2/pathline.json");
    }

    @Test
    void shouldReadPlacesAndRefuseOthers() {
        S3Settings place = S3Settings.of("s3://bucket/a/b/", null, folder, Duration.ZERO);
        assertThat(place.location()).isEqualTo("s3://bucket/a/b");
        assertThat(place.pathStyle()).isFalse();
        assertThat(S3Settings.of("s3://bucket", "http://localhost:9000", folder, Duration.ZERO).pathStyle()).isTrue();
        for (String wrong : List.of("s3:bucket", "s3://", "s3://B/x", "s3://bucket/../x", "s3://bucket/a//b")) {
            assertThatIllegalArgumentException().as(wrong)
                    .isThrownBy(() -> S3Settings.of(wrong, null, folder, Duration.ZERO));
        }
    }
}
