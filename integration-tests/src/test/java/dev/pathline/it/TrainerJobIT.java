package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.trainer.run.TinyRuns;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The Kubernetes Job: what it mounts is there, and its very command line survives an eviction. */
class TrainerJobIT {

    @TempDir
    private Path folder;

    private List<JsonNode> documents;

    @BeforeEach
    void parse() throws IOException {
        try (MappingIterator<JsonNode> all = YAMLMapper.builder().build().readerFor(JsonNode.class)
                .readValues(PathlineProcess.ROOT.resolve("k8s/trainer-job.yaml").toFile())) {
            documents = all.readAll();
        }
    }

    private JsonNode pod() {
        return ofKind("Job").getFirst().at("/spec/template/spec");
    }

    private List<JsonNode> ofKind(String kind) {
        return documents.stream().filter(document -> document.path("kind").asString().equals(kind)).toList();
    }

    private static List<String> texts(Iterable<JsonNode> nodes, String pointer) {
        return StreamSupport.stream(nodes.spliterator(), false).map(node -> node.at(pointer))
                .filter(JsonNode::isString).map(JsonNode::asString).toList();
    }

    @Test
    void shouldMountWhatItUsesAndHaveTimeForASnapshot() {
        JsonNode container = pod().path("containers").get(0);

        assertThat(pod().path("restartPolicy").asString()).isEqualTo("OnFailure");
        assertThat(pod().path("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(60);
        assertThat(container.at("/resources/requests/memory").asString()).isNotEmpty();
        assertThat(container.at("/resources/limits/memory").asString()).isNotEmpty();
        assertThat(texts(pod().path("volumes"), "/persistentVolumeClaim/claimName"))
                .containsExactlyInAnyOrderElementsOf(texts(ofKind("PersistentVolumeClaim"), "/metadata/name"));
        assertThat(texts(pod().path("volumes"), "/configMap/name")).isEqualTo(texts(ofKind("ConfigMap"),
                "/metadata/name"));
        assertThat(texts(container.path("volumeMounts"), "/name"))
                .containsExactlyInAnyOrderElementsOf(texts(pod().path("volumes"), "/name"));
    }

    @Test
    void shouldWriteOnlyWhereItMay() throws IOException {
        JsonNode container = pod().path("containers").get(0);
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(pod().at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        List<String> writable = StreamSupport.stream(container.path("volumeMounts").spliterator(), false)
                .filter(mount -> !mount.path("readOnly").asBoolean(false))
                .map(mount -> mount.path("mountPath").asString())
                .toList();
        assertThat(writable).contains("/tmp");

        Map<String, String> folders = StreamSupport.stream(container.path("env").spliterator(), false)
                .collect(Collectors.toMap(one -> one.path("name").asString(), one -> one.path("value").asString()));
        assertThat(folders).containsKeys("HOME", "DJL_CACHE_DIR", "PATHLINE_CACHE", "PATHLINE_FEATURES",
                "PATHLINE_PROFILES");
        assertThat(folders.values()).allMatch(
                folder -> writable.stream().anyMatch(mount -> folder.equals(mount) || folder.startsWith(mount + "/")));
        // The image has the same user, and says the same for who runs it without the Job.
        String image = Files.readString(PathlineProcess.ROOT.resolve("Dockerfile"));
        assertThat(image).contains("USER " + pod().at("/securityContext/runAsUser").asInt() + ":"
                + pod().at("/securityContext/runAsGroup").asInt());
        folders.forEach((name, folder) -> assertThat(image).contains(name + "=" + folder + " "));
    }

    @Test
    void shouldHaveASpecificationThatCanBeRead() {
        String spec = ofKind("ConfigMap").getFirst().at("/data/spec.yaml").asString();

        assertThat(TrainingSpecs.read(spec, "the ConfigMap").name()).isEqualTo("fashion-flow");
    }

    /** The container's arguments, with the folders of this test where its mounts are. */
    private String[] arguments() {
        JsonNode container = pod().path("containers").get(0);
        assertThat(container.path("command")).hasSize(1);
        assertThat(container.path("command").get(0).asString()).isEqualTo("pathline");
        List<String> mounts = texts(container.path("volumeMounts"), "/mountPath");
        var arguments = new ArrayList<String>();
        for (JsonNode argument : container.path("args")) {
            String text = argument.asString();
            arguments.add(mounts.stream().anyMatch(mount -> text.equals(mount) || text.startsWith(mount + "/"))
                    ? folder + text
                    : text);
        }
        return arguments.toArray(String[]::new);
    }

    @Test
    void shouldGoOnAfterAnEviction() throws Exception {
        Path data = TinyRuns.data(folder.resolve("data/tiny"));
        Files.createDirectories(folder.resolve("spec"));
        Files.writeString(folder.resolve("spec/spec.yaml"), TinyRuns.flow(data, 60));

        try (PathlineProcess evicted = PathlineProcess.start(Map.of(), arguments())) {
            evicted.awaitOutput("sample sheet");
            evicted.terminate();
            assertThat(evicted.await()).as(evicted.output()).isEqualTo(143);
            assertThat(evicted.output()).contains("stopped after step");
        }
        assertThat(Files.readString(folder.resolve("runs/tiny/run.json"))).contains("\"state\":\"paused\"");
        try (PathlineProcess again = PathlineProcess.start(Map.of(), arguments())) {
            assertThat(again.await()).as(again.output()).isZero();
            assertThat(again.output()).contains("going on after step");
        }
        assertThat(Files.readString(folder.resolve("runs/tiny/run.json"))).contains("\"state\":\"succeeded\"",
                "tiny@1");
        assertThat(folder.resolve("models/tiny/1/pathline.json")).exists();
    }
}
