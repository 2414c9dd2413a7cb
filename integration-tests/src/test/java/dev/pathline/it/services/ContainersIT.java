package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.trainer.run.TinyRuns;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The services as containers of their own images, and what a cluster does to them: to scale from none, and to upgrade. */
class ContainersIT {

    private static final String SHORT = "{\"model\":\"fashion-onestep\",\"label\":\"bag\",\"seed\":3}";
    private static final String LONGER = "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"count\":4,\"steps\":20,"
            + "\"solver\":\"euler\",\"seed\":3,\"strict\":true,\"precision\":\"float32\",\"preview\":{\"every\":5}}";

    private static Containers containers;
    private static Path data;
    private static final List<String> replicas = new CopyOnWriteArrayList<>();
    private static GenericContainer<?> replica;
    private static ApiClient api;

    @BeforeAll
    static void start() throws Exception {
        Images.require();
        data = Files.createTempDirectory("data");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        containers = new Containers();
        replica = anotherReplica();
        replicas.add(Containers.address(replica));
        api = new ApiClient(() -> replicas);
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
        }
        if (containers != null) {
            containers.close();
        }
    }

    private static GenericContainer<?> anotherReplica() {
        return containers.api(Map.of("PATHLINE_API_QUEUE_WITHOUT_WORKERS", "true", "PATHLINE_REMOTE_TRAINER_URL",
                "http://trainer:8081"));
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static HttpResponse<String> post(String path, String type, String body) throws Exception {
        return api.send(api.to(api.address(), path).setHeader("content-type", type)
                .POST(BodyPublishers.ofString(body)).build());
    }

    @Test
    void shouldTrainAModelInOneContainerAndSampleItInAnother() throws Exception {
        TinyRuns.data(data.resolve("tiny"));
        String specification = TinyRuns.flow(Path.of("/data/tiny"), 10).replace("sheetEvery: 10", "sheetEvery: 0");
        GenericContainer<?> trainer = containers.trainer(data.toString());
        GenericContainer<?> worker = containers.worker();
        HttpResponse<String> accepted = post("/training-runs", "application/yaml", specification);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String events = api.send(api.to(api.address(), "/training-runs/" + json(accepted.body()).path("id").asString()
                + "/events").header("accept", "text/event-stream").timeout(ApiClient.PATIENCE).build()).body();
        assertThat(events).contains("event:succeeded", "tiny@1");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.send(api.to(api.address(), "/models/tiny").build()).statusCode() == 200);
        String job = api.submit("{\"model\":\"tiny\",\"steps\":4,\"count\":3,\"preview\":{\"every\":1}}");
        EventReader reader = new EventReader(api, job).readToTheEnd();
        assertThat(reader.types()).startsWith("queued", "started").contains("step").endsWith("succeeded");
        assertThat(api.image(job, 2)).isNotEmpty();
        assertThat(Containers.stop(worker)).as("stops before it is killed").isEqualTo(143);
        assertThat(Containers.stop(trainer)).as("stops before it is killed").isEqualTo(143);
    }

    @Test
    void shouldBeSmall() {
        assertThat(megabytes("api")).isLessThan(250);
        assertThat(megabytes("worker")).isLessThan(900);
        assertThat(megabytes("trainer")).isLessThan(900);
    }

    private static double megabytes(String target) {
        return DockerClientFactory.instance().client().inspectImageCmd(Images.name(target)).exec().getSize() / 1e6;
    }

    /** What KEDA does with k8s/overlays/cpu/scaling.yaml: it asks the database, starts a pod, and stops it. */
    @Test
    void shouldStartTheFirstWorkerForAJobThatWaits() throws Exception {
        String query = scaler();
        assertThat(containers.number(query)).isZero();
        String job = api.submit(LONGER);
        assertThat(api.state(job)).isEqualTo("queued");
        assertThat(containers.number(query)).isOne();
        await().atMost(Duration.ofSeconds(30)).until(
                () -> metrics(replica).contains("pathline_model_waiting{model=\"fashion-flow@1\"} 1.0"));
        GenericContainer<?> worker = containers.worker();
        await().atMost(ApiClient.PATIENCE).pollInterval(Duration.ofMillis(20))
                .until(() -> containers.number(query) == 0);
        assertThat(api.state(job)).as("a job that runs keeps its worker").isEqualTo("succeeded");
        assertThat(Containers.stop(worker)).isEqualTo(143);
    }

    private static String scaler() throws Exception {
        for (JsonNode resource : new YAMLMapper().readerFor(JsonNode.class)
                .<JsonNode>readValues(Services.ROOT.resolve("k8s/overlays/cpu/scaling.yaml").toFile()).readAll()) {
            if (resource.path("kind").asString().equals("ScaledObject")) {
                return resource.path("spec").path("triggers").path(0).path("metadata").path("query").asString();
            }
        }
        throw new AssertionError("nothing scales workers");
    }

    private static String metrics(GenericContainer<?> service) throws Exception {
        return api.send(api.to("http://" + service.getHost() + ":" + service.getMappedPort(9090),
                "/actuator/prometheus").build()).body();
    }

    /** What a rolling update does: a new pod, then SIGTERM to an old one, which no longer gets requests. */
    @Test
    void shouldUpgradeUnderLoad() throws Exception {
        GenericContainer<?> worker = containers.worker();
        var loading = new AtomicBoolean(true);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Future<EventReader>>> load = threads.submit(() -> {
                var readers = new ArrayList<Future<EventReader>>();
                for (int i = 0; loading.get() || i < 20; i++) {
                    String id = api.submit(i % 5 == 0 ? LONGER : SHORT);
                    readers.add(threads.submit(() -> new EventReader(api, id).readToTheEnd()));
                    Thread.sleep(250);
                }
                return readers;
            });
            for (int round = 0; round < 2; round++) {
                GenericContainer<?> successor = anotherReplica();
                replicas.add(Containers.address(successor));
                replicas.removeFirst();
                assertThat(Containers.stop(replica)).as("a replica").isEqualTo(143);
                replica = successor;
                GenericContainer<?> heir = containers.worker();
                assertThat(Containers.stop(worker)).as("a worker").isEqualTo(143);
                worker = heir;
            }
            loading.set(false);
            List<Future<EventReader>> readers = load.get(2, TimeUnit.MINUTES);
            for (Future<EventReader> future : readers) {
                EventReader reader = future.get(2, TimeUnit.MINUTES);
                assertThat(reader.ids()).isSorted().doesNotHaveDuplicates();
                assertThat(reader.types()).containsOnlyOnce("succeeded").endsWith("succeeded");
            }
        }
        assertThat(Containers.stop(worker)).isEqualTo(143);
    }
}
