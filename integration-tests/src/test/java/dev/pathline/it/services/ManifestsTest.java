package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.pathline.common.testing.Programs;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code kubectl apply -k} would send is what Kubernetes takes, and agrees with the images and the configuration. The program is
 * {@code kustomize} on the path, or what {@code PATHLINE_KUSTOMIZE} names.
 */
class ManifestsTest {

    private static final Map<String, Class<?>> KINDS = Map.ofEntries(Map.entry("ConfigMap", ConfigMap.class),
            Map.entry("Secret", Secret.class), Map.entry("Service", Service.class),
            Map.entry("ServiceAccount", ServiceAccount.class), Map.entry("Deployment", Deployment.class),
            Map.entry("StatefulSet", StatefulSet.class), Map.entry("Job", Job.class),
            Map.entry("PersistentVolumeClaim", PersistentVolumeClaim.class), Map.entry("Ingress", Ingress.class),
            Map.entry("NetworkPolicy", NetworkPolicy.class),
            Map.entry("PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("HorizontalPodAutoscaler", HorizontalPodAutoscaler.class));
    /** Of others, whose types are not Kubernetes' own. */
    private static final Set<String> OTHERS = Set.of("ScaledObject", "TriggerAuthentication", "ServiceMonitor",
            "PrometheusRule");
    private static final Set<String> OURS = Set.of("pathline-api", "pathline-worker", "pathline-trainer");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper STRICT = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                /** The types keep what they do not know; here it is a mistake. */
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private static List<JsonNode> render(String overlay) throws Exception {
        Path program = Programs.require("kustomize", "PATHLINE_KUSTOMIZE");
        Process process = new ProcessBuilder(program.toString(), "build",
                Services.ROOT.resolve("k8s/overlays").resolve(overlay).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return read(text);
    }

    private static List<JsonNode> read(String text) throws IOException {
        return YAML.readerFor(JsonNode.class).<JsonNode>readValues(text).readAll();
    }

    private static Object typed(JsonNode resource) throws JsonProcessingException {
        return STRICT.treeToValue(resource, KINDS.get(resource.path("kind").asText()));
    }

    private static Optional<PodSpec> pod(Object resource) {
        return switch (resource) {
            case Deployment one -> Optional.of(one.getSpec().getTemplate().getSpec());
            case StatefulSet one -> Optional.of(one.getSpec().getTemplate().getSpec());
            case Job one -> Optional.of(one.getSpec().getTemplate().getSpec());
            default -> Optional.empty();
        };
    }

    private static List<Object> all(String overlay) throws Exception {
        var all = new ArrayList<>();
        for (JsonNode resource : render(overlay)) {
            String kind = resource.path("kind").asText();
            if (!OTHERS.contains(kind)) {
                assertThat(KINDS).containsKey(kind);
                all.add(typed(resource));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "cpu-s3", "gpu"})
    void shouldBeWhatKubernetesTakesAndWhatARestrictedNamespaceAllows(String overlay) throws Exception {
        List<Object> all = all(overlay);
        assertThat(all).hasSizeGreaterThan(20);
        for (Object resource : all) {
            Optional<PodSpec> found = pod(resource);
            if (found.isEmpty()) {
                continue;
            }
            PodSpec pod = found.get();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            for (Container container : pod.getContainers()) {
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
                assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
                assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
                assertThat(container.getResources().getLimits()).containsKey("memory");
                assertThat(container.getImage()).contains(":").doesNotEndWith(":latest");
                assertThat(container.getReadinessProbe()).as(container.getName()).isNotNull();
                assertThat(container.getLivenessProbe()).as(container.getName()).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "cpu-s3", "gpu"})
    void shouldAgreeWithTheImages(String overlay) throws Exception {
        String dockerfile = Files.readString(Services.ROOT.resolve("Dockerfile"));
        for (Object resource : all(overlay)) {
            Optional<PodSpec> found = pod(resource);
            if (found.isEmpty()) {
                continue;
            }
            for (Container container : found.get().getContainers()) {
                String image = container.getImage().substring(0, container.getImage().indexOf(':'));
                if (!OURS.contains(image)) {
                    continue;
                }
                String target = image.substring("pathline-".length())
                        + (container.getImage().endsWith("-cuda") ? "-cuda" : "");
                String stage = dockerfile.substring(dockerfile.indexOf(" AS " + target + "\n"));
                Set<String> ports = container.getPorts().stream().map(port -> port.getContainerPort().toString())
                        .collect(Collectors.toSet());
                String exposed = stage.lines().filter(line -> line.startsWith("EXPOSE")).findFirst().orElseThrow();
                assertThat(ports).containsExactlyInAnyOrder(exposed.substring("EXPOSE ".length()).split(" "));
                for (Probe probe : List.of(container.getStartupProbe(), container.getLivenessProbe(),
                        container.getReadinessProbe())) {
                    assertThat(container.getPorts()).extracting(port -> port.getName())
                            .contains(probe.getHttpGet().getPort().getStrVal());
                }
            }
        }
    }

    /** Every variable is a key of one of the files that list them. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "cpu-s3", "gpu"})
    void shouldSetKeysThatThereAre(String overlay) throws Exception {
        Set<String> known = keys();
        for (Object resource : all(overlay)) {
            if (resource instanceof ConfigMap map && map.getMetadata().getName().startsWith("pathline")) {
                assertThat(known).containsAll(map.getData().keySet().stream().filter(key -> key.startsWith("PATHLINE"))
                        .toList());
            }
            if (resource instanceof Secret secret && secret.getStringData() != null) {
                assertThat(known).containsAll(secret.getStringData().keySet());
            }
            pod(resource).stream().flatMap(pod -> pod.getContainers().stream())
                    .flatMap(container -> container.getEnv().stream()).map(EnvVar::getName)
                    .filter(name -> name.startsWith("PATHLINE_"))
                    .forEach(name -> assertThat(known).contains(name));
        }
    }

    /** What pods mount is there, but for what others bring: the Secret of a real cluster. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "cpu-s3", "gpu"})
    void shouldMountWhatThereIs(String overlay) throws Exception {
        List<Object> all = all(overlay);
        Set<String> claims = names(all, PersistentVolumeClaim.class);
        Set<String> maps = names(all, ConfigMap.class);
        for (Object resource : all) {
            pod(resource).stream().flatMap(pod -> pod.getVolumes().stream()).forEach(volume -> {
                if (volume.getPersistentVolumeClaim() != null) {
                    assertThat(claims).contains(volume.getPersistentVolumeClaim().getClaimName());
                }
                if (volume.getConfigMap() != null) {
                    assertThat(maps).contains(volume.getConfigMap().getName());
                }
            });
        }
        if (overlay.equals("cpu-s3")) {
            assertThat(claims).containsExactlyInAnyOrder("pathline-runs", "pathline-data");
        }
        assertThat(names(all, Secret.class)).as("a password is nobody's to overwrite")
                .isEqualTo(overlay.equals("dev") ? Set.of("pathline-store", "pathline-api") : Set.of());
    }

    private static Set<String> names(List<Object> all, Class<? extends HasMetadata> type) {
        return all.stream().filter(type::isInstance).map(type::cast).map(one -> one.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /** Services and policies are about pods that there are, by ports that they have. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "cpu-s3", "gpu"})
    void shouldReachPodsThatThereAre(String overlay) throws Exception {
        List<Object> all = all(overlay);
        Map<String, Set<String>> ports = new HashMap<>();
        for (Object resource : all) {
            if (resource instanceof Deployment || resource instanceof StatefulSet) {
                ports.put(((HasMetadata) resource).getMetadata().getName(), pod(resource).orElseThrow().getContainers()
                        .stream().flatMap(container -> container.getPorts().stream()).map(ContainerPort::getName)
                        .collect(Collectors.toSet()));
            }
        }
        for (Object resource : all) {
            if (resource instanceof Service service) {
                String name = service.getSpec().getSelector().get("app.kubernetes.io/name");
                assertThat(ports).containsKey(name);
                service.getSpec().getPorts()
                        .forEach(port -> assertThat(ports.get(name)).contains(port.getTargetPort().getStrVal()));
            }
            if (resource instanceof NetworkPolicy policy && policy.getSpec().getPodSelector().getMatchLabels() != null
                    && !policy.getSpec().getPodSelector().getMatchLabels().isEmpty()) {
                String name = policy.getSpec().getPodSelector().getMatchLabels().get("app.kubernetes.io/name");
                assertThat(ports).containsKey(name);
                policy.getSpec().getIngress().stream().flatMap(rule -> rule.getPorts().stream())
                        .forEach(port -> assertThat(ports.get(name)).contains(port.getPort().getStrVal()));
            }
        }
    }

    /** Kubernetes waits longer than a service takes to stop. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "cpu", "gpu"})
    void shouldWaitLongerThanStoppingTakes(String overlay) throws Exception {
        for (Object resource : all(overlay)) {
            if (resource instanceof Deployment deployment) {
                PodSpec pod = deployment.getSpec().getTemplate().getSpec();
                var lifecycle = pod.getContainers().getFirst().getLifecycle();
                long before = lifecycle == null ? 0 : lifecycle.getPreStop().getSleep().getSeconds();
                long within = deployment.getMetadata().getName().equals("pathline-trainer") ? 70 : 25;
                assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(before + within);
            }
        }
    }

    @Test
    void shouldAlertAlikeWithAndWithoutTheOperator() throws Exception {
        JsonNode plain = read(Files.readString(Services.ROOT.resolve("k8s/observability/alerts.yml"))).getFirst();
        JsonNode rules = render("cpu").stream().filter(one -> one.path("kind").asText().equals("PrometheusRule"))
                .findFirst().orElseThrow();
        assertThat(rules.path("spec").path("groups")).isEqualTo(plain.path("groups"));
    }

    /** The job of one run fits into an installation: what both have is the same. */
    @Test
    void shouldRunATrainingBesideAnInstallation() throws Exception {
        List<JsonNode> job = read(Files.readString(Services.ROOT.resolve("k8s/trainer-job.yaml")));
        List<JsonNode> installed = render("cpu");
        for (JsonNode resource : job) {
            Object unusedTyped = typed(resource);
            if (resource.path("kind").asText().equals("PersistentVolumeClaim")) {
                JsonNode there = installed.stream().filter(one -> one.path("kind").equals(resource.path("kind"))
                        && one.path("metadata").path("name").equals(resource.path("metadata").path("name"))).findFirst()
                        .orElseThrow();
                assertThat(there.path("spec")).isEqualTo(resource.path("spec"));
            }
        }
    }

    private static Set<String> keys() throws IOException {
        var keys = new HashSet<String>(Set.of("PATHLINE_DEVICE", "PATHLINE_PORT", "PATHLINE_MANAGEMENT_PORT"));
        for (String file : List.of("adapters/distributed/src/main/resources/pathline-distributed.yml",
                "api-service/src/main/resources/pathline-api.yml", "api-service/src/main/resources/api-application.yml",
                "inference-worker/src/main/resources/pathline-worker.yml",
                "trainer-service/src/main/resources/pathline-trainer.yml")) {
            for (JsonNode document : read(Files.readString(Services.ROOT.resolve(file)))) {
                collect(document, "", keys);
            }
        }
        return keys;
    }

    private static void collect(JsonNode node, String path, Set<String> keys) {
        if (node.isObject()) {
            node.properties().forEach(entry -> collect(entry.getValue(),
                    path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), keys));
        } else {
            keys.add(path.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_'));
        }
    }

    @Test
    void shouldRefuseAFieldThatKubernetesDoesNotKnow() throws Exception {
        JsonNode wrong = read("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: x}
                spec: {replica: 3}
                """).getFirst();
        assertThatThrownBy(() -> typed(wrong)).hasMessageContaining("replica");
    }
}
